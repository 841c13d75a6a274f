import { setTimeout as wait } from "node:timers/promises";
import { absentObject } from "./git.ts";
import type { NoSuchRepository, OpenByName, OpenedRepository } from "./opened-repository.ts";
import { objectIdForm } from "./opened-repository.ts";
import { isBranchName, isNewBranchName } from "./reference-name.ts";

const triesMax = 3;
const pauseMs = 100;

/** The branches of repositories, changed one at a time: whatever a push does meanwhile is never overwritten. */
export class Branches {
  readonly #open: OpenByName;
  readonly #moved: (name: string, actor: string) => Promise<void>;

  constructor(open: OpenByName, moved: (name: string, actor: string) => Promise<void>) {
    this.#open = open;
    this.#moved = moved;
  }

  async create(
    name: string,
    branch: string,
    commitId: string,
  ): Promise<
    | { readonly kind: "created" | "invalid-branch-name" | "branch-exists" | "invalid-commit-id" | "no-such-commit" }
    | NoSuchRepository
  > {
    const opened = await this.#open(name);
    if (opened.kind !== "opened") return opened;
    if (!isNewBranchName(branch)) return { kind: "invalid-branch-name" };
    if (!objectIdForm.test(commitId)) return { kind: "invalid-commit-id" };
    if (!(await opened.isCommit(commitId))) return { kind: "no-such-commit" };
    if ((await opened.headOf(branch)) !== undefined) return { kind: "branch-exists" };
    if (await moveBranch(opened, branch, undefined, commitId)) return { kind: "created" };
    // Git keeps no a/b beside a branch a.
    return { kind: (await opened.headOf(branch)) === undefined ? "invalid-branch-name" : "branch-exists" };
  }

  /** Says the commit that the branch stood at; nothing where there was no such branch. `actor` is an ARN. */
  async delete(
    name: string,
    branch: string,
    actor: string,
  ): Promise<
    | { readonly kind: "deleted"; readonly commitId?: string }
    | { readonly kind: "invalid-branch-name" | "is-default" }
    | NoSuchRepository
  > {
    const opened = await this.#open(name);
    if (opened.kind !== "opened") return opened;
    if (!isBranchName(branch)) return { kind: "invalid-branch-name" };
    for (;;) {
      if ((await opened.defaultBranch()) === branch) return { kind: "is-default" };
      const commitId = await opened.headOf(branch);
      if (commitId === undefined) return { kind: "deleted" };
      const { ok } = await opened.run(["update-ref", "-d", `refs/heads/${branch}`, commitId]);
      if (ok) {
        await opened.settle();
        await this.#moved(name, actor);
        return { kind: "deleted", commitId };
      }
      // It moved meanwhile: what is deleted is what the answer names.
      if ((await opened.headOf(branch)) === commitId) throw new Error("git could not delete a branch");
    }
  }

  async setDefault(
    name: string,
    branch: string,
  ): Promise<{ readonly kind: "set" | "invalid-branch-name" | "no-such-branch" } | NoSuchRepository> {
    const opened = await this.#open(name);
    if (opened.kind !== "opened") return opened;
    if (!isBranchName(branch)) return { kind: "invalid-branch-name" };
    if ((await opened.headOf(branch)) === undefined) return { kind: "no-such-branch" };
    await pointHead(opened, branch);
    return { kind: "set" };
  }
}

/**
 * Moves a branch from one commit to another, or makes it; false where it does not stand there any more, or another
 * branch is in its way. Throws where neither is so: then it was git, or the disk, that failed.
 */
export async function moveBranch(
  opened: OpenedRepository,
  branch: string,
  from: string | undefined,
  to: string,
): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const { ok } = await opened.run(["update-ref", `refs/heads/${branch}`, to, from ?? absentObject]);
    if (ok) {
      await opened.settle();
      return true;
    }
    if ((await opened.headOf(branch)) !== from || (await isInTheWay(opened, branch))) return false;
    // Somebody else may hold the branch's lock for a moment, and not move it.
    await wait(pauseMs);
  }
  throw new Error("git could not move a branch");
}

/** Git keeps no a/b beside a branch a. */
async function isInTheWay(opened: OpenedRepository, branch: string): Promise<boolean> {
  const names = await branchNames(opened);
  return names.some((name) => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`));
}

/** ③ git does not sync HEAD by itself. */
async function pointHead(opened: OpenedRepository, branch: string): Promise<void> {
  await opened.must(["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  await opened.syncFile("HEAD");
}

/** Points HEAD at a branch that exists, so that a clone checks something out. */
export async function settleHead(opened: OpenedRepository): Promise<void> {
  if ((await opened.defaultBranch()) !== undefined) return;
  const [first] = await branchNames(opened);
  if (first !== undefined) await pointHead(opened, first);
}

/** By name. */
export async function branchNames(opened: OpenedRepository): Promise<string[]> {
  const listed = await opened.must(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"]);
  return listed.split("\n").filter((line) => line !== "");
}
