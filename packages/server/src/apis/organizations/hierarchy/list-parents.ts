import { ListParentsCommand } from "@aws-sdk/client-organizations";
import { text } from "@strongroom/wire";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { maxResults, nextToken } from "../members.ts";
import { organizationsError } from "../organizations-error.ts";
import { pageOf } from "../paging.ts";
import { on } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html */
export const listParents = (organization: Organization) =>
  operation(ListParentsCommand, {
    members: {
      ChildId: text({ pattern: /\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}/, max: 100 }),
      NextToken: nextToken,
      MaxResults: maxResults,
    },
    permissions: ({ ChildId }) => on(organization, "ListParents", ChildId),
    mutates: false,
    handle: (input) => {
      if (input.ChildId !== organization.account.id) {
        const message = `There is no account or organizational unit with the id ${input.ChildId}.`;
        throw organizationsError({ reason: "child-not-found", message });
      }
      const { items, ...more } = pageOf([{ Id: organization.root.id, Type: "ROOT" as const }], input);
      return { Parents: items, ...more };
    },
  });
