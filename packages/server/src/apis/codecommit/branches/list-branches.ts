import { ListBranchesCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { invalidToken, noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

const pageMax = 1000;

export const listBranches = (repositories: Pick<Repositories, "branches" | "arnOf">) =>
  operation(ListBranchesCommand, {
    // The token is the number of branches that were listed.
    members: { repositoryName, nextToken: text({ max: 20 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "ListBranches")],
    mutates: false,
    handle: async (input) => {
      const listed = await repositories.branches(input.repositoryName);
      if (listed.kind === "no-such-repository") throw noSuchRepository(input.repositoryName);
      const from = Number(input.nextToken ?? "0");
      if (!Number.isSafeInteger(from) || from < 0) throw invalidToken();
      const end = from + pageMax;
      return {
        branches: listed.names.slice(from, end),
        nextToken: end < listed.names.length ? String(end) : undefined,
      };
    },
  });
