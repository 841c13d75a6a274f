import { RemoveRoleFromInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName, roleName } from "../members.ts";
import { instanceProfilePermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html */
export const removeRoleFromInstanceProfile = (access: Pick<Access, "instanceProfiles">) =>
  operation(RemoveRoleFromInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName, RoleName: roleName },
    permissions: ({ InstanceProfileName }, call) => [
      instanceProfilePermission(access, "RemoveRoleFromInstanceProfile", InstanceProfileName, call),
    ],
    handle: ({ InstanceProfileName, RoleName }) => {
      raise(access.instanceProfiles.removeRole(InstanceProfileName, RoleName));
      return {};
    },
  });
