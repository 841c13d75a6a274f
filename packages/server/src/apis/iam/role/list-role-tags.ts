import { ListRoleTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, roleName } from "../members.ts";
import { tagPage } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const listRoleTags = (access: Pick<Access, "users" | "roles">) =>
  operation(ListRoleTagsCommand, {
    members: { RoleName: roleName, Marker: marker, MaxItems: maxItems },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "ListRoleTags", { kind: "role", name: RoleName }, call),
    ],
    mutates: false,
    handle: (input) => tagPage(settled(access.roles.get(input.RoleName)).tags, input),
  });
