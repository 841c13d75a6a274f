import { GetMergeOptionsCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { conflictMembers, mannerOf, sideMembers } from "./merge-members.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetMergeOptions.html */
export const getMergeOptions = (repositories: Pick<Repositories, "merges" | "arnOf">) =>
  operation(GetMergeOptionsCommand, {
    members: { ...sideMembers, ...conflictMembers },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetMergeOptions")],
    // It may write the tree of the merge, which no reference leads to.
    mutates: false,
    handle: async ({ repositoryName: repository, ...input }) => {
      const found = await repositories.merges.options({
        repository,
        source: input.sourceCommitSpecifier,
        destination: input.destinationCommitSpecifier,
        manner: mannerOf(input),
      });
      if (found.kind !== "options") throw refusal(found.kind, repository);
      return {
        mergeOptions: [...found.options],
        sourceCommitId: found.source,
        destinationCommitId: found.destination,
        baseCommitId: found.base ?? "",
      };
    },
  });
