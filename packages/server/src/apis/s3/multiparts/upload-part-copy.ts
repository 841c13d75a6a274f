import { UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { integer, text } from "@strongroom/wire";
import { getObjectPermission } from "../../../artifacts/index.ts";
import type { Permission } from "../../../access/index.ts";
import type { Multiparts, Objects } from "../../../artifacts/index.ts";
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
import { demandAgain } from "../write-permission.ts";
import { foundFor, refuseWriteHeaders } from "../objects/read-members.ts";
import { partPermission } from "./part-permission.ts";

export const uploadPartCopy = (
  multiparts: Pick<Multiparts, "copyPart" | "sealedUnder">,
  objects: Pick<Objects, "head">,
) =>
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
    permissions: (input) => copyPermissions(multiparts, input),
    actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    handle: async (input, call) => {
      checkOwner(input, call);
      refuseWriteHeaders(call);
      const range = input.CopySourceRange;
      if (range !== undefined && !/^bytes=\d+-\d+$/.test(range)) {
        throw s3Error(
          "InvalidArgument",
          "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
        );
      }
      using customerKey = customerKeyOf(input);
      using sourceCustomerKey = sourceKeyOf(input);
      const source = readCopySource(input.CopySource);
      // ② nothing is awaited from here until the version that is read is settled.
      demandAgain(call, copyPermissions(multiparts, input));
      foundFor(objects.head(source), { Bucket: source.bucket, Key: source.key }, call);
      const copied = accepted(
        await multiparts.copyPart({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          uploadId: input.UploadId,
          part: input.PartNumber,
          source,
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

function copyPermissions(
  multiparts: Pick<Multiparts, "sealedUnder">,
  input: { readonly Bucket: string; readonly Key: string; readonly UploadId: string; readonly CopySource: string },
): Permission[] {
  const source = readCopySource(input.CopySource);
  const copySource = `${source.bucket}/${source.key}`;
  return [getObjectPermission(source), partPermission(multiparts, input, { copySource })];
}
