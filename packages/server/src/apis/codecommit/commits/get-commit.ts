import { CommitIdDoesNotExistException, GetCommitCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { commitAnswer } from "./commit-answer.ts";

export const getCommit = (repositories: Pick<Repositories, "commit" | "arnOf">) =>
  operation(GetCommitCommand, {
    members: { repositoryName, commitId: text({ min: 1, max: 64 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetCommit")],
    mutates: false,
    handle: async (input) => {
      const found = await repositories.commit(input.repositoryName, input.commitId);
      switch (found.kind) {
        case "commit":
          return { commit: commitAnswer(found.commit) };
        case "no-such-repository":
          throw noSuchRepository(input.repositoryName);
        case "no-such-commit":
          throw new CommitIdDoesNotExistException({
            message: `Commit ${input.commitId} does not exist`,
            $metadata: {},
          });
      }
    },
  });
