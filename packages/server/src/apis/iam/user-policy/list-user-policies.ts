import { ListUserPoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, userName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export const listUserPolicies = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(ListUserPoliciesCommand, {
    members: { UserName: userName, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListUserPolicies", { kind: "user", name: UserName }, call),
    ],
    mutates: false,
    handle: (input) => {
      settled(access.users.get(input.UserName));
      const page = pageOfList(access.policies.inlineOf({ kind: "user", name: input.UserName }), input);
      return { PolicyNames: page.items.map(({ name }) => name), ...pageEnd(page) };
    },
  });
