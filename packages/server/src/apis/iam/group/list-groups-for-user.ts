import { ListGroupsForUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupAnswer } from "../answer.ts";
import { marker, maxItems, userName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export const listGroupsForUser = (access: Pick<Access, "users" | "roles" | "groups">) =>
  operation(ListGroupsForUserCommand, {
    members: { UserName: userName, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListGroupsForUser", { kind: "user", name: UserName }, call),
    ],
    mutates: false,
    handle: (input) => {
      settled(access.users.get(input.UserName));
      const page = pageOfList(access.groups.of(input.UserName), input);
      return { Groups: page.items.map(groupAnswer), ...pageEnd(page) };
    },
  });
