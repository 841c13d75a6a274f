import { UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { integer, text } from "@strongroom/wire";
import { getObjectPermission } from "../../../artifacts/index.ts";
import type { Multiparts } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumValue } from "../checksum-members.ts";
import { copyConditionMembers, copyConditions, readCopySource } from "../copy-source.ts";
import {
  customerKeyAnswer,
  customerKeyMembers,
  customerKeyOf,
  sourceKeyMembers,
  sourceKeyOf,
} from "../customer-key-members.ts";
import { encryptionAnswer } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { accepted, s3Error } from "../s3-error.ts";
import { partPermission } from "./part-permission.ts";

export const uploadPartCopy = (multiparts: Pick<Multiparts, "copyPart" | "sealedUnder">) =>
  operation(UploadPartCopyCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      UploadId: text(),
      PartNumber: integer({ min: 1, max: 10_000 }),
      CopySource: text({ min: 1 }),
      CopySourceRange: text(),
      ExpectedSourceBucketOwner: text(),
      ...copyConditionMembers,
      ...customerKeyMembers,
      ...sourceKeyMembers,
      ...ownerMember,
    },
    // ② both ends, the source by its version where one is named.
    permissions: (input) => {
      const source = readCopySource(input.CopySource);
      const copySource = `${source.bucket}/${source.key}`;
      return [getObjectPermission(source), partPermission(multiparts, input, { copySource })];
    },
    actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    handle: async (input, call) => {
      checkOwner(input, call);
      const range = input.CopySourceRange;
      if (range !== undefined && !/^bytes=\d+-\d+$/.test(range)) {
        throw s3Error(
          "InvalidArgument",
          "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
        );
      }
      using customerKey = customerKeyOf(input);
      using sourceCustomerKey = sourceKeyOf(input);
      const copied = accepted(
        await multiparts.copyPart({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          uploadId: input.UploadId,
          part: input.PartNumber,
          source: readCopySource(input.CopySource),
          range,
          sourceConditions: copyConditions(input),
          customerKey,
          sourceCustomerKey,
        }),
      );
      return {
        CopyPartResult: {
          ETag: quoted(copied.part.etag),
          LastModified: copied.part.createdAt,
          ...checksumValue(copied.upload.checksum?.algorithm, copied.part.checksum),
        },
        CopySourceVersionId: copied.sourceVersionId,
        ...encryptionAnswer(copied.upload.sealed),
        ...customerKeyAnswer(input),
      };
    },
  });
