import type { Clock } from "../../platform/index.ts";
import { branchNames, moveBranch, settleHead } from "./branches.ts";
import { writeCommit } from "./commit-writer.ts";
import type { Authorship } from "./commit-writer.ts";
import { planChanges } from "./file-changes.ts";
import type { FileChanges, RefusedChange } from "./file-changes.ts";
import { objectIdForm } from "./opened-repository.ts";
import type { NoSuchRepository, OpenByName, OpenedRepository } from "./opened-repository.ts";
import { isBranchName } from "./reference-name.ts";
import { brokenSettings } from "./submodule-settings.ts";
import { writeTree } from "./tree-writer.ts";
import type { WrittenTree } from "./tree-writer.ts";

export interface NewCommit {
  readonly repository: string;
  readonly branch: string;
  /** The branch's tip as the caller knows it; absent for the first commit of an empty repository. */
  readonly parentId: string | undefined;
  readonly changes: FileChanges;
  readonly authorship: Authorship;
  /** ARN of who commits. */
  readonly actor: string;
}

export type CommitRefusal =
  | "invalid-branch-name"
  | "branch-is-tag"
  | "no-such-branch"
  | "parent-required"
  | "invalid-parent"
  | "no-such-parent"
  | "parent-outdated"
  | "no-change";

export type CommitOutcome =
  | ({ readonly kind: "committed"; readonly commitId: string } & WrittenTree)
  | { readonly kind: CommitRefusal }
  | RefusedChange
  | NoSuchRepository;

/** Commits that are made of files by themselves, without a clone. */
export class FileCommits {
  readonly #open: OpenByName;
  readonly #clock: Clock;
  readonly #moved: (name: string, actor: string) => Promise<void>;

  constructor(open: OpenByName, clock: Clock, moved: (name: string, actor: string) => Promise<void>) {
    this.#open = open;
    this.#clock = clock;
    this.#moved = moved;
  }

  /** The branch moves last, and only from the parent: a push that came first wins. */
  async create({ repository, branch, parentId, changes, authorship, actor }: NewCommit): Promise<CommitOutcome> {
    const opened = await this.#open(repository);
    if (opened.kind !== "opened") return opened;
    const refusal = await refusedParent(opened, branch, parentId);
    if (refusal !== undefined) return { kind: refusal };
    const plan = await planChanges(opened, parentId, changes);
    if (plan.kind === "refused") return plan;
    const tree = await writeTree(opened, parentId, plan.files, changes.keepEmptyFolders);
    if (parentId !== undefined && tree.treeId === (await opened.must(["rev-parse", `${parentId}^{tree}`]))) {
      return { kind: "no-change" };
    }
    const broken = await brokenSettings(opened, [...tree.added, ...tree.updated]);
    if (broken !== undefined) return { kind: "refused", reason: "invalid-path", path: broken };
    const parents = parentId === undefined ? [] : [parentId];
    const commitId = await writeCommit(opened, { treeId: tree.treeId, parents, ...authorship }, this.#clock.now());
    if (!(await moveBranch(opened, branch, parentId, commitId))) return { kind: "parent-outdated" };
    if (parentId === undefined) await settleHead(opened);
    await this.#moved(repository, actor);
    return { kind: "committed", commitId, ...tree };
  }
}

async function refusedParent(
  opened: OpenedRepository,
  branch: string,
  parentId: string | undefined,
): Promise<CommitRefusal | undefined> {
  if (!isBranchName(branch)) return "invalid-branch-name";
  if (parentId !== undefined && !objectIdForm.test(parentId)) return "invalid-parent";
  const head = await opened.headOf(branch);
  if (head === undefined) {
    if (await opened.hasTag(branch)) return "branch-is-tag";
    if ((await branchNames(opened)).length > 0) return "no-such-branch";
    return parentId === undefined ? undefined : "no-such-parent";
  }
  if (parentId === undefined) return "parent-required";
  if (!(await opened.isCommit(parentId))) return "no-such-parent";
  return parentId === head ? undefined : "parent-outdated";
}
