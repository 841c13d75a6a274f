import { AddRoleToInstanceProfileCommand } from "@aws-sdk/client-iam";
import { passRolePermission, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName, roleName } from "../members.ts";
import { instanceProfilePermission, roleArn } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html */
export const addRoleToInstanceProfile = (access: Pick<Access, "instanceProfiles" | "roles">) =>
  operation(AddRoleToInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName, RoleName: roleName },
    // ② whoever puts a role into a profile hands it to machines: the role has to be theirs to pass.
    permissions: ({ InstanceProfileName, RoleName }, call) => [
      instanceProfilePermission(access, "AddRoleToInstanceProfile", InstanceProfileName, call),
      passRolePermission(roleArn(access, RoleName, call), "ec2.amazonaws.com"),
    ],
    actions: ["iam:AddRoleToInstanceProfile", "iam:PassRole"],
    handle: ({ InstanceProfileName, RoleName }) => {
      raise(access.instanceProfiles.addRole(InstanceProfileName, RoleName));
      return {};
    },
  });
