import type { Clock } from "../../platform/index.ts";
import { moveBranch } from "./branches.ts";
import { writeCommit } from "./commit-writer.ts";
import type { Authorship } from "./commit-writer.ts";
import type { Contents } from "./contents.ts";
import type { NoSuchCommit, NoSuchRepository, OpenedRepository } from "./opened-repository.ts";
import { isBranchName } from "./reference-name.ts";

/**
 * What counts as a conflict: both sides changed the same file (`FILE_LEVEL`), or the same lines of it
 * (`LINE_LEVEL`, as git has it).
 */
export type ConflictLevel = "FILE_LEVEL" | "LINE_LEVEL";
export type MergeOption = "FAST_FORWARD_MERGE" | "SQUASH_MERGE" | "THREE_WAY_MERGE";

export interface MergeSides {
  readonly repository: string;
  readonly source: string;
  readonly destination: string;
  readonly level: ConflictLevel;
}

export interface Merge extends MergeSides {
  readonly option: MergeOption;
  /** The branch that moves. It must stand at the destination. */
  readonly target: string;
  /** Not used by a fast-forward, which makes no commit. */
  readonly authorship: Authorship;
}

type Merged =
  | { readonly kind: "merged"; readonly commitId: string; readonly treeId: string }
  | { readonly kind: "invalid-target" | "no-such-branch" | "branch-is-tag" | "manual-merge" | "moved-meanwhile" };
type TooMany = { readonly kind: "too-many-changes" };
interface Sides {
  readonly kind: "sides";
  readonly opened: OpenedRepository;
  readonly source: string;
  readonly destination: string;
  readonly base: string | undefined;
}

const changesMax = 20_000;

/** Merges between branches, without a working copy. What conflicts is left to a person with a clone. */
export class Merges {
  readonly #contents: Contents;
  readonly #clock: Clock;
  readonly #touched: (name: string) => void;

  constructor(contents: Contents, clock: Clock, touched: (name: string) => void) {
    this.#contents = contents;
    this.#clock = clock;
    this.#touched = touched;
  }

  /** How the source can be merged into the destination without a person; no branch moves. */
  async options(asked: MergeSides): Promise<
    | {
        readonly kind: "options";
        readonly options: readonly MergeOption[];
        readonly source: string;
        readonly destination: string;
        readonly base: string | undefined;
      }
    | NoSuchRepository
    | NoSuchCommit
    | TooMany
  > {
    const sides = await this.#sides(asked);
    if (sides.kind !== "sides") return sides;
    const { source, destination, base } = sides;
    const tree = await mergedTree(sides, asked.level);
    if (typeof tree === "object") return tree;
    const withCommit: readonly MergeOption[] = tree === undefined ? [] : ["SQUASH_MERGE", "THREE_WAY_MERGE"];
    const forward: readonly MergeOption[] = base === destination ? ["FAST_FORWARD_MERGE"] : [];
    return { kind: "options", options: [...forward, ...withCommit], source, destination, base };
  }

  /** Merges, where nothing conflicts. A source that is merged already changes nothing. */
  async merge(asked: Merge): Promise<Merged | NoSuchRepository | NoSuchCommit | TooMany> {
    const { option, target, level, repository } = asked;
    const sides = await this.#sides(asked);
    if (sides.kind !== "sides") return sides;
    const { opened, source, destination, base } = sides;
    if (!isBranchName(target)) return { kind: "invalid-target" };
    const head = await opened.headOf(target);
    if (head === undefined) return { kind: (await opened.hasTag(target)) ? "branch-is-tag" : "no-such-branch" };
    if (base === source) return await this.#move(opened, repository, target, destination, destination);
    if (option === "FAST_FORWARD_MERGE") {
      if (base !== destination) return { kind: "manual-merge" };
      return await this.#move(opened, repository, target, destination, source);
    }
    const treeId = await mergedTree(sides, level);
    if (treeId === undefined) return { kind: "manual-merge" };
    if (typeof treeId === "object") return treeId;
    const parents = option === "SQUASH_MERGE" ? [destination] : [destination, source];
    const commitId = await writeCommit(opened, { treeId, parents, ...asked.authorship }, this.#clock.now());
    return await this.#move(opened, repository, target, destination, commitId);
  }

  async #move(
    opened: OpenedRepository,
    repository: string,
    target: string,
    from: string,
    commitId: string,
  ): Promise<Merged> {
    if (!(await moveBranch(opened, target, from, commitId))) return { kind: "moved-meanwhile" };
    if (from !== commitId) this.#touched(repository);
    return { kind: "merged", commitId, treeId: await opened.must(["rev-parse", `${commitId}^{tree}`]) };
  }

  async #sides(asked: MergeSides): Promise<Sides | NoSuchRepository | NoSuchCommit> {
    const source = await this.#contents.resolve(asked.repository, asked.source);
    if (source.kind !== "commit") return source;
    const destination = await this.#contents.resolve(asked.repository, asked.destination);
    if (destination.kind !== "commit") return destination;
    const { opened } = source;
    const found = await opened.run(["merge-base", source.commitId, destination.commitId]);
    const base = found.ok ? found.output.trim() : undefined;
    return { kind: "sides", opened, source: source.commitId, destination: destination.commitId, base };
  }
}

/** The merge's tree; undefined where there are conflicts, or no common ancestor. */
async function mergedTree(sides: Sides, level: ConflictLevel): Promise<string | TooMany | undefined> {
  const { opened, source, destination, base } = sides;
  if (base === undefined) return undefined;
  if (level === "FILE_LEVEL") {
    const both = await changedOnBoth(sides, base);
    if (both !== false) return both === true ? undefined : both;
  }
  const merged = await opened.bytes(["merge-tree", "--write-tree", "-z", "--no-messages", destination, source]);
  const tree = merged.output.toString("latin1", 0, 40);
  if (!/^[0-9a-f]{40}$/.test(tree)) throw new Error(`git merge-tree failed: ${merged.said}`);
  return merged.ok ? tree : undefined;
}

/** Whether a file was changed on both sides, and not to the same. */
async function changedOnBoth({ opened, source, destination }: Sides, base: string): Promise<boolean | TooMany> {
  const theirs = await changesSince(opened, base, source);
  const ours = await changesSince(opened, base, destination);
  if (theirs === undefined || ours === undefined) return { kind: "too-many-changes" };
  return [...theirs].some(([path, now]) => ours.has(path) && ours.get(path) !== now);
}

/** What each changed file became, by path; undefined where there are too many to compare. */
async function changesSince(
  opened: OpenedRepository,
  base: string,
  commit: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const changes = new Map<string, string>();
  let became: string | undefined;
  for await (const record of opened.records(["diff-tree", "-r", "-z", "--raw", "--no-renames", base, commit])) {
    if (became === undefined) {
      const [, mode = "", , id = ""] = record.split(" ");
      became = `${mode} ${id}`;
      continue;
    }
    if (changes.size >= changesMax) return undefined;
    changes.set(record, became);
    became = undefined;
  }
  return changes;
}
