import { GetAccountAuthorizationDetailsCommand, type EntityType } from "@aws-sdk/client-iam";
import { list, oneOf } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { groupDetail, policyDetail, roleDetail, userDetail, type DetailFaces } from "./authorization-details.ts";

const entityType = oneOf("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy");

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
export const getAccountAuthorizationDetails = (access: DetailFaces) =>
  operation(GetAccountAuthorizationDetailsCommand, {
    members: { Filter: list<typeof entityType>(entityType), Marker: marker, MaxItems: maxItems },
    permissions: () => [{ action: "iam:GetAccountAuthorizationDetails", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const wanted = input.Filter === undefined || input.Filter.length === 0 ? undefined : new Set(input.Filter);
      const page = pageOfList(
        entities(access).filter(({ type }) => wanted?.has(type) ?? true),
        input,
      );
      return {
        UserDetailList: page.items.flatMap((one) => (one.type === "User" ? [userDetail(access, one.of)] : [])),
        GroupDetailList: page.items.flatMap((one) => (one.type === "Group" ? [groupDetail(access, one.of)] : [])),
        RoleDetailList: page.items.flatMap((one) => (one.type === "Role" ? [roleDetail(access, one.of)] : [])),
        Policies: page.items.flatMap((one) =>
          one.type === "LocalManagedPolicy" || one.type === "AWSManagedPolicy" ? [policyDetail(access, one.of)] : [],
        ),
        ...pageEnd(page),
      };
    },
  });

/** More than the account may have of anything. */
const allOfThem = 100_000;

/** Everything that has policies or is one, in the order of pages: by kind, then by name. */
function entities(access: Pick<DetailFaces, "users" | "groups" | "roles" | "policies">) {
  const all = { limit: allOfThem };
  return [
    ...access.users.list(all).items.map((of) => ({ name: `1 ${of.name}`, type: "User" as const, of })),
    ...access.groups.list(all).items.map((of) => ({ name: `2 ${of.name}`, type: "Group" as const, of })),
    ...access.roles.list(all).items.map((of) => ({ name: `3 ${of.name}`, type: "Role" as const, of })),
    ...policiesOf(access, "local", "LocalManagedPolicy"),
    ...policiesOf(access, "aws", "AWSManagedPolicy"),
  ];
}

function policiesOf<T extends EntityType>({ policies }: Pick<Access, "policies">, scope: "local" | "aws", type: T) {
  const { items } = policies.list({ scope, use: "any", limit: allOfThem });
  return items.map(({ key, policy: of }) => ({ name: `4 ${key}`, type, of }));
}
