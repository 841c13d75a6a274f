import { ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, roleName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const listRolePolicies = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(ListRolePoliciesCommand, {
    members: { RoleName: roleName, Marker: marker, MaxItems: maxItems },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "ListRolePolicies", { kind: "role", name: RoleName }, call),
    ],
    mutates: false,
    handle: (input) => {
      settled(access.roles.get(input.RoleName));
      const page = pageOfList(access.policies.inlineOf({ kind: "role", name: input.RoleName }), input);
      return { PolicyNames: page.items.map(({ name }) => name), ...pageEnd(page) };
    },
  });
