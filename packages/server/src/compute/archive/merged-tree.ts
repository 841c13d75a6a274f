import { listTree } from "./tree.ts";
import type { TreeEntry } from "./tree.ts";

/** A file or folder of one of several trees. */
export interface PlacedEntry extends TreeEntry {
  /** The root of the tree that it is in. */
  readonly root: string;
}

export interface MergedTree {
  /** In the order of their paths' bytes, each path once. */
  readonly entries: readonly PlacedEntry[];
  /** What has the same path as something of a tree before, folders aside. */
  readonly leftOut: readonly PlacedEntry[];
}

/** Several folders as one: where two have the same path, that of the first counts. */
export async function mergeTrees(roots: readonly string[]): Promise<MergedTree> {
  const taken = new Map<string, PlacedEntry>();
  const leftOut: PlacedEntry[] = [];
  for (const root of roots)
    for (const entry of await listTree(root)) {
      const before = taken.get(entry.path);
      const isInTheWay = before !== undefined && (before.type === "file" || entry.type === "file");
      if (isInTheWay || isBelowFile(taken, entry.path)) leftOut.push({ ...entry, root });
      else if (before === undefined) taken.set(entry.path, { ...entry, root });
    }
  const entries = [...taken.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return { entries, leftOut };
}

function isBelowFile(taken: ReadonlyMap<string, PlacedEntry>, path: string): boolean {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (taken.get(path.slice(0, end))?.type === "file") return true;
  return false;
}
