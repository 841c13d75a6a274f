import { DeleteRepositoryCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** Deleting what is not there succeeds and says no id, as in AWS. */
export const deleteRepository = (repositories: Pick<Repositories, "delete" | "arnOf">) =>
  operation(DeleteRepositoryCommand, {
    members: { repositoryName },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "DeleteRepository")],
    handle: async (input) => ({ repositoryId: (await repositories.delete(input.repositoryName)).id }),
  });
