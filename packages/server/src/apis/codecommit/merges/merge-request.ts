import { flag, oneOf, text } from "@strongroom/wire";
import type { MergeOption, Repositories } from "../../../artifacts/index.ts";
import { authorship } from "../commits/authorship.ts";
import type { ServerCall } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";

const specifier = text({ min: 1, max: 300 });

/** What every merge says: where from, and where to. */
export const sideMembers = {
  repositoryName,
  sourceCommitSpecifier: specifier,
  destinationCommitSpecifier: specifier,
};

/** Of the strategies NONE alone: no side is preferred where both changed the same. */
export const conflictMembers = {
  conflictDetailLevel: oneOf("FILE_LEVEL", "LINE_LEVEL"),
  conflictResolutionStrategy: oneOf("NONE"),
};

/** What a merge says that makes a commit. */
export const mergeCommitMembers = {
  ...sideMembers,
  ...conflictMembers,
  targetBranch: text({ min: 1, max: 256 }),
  authorName: text(),
  email: text(),
  commitMessage: text(),
  keepEmptyFolders: flag({ only: false }),
};

interface MergeInput {
  readonly repositoryName: string;
  readonly sourceCommitSpecifier: string;
  readonly destinationCommitSpecifier: string;
  readonly targetBranch?: string;
  readonly conflictDetailLevel?: "FILE_LEVEL" | "LINE_LEVEL";
  readonly authorName?: string;
  readonly email?: string;
  readonly commitMessage?: string;
}

/** The branch that a merge moves: the one it names, or else the destination. */
const targetOf = ({ targetBranch, destinationCommitSpecifier: destination }: MergeInput): string =>
  targetBranch ?? destination.replace(/^refs\/heads\//, "");

type Faces = Pick<Repositories, "merges" | "arnOf">;

/** ② decided with the branch that moves. */
export const mergePermission = (repositories: Faces, input: MergeInput, action: string) =>
  branchPermission(repositories, input.repositoryName, targetOf(input), action);

/** Merges, and answers with the branch's new tip. Throws the exception for whatever is in the way. */
export async function mergeBranches(
  repositories: Faces,
  input: MergeInput,
  option: MergeOption,
  call: Pick<ServerCall, "authority">,
) {
  const { repositoryName: repository, sourceCommitSpecifier: source, destinationCommitSpecifier: destination } = input;
  const target = targetOf(input);
  const message = input.commitMessage ?? `Merge ${source} into ${target}`;
  const merged = await repositories.merges.merge({
    ...{ repository, source, destination, target, option },
    level: input.conflictDetailLevel ?? "FILE_LEVEL",
    authorship: authorship({ name: input.authorName, email: input.email, message }, call),
  });
  if (merged.kind !== "merged") throw refusal(merged.kind, repository);
  return { commitId: merged.commitId, treeId: merged.treeId };
}
