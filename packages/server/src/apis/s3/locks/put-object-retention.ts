import { PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import { given } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
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
import { foundFor } from "../objects/read-members.ts";
import { malformedXml, missingBody } from "../s3-error.ts";
import { demandAgain } from "../write-permission.ts";

export const putObjectRetention = (objects: Pick<Objects, "setRetention">) =>
  operation(PutObjectRetentionCommand, {
    members: {
      ...lockedVersionMembers,
      Retention: { Mode: given, RetainUntilDate: given },
      ...bypassMember,
      ...documentMembers,
      ...ownerMember,
    },
    permissions: (input, call) => retentionPermissions(input, call.now),
    actions: ["s3:PutObjectRetention", "s3:BypassGovernanceRetention"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId, BypassGovernanceRetention: bypass } = input;
      const bypassGovernance = bypass === true;
      if (input.Retention === undefined) throw missingBody();
      const retention = retentionOf(input.Retention);
      demandAgain(call, retentionPermissions(input, call.now));
      foundFor(objects.setRetention({ bucket, key, versionId, bypassGovernance }, retention), input, call);
      return {};
    },
  });

interface Wanted {
  readonly Mode?: string;
  readonly RetainUntilDate?: Date;
}

function retentionPermissions(
  input: {
    readonly Bucket: string;
    readonly Key: string;
    readonly VersionId?: string;
    readonly Retention?: Wanted;
    readonly BypassGovernanceRetention?: boolean;
  },
  now: Date,
): Permission[] {
  const { Bucket: bucket, Key: key, VersionId: versionId, Retention: retention } = input;
  const conditions = retentionConditions(retention?.Mode, retention?.RetainUntilDate, now);
  return [
    lockPermission("PutObjectRetention", { bucket, key, versionId }, conditions),
    ...bypassPermissions(input, { bucket, key }, conditions),
  ];
}

/** An empty document removes the retention. */
function retentionOf({ Mode: mode, RetainUntilDate: until }: Wanted): Retention | undefined {
  if (mode === undefined && until === undefined) return undefined;
  if (until === undefined || (mode !== "GOVERNANCE" && mode !== "COMPLIANCE")) throw malformedXml();
  return { mode, until: until.getTime() };
}
