export type FileMode = "NORMAL" | "EXECUTABLE" | "SYMLINK";
export type EntryKind = "file" | "folder" | "submodule";

/** What a path is in a tree. */
export interface TreeEntry {
  readonly kind: EntryKind;
  /** As git writes it: `100644`, `100755`, `120000`, `040000`, `160000`. */
  readonly mode: string;
  /** Of the blob, of the tree, or of the commit that a submodule stands at. */
  readonly id: string;
  /** From the root of the tree. */
  readonly path: string;
  /** In bytes; zero for what is no file. */
  readonly size: number;
}

const modes: Readonly<Record<string, FileMode>> = { "100644": "NORMAL", "100755": "EXECUTABLE", "120000": "SYMLINK" };
const kinds: Readonly<Record<string, EntryKind>> = { blob: "file", tree: "folder", commit: "submodule" };

const entryForm = /^(\d{6}) (\w+) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s;

export const fileModeOf = (mode: string): FileMode => modes[mode] ?? "NORMAL";
export const gitModeOf = (mode: FileMode): string =>
  mode === "NORMAL" ? "100644" : mode === "EXECUTABLE" ? "100755" : "120000";

/** What some file systems leave out of a name. */
const leftOut = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** What some file systems take for `.`, `..` or `.git`: its short form, and what they leave out behind it. */
const reserved = /^(?:\.{1,2}|\.git|git~1)[ .]*$/i;

/** Whether git lets a tree have the name, on whatever file system it may be checked out. */
function isSoundName(name: string): boolean {
  const seen = name.replace(leftOut, "").split("\\");
  return name !== "" && seen.every((part) => !reserved.test(part.replace(/:.*$/s, "")));
}

/**
 * A path from the root without the slashes around it; undefined where no file can have it: parts that are
 * empty, `.`, `..` or `.git` (in any case and disguise), a zero byte, more than 4096 characters.
 */
export function plainPath(given: string): string | undefined {
  const path = given.replace(/^\/|\/$/g, "");
  if (path.length > 4096 || path.includes("\0") || !path.isWellFormed()) return undefined;
  if (path === "") return path;
  return path.split("/").every(isSoundName) ? path : undefined;
}

/** Reads what `git ls-tree -z -l` writes. */
export async function* readEntries(records: AsyncIterable<string>): AsyncGenerator<TreeEntry> {
  for await (const record of records) {
    const [, mode = "", type = "", id = "", size = "", path = ""] = entryForm.exec(record) ?? [];
    const kind = kinds[type];
    if (kind === undefined) throw new Error("git ls-tree wrote something else than entries");
    yield { kind, mode, id, path, size: size === "-" ? 0 : Number(size) };
  }
}
