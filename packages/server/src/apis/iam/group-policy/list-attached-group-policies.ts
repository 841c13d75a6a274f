import { ListAttachedGroupPoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { attachedPolicies } from "../attached-policies.ts";
import { groupName, marker, maxItems, pathPrefix } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html */
export const listAttachedGroupPolicies = (access: Pick<Access, "groups" | "policies">) =>
  operation(ListAttachedGroupPoliciesCommand, {
    members: { GroupName: groupName, PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ GroupName }, call) => [groupPermission(access, "ListAttachedGroupPolicies", GroupName, call)],
    mutates: false,
    handle: (input) => {
      settled(access.groups.get(input.GroupName));
      return attachedPolicies(access, { kind: "group", name: input.GroupName }, input);
    },
  });
