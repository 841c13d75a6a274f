import type { OpenedRepository } from "./opened-repository.ts";
import { gitModeOf, plainPath } from "./tree.ts";
import type { FileMode, TreeEntry } from "./tree.ts";

/** The file that is written: with content, or with that of another file of the parent commit. */
export interface FileToPut {
  readonly path: string;
  readonly mode?: FileMode | undefined;
  readonly content?: Uint8Array | undefined;
  readonly source?: { readonly path: string; readonly isMove: boolean } | undefined;
}

export interface FileChanges {
  readonly put: readonly FileToPut[];
  readonly delete: readonly string[];
  readonly modes: readonly { readonly path: string; readonly mode: FileMode }[];
  /** Whether a folder whose last file goes keeps a `.gitkeep`. */
  readonly keepEmptyFolders: boolean;
}

/** Why changes cannot be made; CodeCommit has an exception for each. */
export type ChangeRefusal =
  | "no-entries"
  | "too-many-entries"
  | "invalid-path"
  | "path-required"
  | "same-path"
  | "put-entries-conflict"
  | "content-and-source"
  | "content-or-source-missing"
  | "content-too-large"
  | "restricted-source"
  | "no-such-file"
  | "folder-is-file"
  | "file-is-folder"
  | "path-in-submodule";

export interface RefusedChange {
  readonly kind: "refused";
  readonly reason: ChangeRefusal;
  readonly path: string;
}

/** One line of the new tree: a file with its content's id, or its removal. */
export interface PlannedFile {
  readonly path: string;
  /** Of what is there now. */
  readonly before?: TreeEntry | undefined;
  /** Undefined where the file goes. */
  readonly after?: { readonly mode: string; readonly blob: { readonly id: string } | { readonly content: Uint8Array } };
}

export const fileBytesMax = 6 * 1024 * 1024;
const entriesMax = 100;
const keeper = /(?:^|\/)\.gitkeep$/;

/** What the changes do to the tree of the parent, decided before anything is written. */
export async function planChanges(
  opened: OpenedRepository,
  parentId: string | undefined,
  given: FileChanges,
): Promise<{ readonly kind: "planned"; readonly files: readonly PlannedFile[] } | RefusedChange> {
  const count = given.put.length + given.delete.length + given.modes.length;
  if (count === 0) return refused("no-entries", "");
  if (count > entriesMax) return refused("too-many-entries", "");
  const changes = withPlainPaths(given);
  if ("kind" in changes) return changes;
  const shape = refusedShape(changes);
  if (shape !== undefined) return shape;
  const there = await entriesOf(opened, parentId, changes);
  const blocked = refusedPlace(there, changes);
  if (blocked !== undefined) return blocked;
  return { kind: "planned", files: plannedFiles(there, changes) };
}

const refused = (reason: ChangeRefusal, path: string): RefusedChange => ({ kind: "refused", reason, path });

/** The same changes, every path without the slashes around it. */
function withPlainPaths(given: FileChanges): FileChanges | RefusedChange {
  const all = [...given.put.flatMap(({ path, source }) => [path, ...(source === undefined ? [] : [source.path])])];
  for (const path of [...all, ...given.delete, ...given.modes.map((one) => one.path)]) {
    if (path === "" || path === "/") return refused("path-required", path);
    if (plainPath(path) === undefined) return refused("invalid-path", path);
  }
  const plain = (path: string): string => plainPath(path) ?? path;
  return {
    ...given,
    put: given.put.map(({ source, ...one }) => ({
      ...one,
      path: plain(one.path),
      source: source && { ...source, path: plain(source.path) },
    })),
    delete: given.delete.map(plain),
    modes: given.modes.map(({ path, mode }) => ({ path: plain(path), mode })),
  };
}

/** Git lets nobody have its own settings come through a link. */
const neverALink = /(?:^|\/)\.gitmodules$/i;

/** What is wrong with the changes by themselves. */
function refusedShape({ put, delete: gone, modes }: FileChanges): RefusedChange | undefined {
  for (const { path, content, source } of put) {
    if (content !== undefined && source !== undefined) return refused("content-and-source", path);
    if (content === undefined && source === undefined) return refused("content-or-source-missing", path);
    if (content !== undefined && content.byteLength > fileBytesMax) return refused("content-too-large", path);
    if (source !== undefined && keeper.test(source.path)) return refused("restricted-source", source.path);
  }
  const moved = put.flatMap(({ source }) => (source?.isMove === true ? [source.path] : []));
  const seen = new Set<string>();
  for (const path of [...put.map((one) => one.path), ...gone, ...moved, ...modes.map((one) => one.path)]) {
    if (seen.has(path)) return refused("same-path", path);
    seen.add(path);
  }
  const linked = [...put, ...modes].find(({ path, mode }) => mode === "SYMLINK" && neverALink.test(path));
  if (linked !== undefined) return refused("invalid-path", linked.path);
  const written = new Set(put.map(({ path }) => path));
  const inside = put.find(({ path }) => foldersAbove(path).some((folder) => written.has(folder)));
  return inside === undefined ? undefined : refused("put-entries-conflict", inside.path);
}

/** The folders that a path lies in, the outermost first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** What is there now at every path that the changes name, and at the folders above. */
async function entriesOf(
  opened: OpenedRepository,
  parentId: string | undefined,
  { put, delete: gone, modes }: FileChanges,
): Promise<ReadonlyMap<string, TreeEntry>> {
  if (parentId === undefined) return new Map();
  const named = [...put.flatMap(({ path, source }) => [path, source?.path ?? path]), ...gone];
  const paths = new Set([...named, ...modes.map(({ path }) => path)].flatMap((one) => [...foldersAbove(one), one]));
  const found = new Map<string, TreeEntry>();
  for await (const entry of opened.entriesAt(parentId, [...paths])) found.set(entry.path, entry);
  return found;
}

/** What is wrong with the changes on top of what is there. */
function refusedPlace(
  there: ReadonlyMap<string, TreeEntry>,
  { put, delete: gone, modes }: FileChanges,
): RefusedChange | undefined {
  const sources = put.flatMap(({ source }) => (source === undefined ? [] : [source.path]));
  for (const path of [...gone, ...sources, ...modes.map((one) => one.path)]) {
    if (there.get(path)?.kind !== "file") return refused("no-such-file", path);
  }
  const leaving = new Set(gone);
  for (const { path } of put) {
    for (const folder of foldersAbove(path)) {
      const kind = there.get(folder)?.kind;
      if (kind === "submodule") return refused("path-in-submodule", path);
      if (kind === "file" && !leaving.has(folder)) return refused("folder-is-file", path);
    }
    const kind = there.get(path)?.kind;
    if (kind === "submodule") return refused("path-in-submodule", path);
    if (kind === "folder") return refused("file-is-folder", path);
  }
  return undefined;
}

function plannedFiles(there: ReadonlyMap<string, TreeEntry>, changes: FileChanges): PlannedFile[] {
  const planned: PlannedFile[] = [];
  for (const path of changes.delete) planned.push({ path, before: there.get(path) });
  for (const { path, mode, content, source } of changes.put) {
    const from = source === undefined ? undefined : there.get(source.path);
    const gitMode = mode === undefined ? (from?.mode ?? gitModeOf("NORMAL")) : gitModeOf(mode);
    const blob = from === undefined ? { content: content ?? new Uint8Array() } : { id: from.id };
    planned.push({ path, before: there.get(path), after: { mode: gitMode, blob } });
    if (from !== undefined && source?.isMove === true) planned.push({ path: from.path, before: from });
  }
  for (const { path, mode } of changes.modes) {
    const before = there.get(path);
    if (before !== undefined) planned.push({ path, before, after: { mode: gitModeOf(mode), blob: { id: before.id } } });
  }
  return planned;
}
