import { writeCommit } from "../commit-writer.ts";
import type { OpenedRepository } from "../opened-repository.ts";

/** The best common ancestors of two commits: none, one, or several where branches were merged crosswise. */
export async function mergeBases(opened: OpenedRepository, one: string, other: string): Promise<readonly string[]> {
  const { output } = await opened.run(["merge-base", "--all", one, other]);
  return output.split("\n").filter((line) => line !== "");
}

/**
 * What a merge compares both sides with. Several ancestors are merged with each other first, conflicts and all, as
 * git's recursive strategy does: with one of them alone, what a side took back long ago could come again.
 */
export async function baseTree(opened: OpenedRepository, [first = "", ...others]: readonly string[]): Promise<string> {
  let base = first;
  for (const other of others) {
    const asked = ["merge-tree", "--write-tree", "-z", "--no-messages", "--allow-unrelated-histories", base, other];
    const merged = await opened.bytes(asked);
    const treeId = merged.output.toString("latin1", 0, 40);
    if (!/^[0-9a-f]{40}$/.test(treeId)) throw new Error(`git merge-tree failed: ${merged.said}`);
    const commit = { treeId, parents: [base, other], name: "merge base", email: "", message: "" };
    base = await writeCommit(opened, commit, new Date(0));
  }
  return base;
}
