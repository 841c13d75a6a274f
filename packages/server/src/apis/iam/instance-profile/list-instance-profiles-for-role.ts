import { ListInstanceProfilesForRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileAnswer } from "../answer.ts";
import { marker, maxItems, roleName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const listInstanceProfilesForRole = (access: Pick<Access, "instanceProfiles" | "users" | "roles">) =>
  operation(ListInstanceProfilesForRoleCommand, {
    members: { RoleName: roleName, Marker: marker, MaxItems: maxItems },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "ListInstanceProfilesForRole", { kind: "role", name: RoleName }, call),
    ],
    mutates: false,
    handle: (input) => {
      const role = settled(access.roles.get(input.RoleName));
      const page = pageOfList(access.instanceProfiles.ofRole(role.name), input);
      return { InstanceProfiles: page.items.map((profile) => instanceProfileAnswer(profile, role)), ...pageEnd(page) };
    },
  });
