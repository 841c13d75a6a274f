import { GetRepositoryCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryAnswer, repositoryName, repositoryPermission } from "../repository-answer.ts";

export const getRepository = (repositories: Pick<Repositories, "find" | "arnOf" | "defaultBranch">) =>
  operation(GetRepositoryCommand, {
    members: { repositoryName },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetRepository")],
    mutates: false,
    handle: async (input, call) => {
      const repository = repositories.find(input.repositoryName);
      if (repository === undefined) throw noSuchRepository(input.repositoryName);
      return { repositoryMetadata: await repositoryAnswer(repositories, repository, call) };
    },
  });
