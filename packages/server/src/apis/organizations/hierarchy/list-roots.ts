import { ListRootsCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { rootAnswer } from "../answer.ts";
import { maxResults, nextToken } from "../members.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html */
export const listRoots = (organization: Organization) =>
  operation(ListRootsCommand, {
    members: { NextToken: nextToken, MaxResults: maxResults },
    permissions: () => onAll("ListRoots"),
    mutates: false,
    handle: (input) => {
      const { items, ...more } = pageOf([rootAnswer(organization)], input);
      return { Roots: items, ...more };
    },
  });
