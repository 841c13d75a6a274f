import { fileBytesMax } from "./file-changes.ts";
import { objectIdForm } from "./opened-repository.ts";
import type { NoSuchCommit, NoSuchRepository, OpenByName, OpenedRepository } from "./opened-repository.ts";
import { plainPath } from "./tree.ts";
import type { TreeEntry } from "./tree.ts";

type NoSuchPath = { readonly kind: "invalid-path" | "no-such-path" };
type TooLarge = { readonly kind: "too-large" };

interface FoundFile {
  readonly kind: "file";
  readonly commitId: string;
  readonly entry: TreeEntry;
  readonly content: Uint8Array;
}

interface FoundFolder {
  readonly kind: "folder";
  readonly commitId: string;
  readonly treeId: string;
  readonly path: string;
  /** Their paths are within the folder. */
  readonly entries: readonly TreeEntry[];
}

/** What commits hold: files of up to 6 MiB, and folders. */
export class Contents {
  readonly #open: OpenByName;

  constructor(open: OpenByName) {
    this.#open = open;
  }

  /** The commit that a specifier names, or the default branch's tip where none is given. */
  async resolve(
    name: string,
    specifier: string | undefined,
  ): Promise<{ kind: "commit"; commitId: string; opened: OpenedRepository } | NoSuchRepository | NoSuchCommit> {
    const opened = await this.#open(name);
    if (opened.kind !== "opened") return opened;
    const commitId = await opened.commitNamed(specifier ?? "HEAD");
    return commitId === undefined ? { kind: "no-such-commit" } : { kind: "commit", commitId, opened };
  }

  async file(
    name: string,
    specifier: string | undefined,
    given: string,
  ): Promise<FoundFile | NoSuchRepository | NoSuchCommit | NoSuchPath | TooLarge> {
    const found = await this.#entry(name, specifier, given);
    if (found.kind !== "entry") return found;
    const { entry, opened, commitId } = found;
    if (entry?.kind !== "file") return { kind: "no-such-path" };
    if (entry.size > fileBytesMax) return { kind: "too-large" };
    return { kind: "file", commitId, entry, content: await contentOf(opened, entry.id) };
  }

  async folder(
    name: string,
    specifier: string | undefined,
    given: string,
  ): Promise<FoundFolder | NoSuchRepository | NoSuchCommit | NoSuchPath> {
    const found = await this.#entry(name, specifier, given);
    if (found.kind !== "entry") return found;
    const { entry, opened, commitId } = found;
    if (entry?.kind !== "folder") return { kind: "no-such-path" };
    const entries: TreeEntry[] = [];
    for await (const one of opened.entriesIn(entry.id)) entries.push(one);
    return { kind: "folder", commitId, treeId: entry.id, path: entry.path, entries };
  }

  async blob(
    name: string,
    blobId: string,
  ): Promise<
    { kind: "blob"; content: Uint8Array } | NoSuchRepository | TooLarge | { kind: "no-such-blob" | "invalid-blob-id" }
  > {
    const opened = await this.#open(name);
    if (opened.kind !== "opened") return opened;
    if (!objectIdForm.test(blobId)) return { kind: "invalid-blob-id" };
    const asked = await opened.run(["cat-file", "--batch-check"], { input: `${blobId}\n` });
    const [, type, size] = asked.output.trim().split(" ");
    if (type !== "blob") return { kind: "no-such-blob" };
    if (Number(size) > fileBytesMax) return { kind: "too-large" };
    return { kind: "blob", content: await contentOf(opened, blobId) };
  }

  async #entry(name: string, specifier: string | undefined, given: string) {
    const found = await this.resolve(name, specifier);
    if (found.kind !== "commit") return found;
    const path = plainPath(given);
    if (path === undefined) return { kind: "invalid-path" as const };
    return { ...found, kind: "entry" as const, entry: await found.opened.entryAt(found.commitId, path) };
  }
}

/** A blob's bytes. */
export async function contentOf(opened: OpenedRepository, id: string): Promise<Uint8Array> {
  const { ok, output, said } = await opened.bytes(["cat-file", "blob", id]);
  if (!ok) throw new Error(`git could not read a blob: ${said}`);
  return output;
}
