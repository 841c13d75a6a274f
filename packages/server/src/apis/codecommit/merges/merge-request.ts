import { text } from "@strongroom/wire";
import type { MergeOption, Repositories } from "../../../artifacts/index.ts";
import { authorship } from "../commits/authorship.ts";
import type { ServerCall } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { mannerOf, mergeCommitMembers, resolutionOf, sideMembers, type MergeCommitInput } from "./merge-members.ts";

/** What a merge of branches says that makes a commit. */
export const mergeBranchesMembers = {
  ...sideMembers,
  ...mergeCommitMembers,
  targetBranch: text({ min: 1, max: 256 }),
};

export interface MergeInput extends MergeCommitInput {
  readonly repositoryName: string;
  readonly sourceCommitSpecifier: string;
  readonly destinationCommitSpecifier: string;
  readonly targetBranch?: string;
}

/** The branch that a merge moves: the one it names, or else the destination. */
const targetOf = ({ targetBranch, destinationCommitSpecifier: destination }: MergeInput): string =>
  targetBranch ?? destination.replace(/^refs\/heads\//, "");

type Faces = Pick<Repositories, "merges" | "arnOf">;

/** ② decided with the branch that moves. */
export const mergePermission = (repositories: Faces, input: MergeInput, action: string) =>
  branchPermission(repositories, input.repositoryName, targetOf(input), action);

/** How a merge is made, as its input says; the commit's message says what is merged where none is given. */
export function mergeWork(
  input: MergeCommitInput,
  option: MergeOption,
  message: string,
  call: Pick<ServerCall, "authority">,
) {
  return {
    option,
    manner: mannerOf(input),
    resolution: resolutionOf(input),
    keepEmptyFolders: input.keepEmptyFolders ?? false,
    authorship: authorship(
      { name: input.authorName, email: input.email, message: input.commitMessage ?? message },
      call,
    ),
  };
}

/** Merges, and answers with the branch's new tip. Throws the exception for whatever is in the way. */
export async function mergeBranches(
  repositories: Faces,
  input: MergeInput,
  option: MergeOption,
  call: Pick<ServerCall, "authority">,
) {
  const { repositoryName: repository, sourceCommitSpecifier: source, destinationCommitSpecifier: destination } = input;
  const target = targetOf(input);
  const merged = await repositories.merges.merge({
    ...{ repository, source, destination, target },
    ...mergeWork(input, option, `Merge ${source} into ${target}`, call),
    actor: call.authority.principal.arn,
  });
  if (merged.kind === "resolution-refused") throw refusal(merged.reason, repository, merged.path);
  if (merged.kind !== "merged") throw refusal(merged.kind, repository);
  return { commitId: merged.commitId, treeId: merged.treeId };
}
