import { ListRepositoriesCommand } from "@aws-sdk/client-codecommit";
import { oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";

const pageMax = 1000;

export const listRepositories = (repositories: Pick<Repositories, "list" | "arnOf">) =>
  operation(ListRepositoriesCommand, {
    // The token is the name behind which the next page starts.
    members: { nextToken: text({ min: 1, max: 100 }), sortBy: oneOf("repositoryName"), order: oneOf("ascending") },
    permissions: () => [{ action: "codecommit:ListRepositories", resource: "*" }],
    mutates: false,
    handle: (input, { authority }) => {
      const page = repositories.list({ after: input.nextToken ?? "", max: pageMax });
      // ② a policy that restricts the list to repositories with certain tags restricts which names it tells.
      const seen = page.repositories.filter(({ name }) =>
        authority.sees({ action: "codecommit:ListRepositories", resource: repositories.arnOf(name) }),
      );
      return {
        repositories: seen.map(({ name, id }) => ({ repositoryName: name, repositoryId: id })),
        nextToken: page.next,
      };
    },
  });
