import { text } from "@strongroom/wire";
import type { MergeOption, Repositories } from "../../../artifacts/index.ts";
import type { ServerCall } from "../../operation.ts";
import { mergeCommitMembers, type MergeCommitInput } from "../merges/merge-members.ts";
import { mergeWork } from "../merges/merge-request.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { reviewRefusal } from "./review-refusal.ts";

export const mergePullRequestMembers = { pullRequestId: text(), repositoryName, sourceCommitId: text({ max: 64 }) };
export const mergeWithCommitMembers = { ...mergePullRequestMembers, ...mergeCommitMembers };

interface MergePullRequestInput extends MergeCommitInput {
  readonly pullRequestId: string;
  readonly repositoryName: string;
  readonly sourceCommitId?: string;
}

type Faces = Pick<Repositories, "arnOf" | "find" | "pullRequests" | "pullRequestMerges">;

/** ② decided with the branch that moves: a policy that keeps a branch from pushes keeps it from pull requests too. */
export function mergePullRequestPermission(repositories: Faces, input: MergePullRequestInput, action: string) {
  const { pullRequestId: id, repositoryName: name } = input;
  const known = repositories.pullRequests.known(id);
  // One of another repository is refused, once it was decided about the repository that was named.
  if (known?.repository !== name) return repositoryPermission(repositories, name, action);
  return branchPermission(repositories, name, known.destination, action);
}

/** Merges a pull request whose rules hold, and closes it. Throws the exception for whatever is in the way. */
export async function mergePullRequest(
  repositories: Faces,
  input: MergePullRequestInput,
  option: MergeOption,
  call: Pick<ServerCall, "authority">,
) {
  const { pullRequestId: id, repositoryName: repository, sourceCommitId: sourceCommit } = input;
  if (repositories.find(repository) === undefined) throw noSuchRepository(repository);
  const known = repositories.pullRequests.known(id);
  const message = `Merge ${known?.source ?? "the source"} into ${known?.destination ?? "the destination"}`;
  const merged = await repositories.pullRequestMerges.merge({
    ...{ id, repository, sourceCommit, actor: call.authority.principal.arn },
    ...mergeWork(input, option, message, call),
  });
  switch (merged.kind) {
    case "pull-request":
      return { pullRequest: pullRequestAnswer(merged.pullRequest) };
    case "resolution-refused":
      throw refusal(merged.reason, repository, merged.path);
    case "invalid-commit-id":
    case "manual-merge":
    case "moved-meanwhile":
    case "too-many-changes":
      throw refusal(merged.kind, repository);
    case "already-closed":
    case "invalid-pull-request-id":
    case "no-such-pull-request":
    case "not-associated":
    case "rules-not-satisfied":
    case "source-differs":
      throw reviewRefusal(merged.kind, id);
  }
}
