import { ListGroupsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupAnswer } from "../answer.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export const listGroups = (access: Pick<Access, "groups">) =>
  operation(ListGroupsCommand, {
    members: { PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListGroups", resource: arnOf(call, "group", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const page = access.groups.list(pageRequest(input));
      return { Groups: page.items.map(groupAnswer), ...pageEnd(page) };
    },
  });
