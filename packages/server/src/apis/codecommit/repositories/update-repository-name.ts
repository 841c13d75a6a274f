import {
  InvalidRepositoryNameException,
  RepositoryNameExistsException,
  UpdateRepositoryNameCommand,
} from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateRepositoryName.html */
export const updateRepositoryName = (repositories: Pick<Repositories, "rename" | "arnOf">) =>
  operation(UpdateRepositoryNameCommand, {
    members: { oldName: repositoryName, newName: repositoryName },
    // ② on both names: a rename must not bring a repository under a policy that gives more.
    permissions: ({ oldName, newName }) =>
      [oldName, newName].map((name) => repositoryPermission(repositories, name, "UpdateRepositoryName")),
    handle: ({ oldName, newName }) => {
      switch (repositories.rename(oldName, newName).kind) {
        case "renamed":
          return {};
        case "no-such-repository":
          throw noSuchRepository(oldName);
        case "name-taken":
          throw new RepositoryNameExistsException({
            message: `Repository named ${newName} already exists`,
            $metadata: {},
          });
        case "invalid-name":
          throw new InvalidRepositoryNameException({
            message: `${newName} is not a valid repository name`,
            $metadata: {},
          });
      }
    },
  });
