import { DeleteBranchCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";

/** Deleting what is not there succeeds and tells no branch: the operation has no exception for it. */
export const deleteBranch = (repositories: Pick<Repositories, "branching" | "arnOf">) =>
  operation(DeleteBranchCommand, {
    members: { repositoryName, branchName: text({ min: 1, max: 256 }) },
    permissions: (input) => [branchPermission(repositories, input.repositoryName, input.branchName, "DeleteBranch")],
    handle: async ({ repositoryName: name, branchName: branch }, { authority }) => {
      const outcome = await repositories.branching.delete(name, branch, authority.principal.arn);
      if (outcome.kind !== "deleted") throw refusal(outcome.kind, name, branch);
      const { commitId } = outcome;
      return commitId === undefined ? {} : { deletedBranch: { branchName: branch, commitId } };
    },
  });
