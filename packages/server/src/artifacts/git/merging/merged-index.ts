import type { OpenedRepository } from "../opened-repository.ts";
import { keepFolders, updateIndex, withIndex, writeBlob } from "../tree-writer.ts";
import type { WrittenFile } from "../tree-writer.ts";

/** A file as one side of a merge has it. The mode is git's: `100644`. */
export interface Side {
  readonly mode: string;
  readonly id: string;
}

export type SideName = "base" | "destination" | "source";

/** A path that both sides changed, and not to the same; a side that does not have it is absent. */
export interface Unmerged extends Partial<Record<SideName, Side>> {
  readonly path: string;
}

/** What a path becomes: a file, or nothing. */
export interface SettledPath {
  readonly path: string;
  readonly file:
    { readonly mode: string; readonly blob: { readonly id: string } | { readonly content: Uint8Array } } | undefined;
}

/** A merge in an index of its own: all that one side alone changed is in it; the rest waits to be settled. */
export interface MergedIndex {
  readonly unmerged: readonly Unmerged[];
  /** Says what was written: a path that goes has no file. */
  settle(paths: readonly SettledPath[]): Promise<readonly WrittenFile[]>;
  /** Puts a .gitkeep where a folder of the destination lost its last file. */
  keepEmptyFolders(): Promise<void>;
  writeTree(): Promise<string>;
}

const stages: Readonly<Record<string, SideName>> = { 1: "base", 2: "destination", 3: "source" };
const stageForm = /^(\d{6}) ([0-9a-f]{40}) ([123])\t(.*)$/s;

/** Merges path by path, as `git read-tree` does with three trees: a renamed file is one that is gone and one that is new. */
export async function withMergedIndex<T>(
  opened: OpenedRepository,
  trees: Readonly<Record<SideName, string>>,
  work: (index: MergedIndex) => Promise<T>,
): Promise<T> {
  return await withIndex(opened, async (environment) => {
    const { base, destination, source } = trees;
    await opened.must(["read-tree", "-i", "-m", "--aggressive", base, destination, source], { environment });
    const unmerged = await readUnmerged(opened, environment);
    const writeTree = () => opened.must(["write-tree"], { environment });
    return await work({
      unmerged,
      writeTree,
      settle: (paths) => settle(opened, environment, paths),
      keepEmptyFolders: async () => {
        const lost = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=D", destination];
        const gone: string[] = [];
        for await (const path of opened.records([...lost, await writeTree()])) gone.push(path);
        await keepFolders(opened, environment, gone);
      },
    });
  });
}

async function readUnmerged(
  opened: OpenedRepository,
  environment: Readonly<Record<string, string>>,
): Promise<Unmerged[]> {
  const found = new Map<string, Unmerged>();
  for await (const record of opened.records(["ls-files", "-u", "-z"], environment)) {
    const [, mode = "", id = "", stage = "", path = ""] = stageForm.exec(record) ?? [];
    const side = stages[stage];
    if (side === undefined) throw new Error("git ls-files wrote something else than unmerged files");
    found.set(path, { ...found.get(path), path, [side]: { mode, id } });
  }
  return [...found.values()];
}

async function settle(
  opened: OpenedRepository,
  environment: Readonly<Record<string, string>>,
  paths: readonly SettledPath[],
): Promise<readonly WrittenFile[]> {
  const there: WrittenFile[] = [];
  for (const { path, file } of paths) {
    if (file === undefined) continue;
    const blobId = "id" in file.blob ? file.blob.id : await writeBlob(opened, file.blob.content);
    there.push({ path, mode: file.mode, blobId });
  }
  // Every stage of a path goes before its one file comes.
  const coming = there.map(({ path, mode, blobId }) => ({ path, after: { mode, blobId } }));
  await updateIndex(opened, environment, [...paths.map(({ path }) => ({ path })), ...coming]);
  return there;
}
