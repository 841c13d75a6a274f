import {
  BatchGetRepositoriesCommand,
  MaximumRepositoryNamesExceededException,
  RepositoryNamesRequiredException,
} from "@aws-sdk/client-codecommit";
import { list } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { repositoryAnswer, repositoryName, repositoryPermission } from "../repository-answer.ts";

const namesMax = 100;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetRepositories.html */
export const batchGetRepositories = (repositories: Pick<Repositories, "find" | "arnOf" | "defaultBranch">) =>
  operation(BatchGetRepositoriesCommand, {
    members: { repositoryNames: list(repositoryName) },
    permissions: ({ repositoryNames: names }) => {
      if (names.length === 0) {
        throw new RepositoryNamesRequiredException({ message: "A repository name is required", $metadata: {} });
      }
      if (names.length > namesMax) {
        const message = `At most ${namesMax} repositories are told at once`;
        throw new MaximumRepositoryNamesExceededException({ message, $metadata: {} });
      }
      return names.map((name) => repositoryPermission(repositories, name, "BatchGetRepositories"));
    },
    mutates: false,
    handle: async ({ repositoryNames }, call) => {
      const names = [...new Set(repositoryNames)];
      const found = names.flatMap((name) => repositories.find(name) ?? []);
      return {
        repositories: await Promise.all(found.map((one) => repositoryAnswer(repositories, one, call))),
        repositoriesNotFound: names.filter((name) => repositories.find(name) === undefined),
        errors: [],
      };
    },
  });
