import { GetObjectAttributesCommand } from "@aws-sdk/client-s3";
import { integer, list, oneOf, text } from "@strongroom/wire";
import { getObjectPermission, objectArn } from "../../../artifacts/index.ts";
import type { FoundObject, Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumAnswer, checksumValue } from "../checksum-members.ts";
import { customerKeyMembers, customerKeyOf } from "../customer-key-members.ts";
import { s3Error } from "../s3-error.ts";
import { foundFor } from "./read-members.ts";

export const getObjectAttributes = (objects: Pick<Objects, "look" | "partsOf">) =>
  operation(GetObjectAttributesCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      VersionId: text({ min: 1, max: 1024 }),
      ObjectAttributes: list(oneOf("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize")),
      MaxParts: integer({ min: 0 }),
      PartNumberMarker: text(),
      ...customerKeyMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket, Key: key, VersionId: versionId }) => {
      const action = versionId === undefined ? "GetObjectAttributes" : "GetObjectVersionAttributes";
      const read = getObjectPermission({ bucket, key, versionId });
      return [read, { ...read, action: `s3:${action}`, resource: objectArn(bucket, key) }];
    },
    actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      using customerKey = customerKeyOf(input);
      const found = foundFor(objects.look({ bucket, key, versionId, customerKey }), input, call);
      const { version } = found;
      const { checksum } = version.description;
      const wanted = new Set<string>(input.ObjectAttributes);
      return {
        LastModified: version.createdAt,
        VersionId: found.bucketIsVersioned ? version.versionId : undefined,
        ETag: wanted.has("ETag") ? version.etag : undefined,
        Checksum: wanted.has("Checksum") && checksum !== undefined ? checksumAnswer(checksum) : undefined,
        ObjectParts: wanted.has("ObjectParts") ? partsAnswer(found, objects.partsOf(found), input) : undefined,
        StorageClass: wanted.has("StorageClass") ? ("STANDARD" as const) : undefined,
        ObjectSize: wanted.has("ObjectSize") ? version.sizeBytes : undefined,
      };
    },
  });

const partsMax = 1000;

/** The parts of an object that was uploaded in parts; as in S3, one by one only where they have checksums. */
function partsAnswer(
  { version: { description } }: FoundObject,
  files: ReturnType<Objects["partsOf"]>,
  { MaxParts, PartNumberMarker = "0" }: { readonly MaxParts?: number; readonly PartNumberMarker?: string },
) {
  const { checksum, partsCount } = description;
  if (partsCount === undefined) return undefined;
  if (!/^\d{1,5}$/.test(PartNumberMarker)) {
    throw s3Error("InvalidArgument", "Provided part-number-marker is not an integer or within integer range");
  }
  const after = Number(PartNumberMarker);
  const max = Math.min(MaxParts ?? partsMax, partsMax);
  if (checksum === undefined) return { TotalPartsCount: partsCount };
  const numbered = files.map((file, index) => ({
    PartNumber: index + 1,
    Size: file.sizeBytes,
    ...checksumValue(checksum.algorithm, file.checksum),
  }));
  const page = numbered.slice(after, after + max);
  return {
    TotalPartsCount: partsCount,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.PartNumber ?? after),
    MaxParts: max,
    IsTruncated: after + page.length < numbered.length,
    Parts: page,
  };
}
