import type { Clock } from "../../platform/index.ts";
import { moveBranch } from "./branches.ts";
import { writeCommit } from "./commit-writer.ts";
import type { Authorship } from "./commit-writer.ts";
import type { Contents } from "./contents.ts";
import type { MergeManner } from "./merging/conflict.ts";
import { mergeBases } from "./merging/merge-base.ts";
import type { RefusedResolution, Resolution } from "./merging/resolution.ts";
import { refusedResolution } from "./merging/resolution.ts";
import { isMergeable, mergedTree } from "./merging/three-way.ts";
import type { Sides } from "./merging/three-way.ts";
import type { NoSuchCommit, NoSuchRepository, OpenedRepository } from "./opened-repository.ts";
import { isBranchName } from "./reference-name.ts";

export type MergeOption = "FAST_FORWARD_MERGE" | "SQUASH_MERGE" | "THREE_WAY_MERGE";

export interface MergeSides {
  readonly repository: string;
  readonly source: string;
  readonly destination: string;
}

/** How a merge is made. But for the option, nothing of it is used by a fast-forward, which makes no commit. */
export interface MergeWork {
  readonly option: MergeOption;
  readonly manner: MergeManner;
  readonly resolution: Resolution;
  readonly keepEmptyFolders: boolean;
  readonly authorship: Authorship;
}

export interface Merge extends MergeSides, MergeWork {
  /** The branch that moves. It must stand at the destination. */
  readonly target: string;
  /** ARN of who merges. */
  readonly actor: string;
}

type TooMany = { readonly kind: "too-many-changes" };
type Refused = { readonly kind: "manual-merge" } | TooMany | RefusedResolution;

/** A commit that no branch leads to yet. */
interface MadeCommit {
  readonly kind: "made";
  readonly opened: OpenedRepository;
  readonly source: string;
  readonly destination: string;
  readonly commitId: string;
  readonly treeId: string;
}

/** Merges between branches, without a working copy. */
export class Merges {
  readonly #contents: Contents;
  readonly #clock: Clock;
  readonly #moved: (name: string, actor: string) => Promise<void>;

  constructor(contents: Contents, clock: Clock, moved: (name: string, actor: string) => Promise<void>) {
    this.#contents = contents;
    this.#clock = clock;
    this.#moved = moved;
  }

  /** How the source can be merged into the destination without a person; no branch moves. */
  async options(asked: MergeSides & { readonly manner: MergeManner }): Promise<
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
    const sides = await this.sides(asked);
    if (sides.kind !== "sides") return sides;
    const { source, destination, bases } = sides;
    const mergeable = await isMergeable(sides, asked.manner);
    if (typeof mergeable === "object") return mergeable;
    const withCommit: readonly MergeOption[] = mergeable ? ["SQUASH_MERGE", "THREE_WAY_MERGE"] : [];
    const forward: readonly MergeOption[] = bases[0] === destination ? ["FAST_FORWARD_MERGE"] : [];
    return { kind: "options", options: [...forward, ...withCommit], source, destination, base: bases[0] };
  }

  /** Merges, where nothing conflicts that is not resolved. A source that is merged already changes nothing. */
  async merge(
    asked: Merge,
  ): Promise<
    | { readonly kind: "merged"; readonly commitId: string; readonly treeId: string }
    | { readonly kind: "invalid-target" | "no-such-branch" | "branch-is-tag" | "moved-meanwhile" }
    | Refused
    | NoSuchRepository
    | NoSuchCommit
  > {
    const { target } = asked;
    const sides = await this.sides(asked);
    if (sides.kind !== "sides") return sides;
    if (!isBranchName(target)) return { kind: "invalid-target" };
    const head = await sides.opened.headOf(target);
    if (head === undefined) return { kind: (await sides.opened.hasTag(target)) ? "branch-is-tag" : "no-such-branch" };
    const made = await this.#make(sides, asked);
    if (made.kind !== "made") return made;
    const { opened, destination, commitId, treeId } = made;
    if (!(await moveBranch(opened, target, destination, commitId))) return { kind: "moved-meanwhile" };
    if (destination !== commitId) await this.#moved(asked.repository, asked.actor);
    return { kind: "merged", commitId, treeId };
  }

  /** Makes what `merge` would move a branch to. No branch moves. */
  async make(asked: MergeSides & MergeWork): Promise<MadeCommit | Refused | NoSuchRepository | NoSuchCommit> {
    const sides = await this.sides(asked);
    if (sides.kind !== "sides") return sides;
    const made = await this.#make(sides, asked);
    if (made.kind === "made") await made.opened.settle();
    return made;
  }

  /** The commits that two specifiers name, and their common ancestors. */
  async sides(asked: MergeSides): Promise<Sides | NoSuchRepository | NoSuchCommit> {
    const source = await this.#contents.resolve(asked.repository, asked.source);
    if (source.kind !== "commit") return source;
    const destination = await this.#contents.resolve(asked.repository, asked.destination);
    if (destination.kind !== "commit") return destination;
    const { opened } = source;
    const bases = await mergeBases(opened, source.commitId, destination.commitId);
    return { kind: "sides", opened, source: source.commitId, destination: destination.commitId, bases };
  }

  async #make(sides: Sides, work: MergeWork): Promise<MadeCommit | Refused> {
    const { opened, source, destination, bases } = sides;
    const { option, authorship } = work;
    const asIs = async (commitId: string): Promise<MadeCommit> => {
      const treeId = await opened.must(["rev-parse", `${commitId}^{tree}`]);
      return { kind: "made", opened, source, destination, commitId, treeId };
    };
    if (option !== "FAST_FORWARD_MERGE") {
      const refused = refusedResolution(work.resolution, work.manner);
      if (refused !== undefined) return refused;
    }
    if (bases[0] === source) return await asIs(destination);
    if (option === "FAST_FORWARD_MERGE") {
      return bases[0] === destination ? await asIs(source) : { kind: "manual-merge" };
    }
    const tree = await mergedTree(sides, work);
    if (tree.kind !== "tree") return tree;
    const { treeId } = tree;
    const parents = option === "SQUASH_MERGE" ? [destination] : [destination, source];
    const commitId = await writeCommit(opened, { treeId, parents, ...authorship }, this.#clock.now());
    return { kind: "made", opened, source, destination, commitId, treeId };
  }
}
