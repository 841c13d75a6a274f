import { GetMergeCommitCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { conflictCommits } from "./asked-conflicts.ts";
import { conflictMembers, sideMembers } from "./merge-members.ts";

/**
 * https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetMergeCommit.html: the commit with both as its
 * parents, where a branch or tag leads to it. How conflicts were resolved makes no difference to which commit that is.
 */
export const getMergeCommit = (repositories: Pick<Repositories, "conflicts" | "arnOf">) =>
  operation(GetMergeCommitCommand, {
    members: { ...sideMembers, ...conflictMembers },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetMergeCommit")],
    mutates: false,
    handle: async ({ repositoryName: repository, ...input }) => {
      const sides = { source: input.sourceCommitSpecifier, destination: input.destinationCommitSpecifier };
      const found = await repositories.conflicts.mergedCommit({ repository, ...sides });
      if (found.kind !== "merge") throw refusal(found.kind, repository);
      return { ...conflictCommits(found), mergedCommitId: found.merged };
    },
  });
