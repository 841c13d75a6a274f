import { GetObjectRetentionCommand } from "@aws-sdk/client-s3";
import { lockOf } from "../../../artifacts/index.ts";
import type { Buckets, Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { foundFor } from "../objects/read-members.ts";
import { lockedVersionMembers, lockPermission, noLockConfiguration } from "../object-lock.ts";
import { lockNotEnabled, unreadableLock } from "../s3-error.ts";

export const getObjectRetention = (objects: Pick<Objects, "head">, buckets: Pick<Buckets, "find">) =>
  operation(GetObjectRetentionCommand, {
    members: { ...lockedVersionMembers, ...ownerMember },
    permissions: ({ Bucket: bucket, Key: key, VersionId: versionId }) => [
      lockPermission("GetObjectRetention", { bucket, key, versionId }),
    ],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const found = buckets.find(bucket);
      if (found !== undefined && found.objectLock === undefined) throw lockNotEnabled();
      const lock = lockOf(foundFor(objects.head({ bucket, key, versionId }), input, call).version.description);
      if (lock === "unreadable") throw unreadableLock();
      if (lock.retention === undefined) throw noLockConfiguration();
      return { Retention: { Mode: lock.retention.mode, RetainUntilDate: new Date(lock.retention.until) } };
    },
  });
