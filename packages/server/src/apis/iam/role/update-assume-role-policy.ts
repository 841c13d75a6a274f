import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { document, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export const updateAssumeRolePolicy = (access: Pick<Access, "users" | "roles">) =>
  operation(UpdateAssumeRolePolicyCommand, {
    members: { RoleName: roleName, PolicyDocument: document },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "UpdateAssumeRolePolicy", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName, PolicyDocument }) => {
      raise(access.roles.setTrustPolicy(RoleName, PolicyDocument));
      return {};
    },
  });
