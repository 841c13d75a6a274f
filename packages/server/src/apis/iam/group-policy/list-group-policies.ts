import { ListGroupPoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, marker, maxItems } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { groupPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html */
export const listGroupPolicies = (access: Pick<Access, "groups" | "policies">) =>
  operation(ListGroupPoliciesCommand, {
    members: { GroupName: groupName, Marker: marker, MaxItems: maxItems },
    permissions: ({ GroupName }, call) => [groupPermission(access, "ListGroupPolicies", GroupName, call)],
    mutates: false,
    handle: (input) => {
      settled(access.groups.get(input.GroupName));
      const page = pageOfList(access.policies.inlineOf({ kind: "group", name: input.GroupName }), input);
      return { PolicyNames: page.items.map(({ name }) => name), ...pageEnd(page) };
    },
  });
