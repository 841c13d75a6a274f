import { ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam";
import { oneOf } from "@strongroom/wire";
import { isRefused, type Access, type Owner } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, marker, maxItems, path } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
export const listEntitiesForPolicy = (access: Pick<Access, "users" | "roles" | "groups" | "policies">) =>
  operation(ListEntitiesForPolicyCommand, {
    members: {
      PolicyArn: arn,
      EntityFilter: oneOf("User", "Role", "Group"),
      PathPrefix: path,
      PolicyUsageFilter: oneOf("PermissionsPolicy", "PermissionsBoundary"),
      Marker: marker,
      MaxItems: maxItems,
    },
    permissions: ({ PolicyArn }) => [{ action: "iam:ListEntitiesForPolicy", resource: PolicyArn }],
    mutates: false,
    handle: (input) => {
      settled(access.policies.get(input.PolicyArn));
      const { attached, bounded } = access.policies.entities(input.PolicyArn);
      const owners = [
        ...(input.PolicyUsageFilter === "PermissionsBoundary" ? [] : attached),
        ...(input.PolicyUsageFilter === "PermissionsPolicy" ? [] : bounded),
      ].filter(({ kind }) => input.EntityFilter === undefined || kind === input.EntityFilter.toLowerCase());
      const page = pageOfList(entitiesOf(access, owners, input.PathPrefix ?? "/"), input);
      const of = (kind: Owner["kind"]) => page.items.filter((entity) => entity.owner.kind === kind);
      return {
        PolicyGroups: of("group").map(({ owner, id }) => ({ GroupName: owner.name, GroupId: id })),
        PolicyUsers: of("user").map(({ owner, id }) => ({ UserName: owner.name, UserId: id })),
        PolicyRoles: of("role").map(({ owner, id }) => ({ RoleName: owner.name, RoleId: id })),
        ...pageEnd(page),
      };
    },
  });

type Entities = Pick<Access, "users" | "roles" | "groups">;

/** Each entity once, however it uses the policy. Pages go by kind and name. */
function entitiesOf(access: Entities, owners: readonly Owner[], pathPrefix: string) {
  const byName = new Map(owners.map((owner) => [`${owner.kind} ${owner.name}`, owner]));
  return [...byName].flatMap(([name, owner]) => {
    const found = { user: access.users, role: access.roles, group: access.groups }[owner.kind].get(owner.name);
    return isRefused(found) || !found.path.startsWith(pathPrefix) ? [] : [{ name, owner, id: found.id }];
  });
}
