import { ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { attachedPolicies } from "../attached-policies.ts";
import { marker, maxItems, pathPrefix, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const listAttachedRolePolicies = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(ListAttachedRolePoliciesCommand, {
    members: { RoleName: roleName, PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "ListAttachedRolePolicies", { kind: "role", name: RoleName }, call),
    ],
    mutates: false,
    handle: (input) => {
      settled(access.roles.get(input.RoleName));
      return attachedPolicies(access, { kind: "role", name: input.RoleName }, input);
    },
  });
