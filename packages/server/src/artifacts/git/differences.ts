import type { Contents } from "./contents.ts";
import { emptyTree } from "./opened-repository.ts";
import type { NoSuchCommit, NoSuchRepository, OpenedRepository } from "./opened-repository.ts";
import { plainPath } from "./tree.ts";
import type { TreeEntry } from "./tree.ts";

export interface DifferenceSide {
  readonly blobId: string;
  readonly path: string;
  /** As git writes it: `100644`. */
  readonly mode: string;
}

export interface Difference {
  readonly change: "A" | "M" | "D";
  readonly before?: DifferenceSide;
  readonly after?: DifferenceSide;
}

export interface Compared {
  readonly repository: string;
  /** Absent: everything is new. */
  readonly before?: string | undefined;
  readonly after: string;
  /** A file or a folder; where one of the two is absent, the other counts for both. */
  readonly beforePath?: string | undefined;
  readonly afterPath?: string | undefined;
  /** How many differences to leave out, and how many to tell at most. */
  readonly skip: number;
  readonly max: number;
}

export type Differences =
  | {
      readonly kind: "differences";
      readonly differences: readonly Difference[];
      readonly hasMore: boolean;
      readonly beforeId: string | undefined;
      readonly afterId: string;
    }
  | { readonly kind: "invalid-path" | "no-such-path" }
  | NoSuchRepository
  | NoSuchCommit;

/** What differs between two commits, file by file, by path. A file that was renamed is gone and new. */
export async function differences(contents: Contents, asked: Compared): Promise<Differences> {
  const after = await contents.resolve(asked.repository, asked.after);
  if (after.kind !== "commit") return after;
  const before = asked.before === undefined ? undefined : await contents.resolve(asked.repository, asked.before);
  if (before !== undefined && before.kind !== "commit") return before;
  const { opened } = after;
  const beforePath = plainPath(asked.beforePath ?? asked.afterPath ?? "");
  const afterPath = plainPath(asked.afterPath ?? asked.beforePath ?? "");
  if (beforePath === undefined || afterPath === undefined) return { kind: "invalid-path" };
  const old = before === undefined ? undefined : await opened.entryAt(before.commitId, beforePath);
  const young = await opened.entryAt(after.commitId, afterPath);
  if (old === undefined && young === undefined) return { kind: "no-such-path" };
  const told: Difference[] = [];
  let at = 0;
  for await (const one of between(opened, old, young)) {
    if (at >= asked.skip) told.push(one);
    at += 1;
    if (told.length > asked.max) break;
  }
  return {
    kind: "differences",
    differences: told.slice(0, asked.max),
    hasMore: told.length > asked.max,
    beforeId: before?.commitId,
    afterId: after.commitId,
  };
}

async function* between(
  opened: OpenedRepository,
  old: TreeEntry | undefined,
  young: TreeEntry | undefined,
): AsyncGenerator<Difference> {
  const single = [old, young].filter((one) => one !== undefined && one.kind !== "folder");
  if (single.length > 0 && old?.kind !== "folder" && young?.kind !== "folder") {
    const one = differenceOf(old && sideOf(old), young && sideOf(young));
    if (one !== undefined) yield one;
    return;
  }
  // Where a file became a folder, all that is in the folder is new, and the other way round.
  if (old !== undefined && old.kind !== "folder") yield { change: "D", before: sideOf(old) };
  if (young !== undefined && young.kind !== "folder") yield { change: "A", after: sideOf(young) };
  const trees = [old, young].map((one) => (one?.kind === "folder" ? one.id : emptyTree));
  const records = opened.records(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--abbrev=40", ...trees]);
  let facts: readonly string[] | undefined;
  for await (const record of records) {
    if (facts === undefined) {
      facts = record.slice(1).split(" ");
      continue;
    }
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = facts;
    facts = undefined;
    const side = (mode: string, blobId: string, top: TreeEntry | undefined) =>
      mode === "000000" ? undefined : { mode, blobId, path: within(top, record) };
    const one = differenceOf(side(oldMode, oldId, old), side(newMode, newId, young));
    if (one !== undefined) yield one;
  }
}

const within = (top: TreeEntry | undefined, path: string): string =>
  top === undefined || top.path === "" ? path : `${top.path}/${path}`;

const sideOf = ({ id, path, mode }: TreeEntry): DifferenceSide => ({ blobId: id, path, mode });

function differenceOf(before: DifferenceSide | undefined, after: DifferenceSide | undefined): Difference | undefined {
  if (before === undefined) return after === undefined ? undefined : { change: "A", after };
  if (after === undefined) return { change: "D", before };
  const isSame = before.blobId === after.blobId && before.mode === after.mode && before.path === after.path;
  return isSame ? undefined : { change: "M", before, after };
}
