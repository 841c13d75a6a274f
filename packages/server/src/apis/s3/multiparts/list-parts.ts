import { ListPartsCommand } from "@aws-sdk/client-s3";
import { integer, text } from "@strongroom/wire";
import { objectArn } from "../../../artifacts/index.ts";
import type { Multiparts } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumValue } from "../checksum-members.ts";
import { customerKeyMembers, customerKeyOf } from "../customer-key-members.ts";
import { quoted } from "../entity-tag.ts";
import { abortAnswer } from "../lifecycle/due-headers.ts";
import { ownerOf } from "../owner.ts";
import { accepted, s3Error } from "../s3-error.ts";

const pageMax = 1000;

export const listParts = (multiparts: Pick<Multiparts, "parts">) =>
  operation(ListPartsCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      UploadId: text(),
      MaxParts: integer({ min: 0 }),
      PartNumberMarker: text(),
      ...customerKeyMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket, Key: key }) => [
      { action: "s3:ListMultipartUploadParts", resource: objectArn(bucket, key) },
    ],
    actions: ["s3:ListMultipartUploadParts"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, UploadId: uploadId } = input;
      const after = Number(input.PartNumberMarker ?? "0");
      if (!Number.isSafeInteger(after) || after < 0) {
        throw s3Error("InvalidArgument", "Provided part-number-marker is not an integer or within integer range");
      }
      using customerKey = customerKeyOf(input);
      const max = Math.min(input.MaxParts ?? pageMax, pageMax);
      const { upload, abort, parts, more } = accepted(
        multiparts.parts({ bucket, key, uploadId, after, max, customerKey }),
      );
      const last = parts.at(-1)?.part ?? 0;
      return {
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumberMarker: String(after),
        NextPartNumberMarker: String(last),
        MaxParts: max,
        IsTruncated: more,
        Parts: parts.map((part) => ({
          PartNumber: part.part,
          LastModified: part.createdAt,
          ETag: quoted(part.etag),
          Size: part.sizeBytes,
          ...checksumValue(upload.checksum?.algorithm, part.checksum),
        })),
        Initiator: { ID: upload.initiator },
        Owner: ownerOf(call.accountId),
        StorageClass: "STANDARD" as const,
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
        ...abortAnswer(abort),
      };
    },
  });
