import { GetObjectAttributesCommand } from "@aws-sdk/client-s3";
import { integer, list, oneOf, text } from "@strongroom/wire";
import { getObjectPermission, objectArn } from "../../../artifacts/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumAnswer } from "../checksum-members.ts";
import { foundFor } from "./read-members.ts";

export const getObjectAttributes = (objects: Pick<Objects, "head">) =>
  operation(GetObjectAttributesCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      VersionId: text({ min: 1, max: 1024 }),
      ObjectAttributes: list(oneOf("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize")),
      MaxParts: integer({ min: 0 }),
      PartNumberMarker: text(),
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
      const found = foundFor(objects.head({ bucket, key, versionId }), input, call);
      const { version } = found;
      const { checksum, partsCount } = version.description;
      const wanted = new Set<string>(input.ObjectAttributes);
      const wantsParts = wanted.has("ObjectParts") && partsCount !== undefined;
      return {
        LastModified: version.createdAt,
        VersionId: found.bucketIsVersioned ? version.versionId : undefined,
        ETag: wanted.has("ETag") ? version.etag : undefined,
        Checksum: wanted.has("Checksum") && checksum !== undefined ? checksumAnswer(checksum) : undefined,
        ObjectParts: wantsParts ? { TotalPartsCount: partsCount } : undefined,
        StorageClass: wanted.has("StorageClass") ? ("STANDARD" as const) : undefined,
        ObjectSize: wanted.has("ObjectSize") ? version.sizeBytes : undefined,
      };
    },
  });
