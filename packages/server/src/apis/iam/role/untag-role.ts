import { UntagRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { tagKeys, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const untagRole = (access: Pick<Access, "users" | "roles">) =>
  operation(UntagRoleCommand, {
    members: { RoleName: roleName, TagKeys: tagKeys },
    permissions: ({ RoleName, TagKeys }, call) => [
      ownerPermission(access, "UntagRole", { kind: "role", name: RoleName }, call, { "aws:TagKeys": TagKeys }),
    ],
    handle: ({ RoleName, TagKeys }) => {
      raise(access.roles.untag(RoleName, TagKeys));
      return {};
    },
  });
