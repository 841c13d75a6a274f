import { TagRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { tags, roleName } from "../members.ts";
import { ownerPermission, tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export const tagRole = (access: Pick<Access, "users" | "roles">) =>
  operation(TagRoleCommand, {
    members: { RoleName: roleName, Tags: tags },
    permissions: ({ RoleName, Tags }, call) => [
      ownerPermission(access, "TagRole", { kind: "role", name: RoleName }, call, tagContext(Tags)),
    ],
    handle: ({ RoleName, Tags }) => {
      raise(access.roles.tag(RoleName, tagRecord(Tags)));
      return {};
    },
  });
