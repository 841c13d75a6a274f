import { parseCommit } from "./commit.ts";
import type { Commit } from "./commit.ts";
import type { Contents } from "./contents.ts";
import type { NoSuchCommit, NoSuchRepository, OpenedRepository } from "./opened-repository.ts";
import { plainPath } from "./tree.ts";

/** A commit that changed a file. */
export interface FileVersion {
  readonly commit: Commit;
  /** Absent where the commit deleted the file. */
  readonly blobId?: string;
  readonly path: string;
  /** The next commits that changed the file; none for the newest. */
  readonly children: readonly string[];
}

export type FileHistory =
  | {
      readonly kind: "history";
      readonly commitId: string;
      readonly versions: readonly FileVersion[];
      readonly hasMore: boolean;
    }
  | { readonly kind: "invalid-path" }
  | NoSuchRepository
  | NoSuchCommit;

/** The commits that changed a file, newest first; its name is not followed beyond a rename. */
export async function fileHistory(
  contents: Contents,
  asked: { repository: string; specifier: string | undefined; path: string; skip: number; max: number },
): Promise<FileHistory> {
  const found = await contents.resolve(asked.repository, asked.specifier);
  if (found.kind !== "commit") return found;
  const path = plainPath(asked.path);
  if (path === undefined || path === "") return { kind: "invalid-path" };
  const { opened, commitId } = found;
  const children = new Map<string, string[]>();
  const page: string[] = [];
  let at = 0;
  let hasMore = false;
  const walk = ["log", "-z", "--topo-order", "--parents", "--format=%H %P", commitId, "--", path];
  for await (const record of opened.records(walk)) {
    const [id = "", ...parents] = record.trim().split(" ");
    if (id === "") continue;
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), id]);
    hasMore = page.length >= asked.max;
    if (hasMore) break;
    if (at >= asked.skip) page.push(id);
    at += 1;
  }
  const versions: FileVersion[] = [];
  for (const id of page) versions.push(await version(opened, id, path, children.get(id) ?? []));
  return { kind: "history", commitId, versions, hasMore };
}

async function version(
  opened: OpenedRepository,
  id: string,
  path: string,
  children: readonly string[],
): Promise<FileVersion> {
  const { output } = await opened.run(["cat-file", "commit", id]);
  const commit = parseCommit(id, output);
  if (commit === undefined) throw new Error("git log named what is no commit");
  const entry = await opened.entryAt(id, path);
  return { commit, path, children, ...(entry?.kind === "file" ? { blobId: entry.id } : {}) };
}
