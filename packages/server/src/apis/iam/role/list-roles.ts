import { ListRolesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleAnswer } from "../answer.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const listRoles = (access: Pick<Access, "roles">) =>
  operation(ListRolesCommand, {
    members: { PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListRoles", resource: arnOf(call, "role", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const page = access.roles.list(pageRequest(input));
      return { Roles: page.items.map(roleAnswer), ...pageEnd(page) };
    },
  });
