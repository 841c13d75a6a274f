import type { Repositories } from "../../../artifacts/index.ts";
import type { ServerCall } from "../../operation.ts";
import { repositoryPermission } from "../repository-answer.ts";

/**
 * What is demanded for something that is named by an id alone: the action on its repository. ② Whoever may not act there
 * is told the same as if there were no such id, about no repository: ids are easily guessed, and would tell names.
 */
export function permissionsBehind(
  repositories: Pick<Repositories, "arnOf">,
  repository: string | undefined,
  action: string,
  { authority }: Pick<ServerCall, "authority">,
) {
  const anywhere = repositoryPermission(repositories, "*", action);
  if (repository === undefined) return [anywhere];
  const there = repositoryPermission(repositories, repository, action);
  return authority.decide(there).allowed ? [there] : [anywhere, there];
}

export const pullRequestPermissions = (
  repositories: Pick<Repositories, "arnOf" | "pullRequests">,
  id: string,
  action: string,
  call: Pick<ServerCall, "authority">,
) => permissionsBehind(repositories, repositories.pullRequests.known(id)?.repository, action, call);
