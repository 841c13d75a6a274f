import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../../platform/index.ts";
import type { Git } from "./git.ts";
import type { Repository } from "./repository-store.ts";
import { readEntries } from "./tree.ts";
import type { TreeEntry } from "./tree.ts";

export type NoSuchRepository = { readonly kind: "no-such-repository" };
export type NoSuchCommit = { readonly kind: "no-such-commit" };

export const objectIdForm = /^[0-9a-f]{40}$/;
/** The tree without entries; git knows it without having it. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Finds a repository by its name, ready for git. */
export type OpenByName = (name: string) => Promise<OpenedRepository | NoSuchRepository>;

/** git on one repository. */
export class OpenedRepository {
  readonly kind = "opened";
  readonly repository: Repository;
  readonly #git: Git;

  constructor(git: Git, repository: Repository) {
    this.#git = git;
    this.repository = repository;
  }

  /** Where git finds the repository's folder. */
  get folder(): string {
    return this.#git.folderOf(this.repository.id);
  }

  /** Throws DiskReserved where the disk has no room for so many bytes of data. */
  demandRoom(bytes: number): void {
    this.#git.demandRoom(bytes);
  }

  /** What a push brings, as far as the disk has room for it: throws DiskReserved where it has none. */
  withRoom(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    return this.#git.withRoom(source);
  }

  /** Starts git for a client, in a turn that was taken for it. */
  startIn(...given: Parameters<Git["startIn"]>): ReturnType<Git["startIn"]> {
    return this.#git.startIn(...given);
  }

  run(args: readonly string[], given?: Parameters<Git["run"]>[2]): ReturnType<Git["run"]> {
    return this.#git.run(this.repository.id, args, given);
  }

  bytes(args: readonly string[], given?: Parameters<Git["bytes"]>[2]): ReturnType<Git["bytes"]> {
    return this.#git.bytes(this.repository.id, args, given);
  }

  records(args: readonly string[], environment?: Readonly<Record<string, string>>): AsyncGenerator<string> {
    return this.#git.records(this.repository.id, args, environment);
  }

  /** As `run`, for what cannot fail unless something is broken: throws then. */
  async must(args: readonly string[], given?: Parameters<Git["run"]>[2]): Promise<string> {
    const { ok, output, said } = await this.bytes(args, given);
    if (!ok) throw new Error(`git ${args[0] ?? ""} failed: ${said}`);
    return output.toString("utf8").trim();
  }

  /** What a commit's tree has at these paths. A folder that holds one of them is told with it. */
  async *entriesAt(commitId: string, paths: readonly string[]): AsyncGenerator<TreeEntry> {
    for (const some of inLines(paths)) {
      yield* readEntries(this.records(["ls-tree", "-z", "-l", "-t", "--full-tree", commitId, "--", ...some]));
    }
  }

  /** What a tree holds, by name. */
  entriesIn(treeId: string): AsyncGenerator<TreeEntry> {
    return readEntries(this.records(["ls-tree", "-z", "-l", treeId]));
  }

  /** What a path is in a commit's tree; the root is a folder. */
  async entryAt(commitId: string, path: string): Promise<TreeEntry | undefined> {
    if (path === "") {
      const id = await this.must(["rev-parse", `${commitId}^{tree}`]);
      return { kind: "folder", mode: "040000", id, path, size: 0 };
    }
    for await (const entry of this.entriesAt(commitId, [path])) if (entry.path === path) return entry;
    return undefined;
  }

  /** Writes a file of the repository's own folder, for git to read and to be removed again: it is not synced. */
  async writeFile(name: string, content: Uint8Array): Promise<void> {
    await writeFile(join(this.#git.reachedFolderOf(this.repository.id), name), content, { flag: "wx", mode: 0o600 });
  }

  /** Makes a folder in the repository's own folder, for git to work in and to be removed again: it is not synced. */
  async makeFolder(name: string): Promise<void> {
    await mkdir(join(this.#git.reachedFolderOf(this.repository.id), name), { mode: 0o700 });
  }

  /** Removes a file or a folder of the repository's own folder, where it is there. */
  async removeFile(name: string): Promise<void> {
    await rm(join(this.#git.reachedFolderOf(this.repository.id), name), { recursive: true, force: true });
  }

  /** ③ waits until all that git wrote would survive a power cut. */
  settle(): Promise<void> {
    return this.#git.settle();
  }

  /** Waits until a file of the repository's own folder, and its name, would survive a power cut. */
  async syncFile(name: string): Promise<void> {
    const folder = this.#git.reachedFolderOf(this.repository.id);
    await using file = await open(join(folder, name));
    await file.sync();
    await syncFolder(folder);
  }

  async headOf(branch: string): Promise<string | undefined> {
    return await this.#reference(`refs/heads/${branch}`);
  }

  async hasTag(name: string): Promise<boolean> {
    return (await this.#reference(`refs/tags/${name}`)) !== undefined;
  }

  /** The branch that HEAD points to, where that branch exists. */
  async defaultBranch(): Promise<string | undefined> {
    const head = await this.run(["symbolic-ref", "--short", "HEAD"]);
    const name = head.output.trim();
    return head.ok && (await this.headOf(name)) !== undefined ? name : undefined;
  }

  async isCommit(id: string): Promise<boolean> {
    if (!objectIdForm.test(id)) return false;
    const { ok, output } = await this.run(["cat-file", "-t", id]);
    return ok && output.trim() === "commit";
  }

  /**
   * The commit that a specifier names: a full commit id, `HEAD`, a branch, a tag, or a full reference name.
   * What git would further understand (`HEAD~3`, `@{yesterday}`, short ids) names nothing here, as in AWS.
   */
  async commitNamed(specifier: string): Promise<string | undefined> {
    if (objectIdForm.test(specifier)) return (await this.isCommit(specifier)) ? specifier : undefined;
    const names =
      specifier === "HEAD" || specifier.startsWith("refs/")
        ? [specifier]
        : [`refs/heads/${specifier}`, `refs/tags/${specifier}`];
    for (const name of names) {
      const id = await this.#reference(name);
      if (id === undefined) continue;
      // A tag may be an object of its own, which names the commit.
      const peeled = await this.run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${id}^{commit}`]);
      if (peeled.ok) return peeled.output.trim();
    }
    return undefined;
  }

  async #reference(name: string): Promise<string | undefined> {
    // What cannot be a word of a command is no name of a reference either.
    if (controlCharacter.test(name)) return undefined;
    const { ok, output, said } = await this.bytes(["show-ref", "--verify", "--hash", "--", name]);
    // A reference to an object that cannot be read is not one that is not there.
    if (!ok && !said.endsWith("not a valid ref")) throw new Error(`git cannot read ${name}: ${said}`);
    const id = output.toString("latin1").trim();
    return ok && objectIdForm.test(id) ? id : undefined;
  }
}

// eslint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/;
/** Of the words of one command; Linux takes two megabytes. */
const lineCharactersMax = 200_000;

/** The paths in as many portions as command lines are needed for them: one at least. */
function inLines(paths: readonly string[]): (readonly string[])[] {
  const lines: string[][] = [[]];
  let characters = 0;
  for (const path of paths) {
    characters += path.length + 1;
    if (characters > lineCharactersMax && (lines.at(-1)?.length ?? 0) > 0) {
      lines.push([]);
      characters = path.length + 1;
    }
    lines.at(-1)?.push(path);
  }
  return lines;
}
