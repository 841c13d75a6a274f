import { ListAttachedGroupPoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
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
      const attached = access.policies.attachedTo({ kind: "group", name: input.GroupName });
      const page = pageOfList(
        attached.filter(({ path }) => path.startsWith(input.PathPrefix ?? "/")),
        input,
      );
      return {
        AttachedPolicies: page.items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
        ...pageEnd(page),
      };
    },
  });
