import { InvalidContinuationTokenException, RepositoryDoesNotExistException } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories, Repository } from "../../artifacts/index.ts";
import type { ServerCall } from "../operation.ts";

export const repositoryName = text({ min: 1, max: 100, pattern: /[\w.-]+/ });

export const repositoryPermission = (repositories: Pick<Repositories, "arnOf">, name: string, action: string) => ({
  action: `codecommit:${action}`,
  resource: repositories.arnOf(name),
});

export function noSuchRepository(name: string): RepositoryDoesNotExistException {
  return new RepositoryDoesNotExistException({ message: `${name} does not exist`, $metadata: {} });
}

export function invalidToken(): InvalidContinuationTokenException {
  return new InvalidContinuationTokenException({ message: "The continuation token is not valid", $metadata: {} });
}

export async function repositoryAnswer(
  repositories: Pick<Repositories, "arnOf" | "defaultBranch">,
  repository: Repository,
  call: Pick<ServerCall, "accountId" | "headers">,
) {
  return {
    accountId: call.accountId,
    repositoryId: repository.id,
    repositoryName: repository.name,
    repositoryDescription: repository.description,
    defaultBranch: await repositories.defaultBranch(repository.name),
    creationDate: repository.createdAt,
    lastModifiedDate: repository.modifiedAt,
    // Where the caller reached this server, git reaches it too.
    cloneUrlHttp: `https://${call.headers["host"] ?? "localhost"}/v1/repos/${repository.name}`,
    Arn: repositories.arnOf(repository.name),
  };
}
