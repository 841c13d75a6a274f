import { PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import { given } from "@strongroom/wire";
import type { Objects, Retention } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import {
  bypassMember,
  bypassPermissions,
  lockedVersionMembers,
  lockPermission,
  retentionConditions,
} from "../object-lock.ts";
import { accepted, malformedXml } from "../s3-error.ts";

export const putObjectRetention = (objects: Pick<Objects, "setRetention">) =>
  operation(PutObjectRetentionCommand, {
    members: {
      ...lockedVersionMembers,
      Retention: { Mode: given, RetainUntilDate: given },
      ...bypassMember,
      ...documentMembers,
      ...ownerMember,
    },
    permissions: (input, call) => {
      const { Bucket: bucket, Key: key, VersionId: versionId, Retention: retention } = input;
      const conditions = retentionConditions(retention?.Mode, retention?.RetainUntilDate, call.now);
      return [
        lockPermission("PutObjectRetention", { bucket, key, versionId }, conditions),
        ...bypassPermissions(input, { bucket, key }, conditions),
      ];
    },
    actions: ["s3:PutObjectRetention", "s3:BypassGovernanceRetention"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId, BypassGovernanceRetention: bypass } = input;
      const bypassGovernance = bypass === true;
      accepted(objects.setRetention({ bucket, key, versionId, bypassGovernance }, retentionOf(input.Retention)));
      return {};
    },
  });

/** An empty document removes the retention. */
function retentionOf(
  wanted: { readonly Mode?: string; readonly RetainUntilDate?: Date } | undefined,
): Retention | undefined {
  const { Mode: mode, RetainUntilDate: until } = wanted ?? {};
  if (mode === undefined && until === undefined) return undefined;
  if (until === undefined || (mode !== "GOVERNANCE" && mode !== "COMPLIANCE")) throw malformedXml();
  return { mode, until: until.getTime() };
}
