import { ListUsersCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userAnswer } from "../answer.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export const listUsers = (access: Pick<Access, "users">) =>
  operation(ListUsersCommand, {
    members: { PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListUsers", resource: arnOf(call, "user", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const page = access.users.list(pageRequest(input));
      return { Users: page.items.map(userAnswer), ...pageEnd(page) };
    },
  });
