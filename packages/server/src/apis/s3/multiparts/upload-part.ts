import { UploadPartCommand } from "@aws-sdk/client-s3";
import { integer, stream, text } from "@strongroom/wire";
import type { Multiparts } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noBody } from "../body.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { bodyClaimMembers, checksumValue, claimsOf } from "../checksum-members.ts";
import { customerKeyAnswer, customerKeyMembers, customerKeyOf } from "../customer-key-members.ts";
import { encryptionAnswer } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { refuseWriteHeaders } from "../objects/read-members.ts";
import { accepted } from "../s3-error.ts";
import { partPermission } from "./part-permission.ts";

export const uploadPart = (multiparts: Pick<Multiparts, "putPart" | "sealedUnder">) =>
  operation(UploadPartCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      UploadId: text(),
      PartNumber: integer({ min: 1, max: 10_000 }),
      Body: stream(),
      ...bodyClaimMembers,
      ...customerKeyMembers,
      ...ownerMember,
    },
    permissions: (input) => [partPermission(multiparts, input)],
    actions: ["s3:PutObject"],
    handle: async (input, call) => {
      checkOwner(input, call);
      refuseWriteHeaders(call);
      using customerKey = customerKeyOf(input);
      const claims = claimsOf(input, call);
      const { part, upload } = accepted(
        await multiparts.putPart({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          uploadId: input.UploadId,
          part: input.PartNumber,
          body: input.Body ?? noBody(),
          claims,
          customerKey,
        }),
      );
      return {
        ETag: quoted(part.etag),
        ...checksumValue(upload.checksum?.algorithm ?? claims.algorithm, part.checksum),
        ...encryptionAnswer(upload.sealed),
        ...customerKeyAnswer(input),
      };
    },
  });
