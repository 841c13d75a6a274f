import { uuid } from "../../platform/index.ts";
import type { PlannedFile } from "./file-changes.ts";
import type { OpenedRepository } from "./opened-repository.ts";

/** A file as it stands in the new tree, or stood in the old one. */
export interface WrittenFile {
  readonly path: string;
  readonly mode: string;
  readonly blobId: string;
}

export interface WrittenTree {
  readonly treeId: string;
  readonly added: readonly WrittenFile[];
  readonly updated: readonly WrittenFile[];
  readonly deleted: readonly WrittenFile[];
}

const nothing = "0".repeat(40);

/** Writes the tree of `base` (a commit or a tree) with the planned changes. No reference moves. */
export async function writeTree(
  opened: OpenedRepository,
  base: string | undefined,
  planned: readonly PlannedFile[],
  keepEmptyFolders: boolean,
): Promise<WrittenTree> {
  const files = await Promise.all(planned.map((one) => written(opened, one)));
  const treeId = await withIndex(opened, async (environment) => {
    await opened.must(base === undefined ? ["read-tree", "--empty"] : ["read-tree", base], { environment });
    await updateIndex(opened, environment, files);
    const lost = files.filter(({ after }) => after === undefined).map(({ path }) => path);
    if (keepEmptyFolders) await keepFolders(opened, environment, lost);
    return await opened.must(["write-tree"], { environment });
  });
  const gone = files.flatMap(({ path, before, after }) =>
    after === undefined && before !== undefined ? [{ path, mode: before.mode, blobId: before.id }] : [],
  );
  const there = files.flatMap(({ path, before, after }) =>
    after === undefined ? [] : [{ path, mode: after.mode, blobId: after.blobId, isNew: before === undefined }],
  );
  const plain = ({ path, mode, blobId }: WrittenFile): WrittenFile => ({ path, mode, blobId });
  return {
    treeId,
    added: there.filter(({ isNew }) => isNew).map(plain),
    updated: there.filter(({ isNew }) => !isNew).map(plain),
    deleted: gone,
  };
}

/** A path with the file that comes there, or none where it goes. */
interface Stored extends Pick<PlannedFile, "path" | "before"> {
  readonly after?: { readonly mode: string; readonly blobId: string };
}

async function written(opened: OpenedRepository, { path, before, after }: PlannedFile): Promise<Stored> {
  if (after === undefined) return { path, before };
  const { mode, blob } = after;
  const blobId = "id" in blob ? blob.id : await writeBlob(opened, blob.content);
  return { path, before, after: { mode, blobId } };
}

export async function writeBlob(opened: OpenedRepository, content: Uint8Array): Promise<string> {
  opened.demandRoom(content.byteLength);
  return await opened.must(["hash-object", "-w", "--no-filters", "--stdin"], { input: content });
}

/** Git's variables for an index of its own, which goes when the work is done. */
export async function withIndex<T>(
  opened: OpenedRepository,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const name = `${temporaryIndex}${uuid()}`;
  try {
    return await work({ GIT_INDEX_FILE: `${opened.folder}/${name}` });
  } finally {
    await opened.removeFile(name);
  }
}

/** How the names of indexes begin that stand in a repository's folder while a tree is written. */
export const temporaryIndex = "index-of-";

/** Takes paths out of an index and puts files into it. */
export async function updateIndex(
  opened: OpenedRepository,
  environment: Readonly<Record<string, string>>,
  files: readonly Stored[],
): Promise<void> {
  const gone = files.filter(({ after }) => after === undefined).map(({ path }) => `0 ${nothing}\t${path}\0`);
  const there = files.flatMap(({ path, after }) =>
    after === undefined ? [] : [`${after.mode} ${after.blobId}\t${path}\0`],
  );
  // What goes makes place for what comes: a file may become a folder.
  const input = [...gone, ...there].join("");
  const { ok, said } = await opened.bytes(["update-index", "-z", "--index-info"], { input, environment });
  // A path that it does not take it leaves out, says so, and succeeds.
  if (!ok || said !== "") throw new Error(`git update-index did not take all: ${said}`);
}

/** Puts a .gitkeep where a folder lost its last file; `lost` are the files that went. */
export async function keepFolders(
  opened: OpenedRepository,
  environment: Readonly<Record<string, string>>,
  lost: readonly string[],
): Promise<void> {
  const inFolders = lost.filter((path) => path.includes("/"));
  const folders = new Set(inFolders.map((path) => path.slice(0, path.lastIndexOf("/"))));
  const kept: Stored[] = [];
  for (const folder of folders) {
    const { output } = await opened.bytes(["ls-files", "-z", "--", folder], { environment });
    if (output.byteLength > 0) continue;
    const blobId = await writeBlob(opened, new Uint8Array());
    kept.push({ path: `${folder}/.gitkeep`, before: undefined, after: { mode: "100644", blobId } });
  }
  if (kept.length > 0) await updateIndex(opened, environment, kept);
}
