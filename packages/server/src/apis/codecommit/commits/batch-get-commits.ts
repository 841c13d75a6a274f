import {
  BatchGetCommitsCommand,
  CommitIdsLimitExceededException,
  CommitIdsListRequiredException,
} from "@aws-sdk/client-codecommit";
import { list, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { commitAnswer } from "./commit-answer.ts";

const idsMax = 100;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetCommits.html: what is not there is told by its id. */
export const batchGetCommits = (repositories: Pick<Repositories, "commit" | "find" | "arnOf">) =>
  operation(BatchGetCommitsCommand, {
    members: { repositoryName, commitIds: list(text({ min: 1, max: 64 })) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "BatchGetCommits")],
    mutates: false,
    handle: async ({ repositoryName: name, commitIds: ids }) => {
      if (ids.length === 0) {
        throw new CommitIdsListRequiredException({ message: "A commit ID is required", $metadata: {} });
      }
      if (ids.length > idsMax) {
        throw new CommitIdsLimitExceededException({ message: `At most ${idsMax} commit IDs`, $metadata: {} });
      }
      if (repositories.find(name) === undefined) throw noSuchRepository(name);
      const found = await Promise.all(ids.map(async (id) => ({ id, outcome: await repositories.commit(name, id) })));
      return {
        commits: found.flatMap(({ outcome }) => (outcome.kind === "commit" ? [commitAnswer(outcome.commit)] : [])),
        errors: found.flatMap(({ id, outcome }) => (outcome.kind === "commit" ? [] : [missing(id)])),
      };
    },
  });

const missing = (id: string) => ({
  commitId: id,
  errorCode: "CommitIdDoesNotExistException",
  errorMessage: `Commit ${id} does not exist`,
});
