import { UpdateRepositoryDescriptionCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

/** No description, or an empty one, takes away what was there. */
export const updateRepositoryDescription = (repositories: Pick<Repositories, "describe" | "arnOf">) =>
  operation(UpdateRepositoryDescriptionCommand, {
    members: { repositoryName, repositoryDescription: text({ max: 1000 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "UpdateRepositoryDescription")],
    handle: ({ repositoryName: name, repositoryDescription: description }) => {
      const { kind } = repositories.describe(name, description === "" ? undefined : description);
      if (kind === "no-such-repository") throw noSuchRepository(name);
      return {};
    },
  });
