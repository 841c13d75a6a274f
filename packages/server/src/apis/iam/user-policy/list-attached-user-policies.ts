import { ListAttachedUserPoliciesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { attachedPolicies } from "../attached-policies.ts";
import { marker, maxItems, pathPrefix, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html */
export const listAttachedUserPolicies = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(ListAttachedUserPoliciesCommand, {
    members: { UserName: userName, PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListAttachedUserPolicies", { kind: "user", name: UserName }, call),
    ],
    mutates: false,
    handle: (input) => {
      settled(access.users.get(input.UserName));
      return attachedPolicies(access, { kind: "user", name: input.UserName }, input);
    },
  });
