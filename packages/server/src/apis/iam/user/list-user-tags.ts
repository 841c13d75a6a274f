import { ListUserTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, userName } from "../members.ts";
import { tagPage } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html */
export const listUserTags = (access: Pick<Access, "users" | "roles">) =>
  operation(ListUserTagsCommand, {
    members: { UserName: userName, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListUserTags", { kind: "user", name: UserName }, call),
    ],
    mutates: false,
    handle: (input) => tagPage(settled(access.users.get(input.UserName)).tags, input),
  });
