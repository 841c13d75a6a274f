import type { Repositories } from "../../artifacts/index.ts";
import { repositoryPermission } from "./repository-answer.ts";

/** ② decided with the branch that it changes: a policy can keep a branch from somebody, as with a push. */
export const branchPermission = (
  repositories: Pick<Repositories, "arnOf">,
  name: string,
  branch: string,
  action: string,
) => ({
  ...repositoryPermission(repositories, name, action),
  context: { "codecommit:References": `refs/heads/${branch}` },
});
