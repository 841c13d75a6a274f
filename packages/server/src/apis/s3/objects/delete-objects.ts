import { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { flag, list, text } from "@strongroom/wire";
import { deletePermissions } from "../../../artifacts/index.ts";
import type { Buckets, Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumAlgorithmMember, demandDigest } from "../checksum-members.ts";
import { bypassMember, bypassPermissions } from "../object-lock.ts";
import { malformedXml, noSuchBucket, refusalError } from "../s3-error.ts";

const objectsMax = 1000;

export const deleteObjects = (objects: Pick<Objects, "delete">, buckets: Pick<Buckets, "find">) =>
  operation(DeleteObjectsCommand, {
    members: {
      Bucket: text(),
      Delete: {
        // Their number is looked at below, since S3 has an error of its own for it.
        Objects: list({ Key: text({ min: 1 }), VersionId: text({ min: 1, max: 1024 }), ETag: text({ min: 1 }) }),
        Quiet: flag(),
      },
      ...bypassMember,
      ...checksumAlgorithmMember,
      ...ownerMember,
    },
    // ② decided for each key by itself, before that key is touched: one denial does not hold up the others.
    permissions: () => [],
    actions: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:BypassGovernanceRetention"],
    handle: async (input, call) => {
      checkOwner(input, call);
      demandDigest(call.headers);
      const { length } = input.Delete.Objects;
      if (length === 0 || length > objectsMax) throw malformedXml();
      const { Bucket: bucket } = input;
      const bypassGovernance = input.BypassGovernanceRetention === true;
      const isThere = buckets.find(bucket) !== undefined;
      const deleted: { Key: string; VersionId?: string; DeleteMarker?: boolean; DeleteMarkerVersionId?: string }[] = [];
      const errors: { Key: string; VersionId: string | undefined; Code: string; Message: string }[] = [];
      for (const { Key: key, VersionId: versionId, ETag: ifMatch } of input.Delete.Objects) {
        const name = { bucket, key, versionId };
        const demanded = [...deletePermissions(name, ifMatch), ...bypassPermissions(input, name)];
        const denied = demanded.map((one) => call.authority.decide(one)).find(({ allowed }) => !allowed);
        if (denied !== undefined) {
          errors.push({ Key: key, VersionId: versionId, Code: "AccessDenied", Message: denied.message });
          continue;
        }
        // ② only who may delete something there learns that there is no such bucket.
        if (!isThere) throw noSuchBucket(bucket);
        const outcome = await objects.delete({ authority: call.authority, ...name, bypassGovernance, ifMatch });
        if (outcome.kind === "refused") {
          const { code, message } = refusalError(outcome);
          errors.push({ Key: key, VersionId: versionId, Code: code, Message: message });
          continue;
        }
        const marker = outcome.deleteMarker && outcome.versionId !== undefined;
        deleted.push({
          Key: key,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
          ...(marker ? { DeleteMarker: true, DeleteMarkerVersionId: outcome.versionId } : {}),
        });
      }
      return { Deleted: input.Delete.Quiet === true ? [] : deleted, Errors: errors };
    },
  });
