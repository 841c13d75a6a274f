import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
import { deletePermissions } from "../../../artifacts/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { bypassMember, bypassPermissions } from "../object-lock.ts";
import { accepted } from "../s3-error.ts";
import { demandAgain } from "../write-permission.ts";

export const deleteObject = (objects: Pick<Objects, "delete">) =>
  operation(DeleteObjectCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      VersionId: text({ min: 1, max: 1024 }),
      IfMatch: text({ min: 1 }),
      ...bypassMember,
      ...ownerMember,
    },
    permissions: removalPermissions,
    actions: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:BypassGovernanceRetention"],
    handle: async (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId, IfMatch: ifMatch } = input;
      const bypassGovernance = input.BypassGovernanceRetention === true;
      const { authority } = call;
      demandAgain(call, removalPermissions(input));
      const deleted = accepted(await objects.delete({ authority, bucket, key, versionId, bypassGovernance, ifMatch }));
      return { DeleteMarker: deleted.deleteMarker || undefined, VersionId: deleted.versionId };
    },
  });

function removalPermissions(input: {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly IfMatch?: string;
  readonly BypassGovernanceRetention?: boolean;
}): Permission[] {
  const { Bucket: bucket, Key: key, VersionId: versionId } = input;
  const name = { bucket, key, versionId };
  return [...deletePermissions(name, input.IfMatch), ...bypassPermissions(input, name)];
}
