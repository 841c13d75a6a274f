import type { MergeOption, Merges, MergeSides } from "../merges.ts";
import type { NoSuchCommit, NoSuchRepository } from "../opened-repository.ts";
import { plainPath } from "../tree.ts";
import type { Clash, MergeManner } from "./conflict.ts";
import { pathOnSides, reportOf, reportOfSettled } from "./conflict-report.ts";
import type { ConflictReport } from "./conflict-report.ts";
import { clashesBetween } from "./three-way.ts";
import type { Sides } from "./three-way.ts";

export interface AskedConflicts extends MergeSides {
  readonly option: MergeOption;
  readonly manner: MergeManner;
}

interface Commits {
  readonly source: string;
  readonly destination: string;
  readonly base: string | undefined;
}

type Missing = NoSuchRepository | NoSuchCommit | { readonly kind: "too-many-changes" };

/** What stands in the way of merges, told before anybody merges. No branch moves. */
export class Conflicts {
  readonly #merges: Merges;

  constructor(merges: Merges) {
    this.#merges = merges;
  }

  /** Conflicts by path, from behind the first `skip`. */
  async list(asked: AskedConflicts & { readonly skip: number; readonly max: number }): Promise<
    | (Commits & {
        readonly kind: "conflicts";
        readonly mergeable: boolean;
        readonly reports: readonly ConflictReport[];
        readonly hasMore: boolean;
      })
    | Missing
  > {
    const found = await this.#clashes(asked);
    if (found.kind !== "clashes") return found;
    const { sides, clashes } = found;
    const reports: ConflictReport[] = [];
    for (const clash of clashes.slice(asked.skip, asked.skip + asked.max)) {
      reports.push(await reportOf(sides.opened, clash, asked.manner));
    }
    const hasMore = clashes.length > asked.skip + asked.max;
    return { kind: "conflicts", mergeable: found.mergeable, reports, hasMore, ...commitsOf(sides) };
  }

  /** Tells about paths, whether they conflict or not; one that no side has as a file has no report. */
  async describe(asked: AskedConflicts & { readonly paths: readonly string[] }): Promise<
    | (Commits & {
        readonly kind: "described";
        readonly paths: readonly {
          readonly path: string;
          readonly report: ConflictReport | "no-such-file" | "invalid-path";
        }[];
      })
    | Missing
  > {
    const found = await this.#clashes(asked);
    if (found.kind !== "clashes") return found;
    const { sides, clashes } = found;
    const paths: { readonly path: string; readonly report: ConflictReport | "no-such-file" | "invalid-path" }[] = [];
    for (const path of asked.paths) paths.push({ path, report: await reportAt(sides, clashes, path, asked.manner) });
    return { kind: "described", paths, ...commitsOf(sides) };
  }

  /** The commit that merged the source into the destination, where a branch or tag leads to it. */
  async mergedCommit(
    asked: MergeSides,
  ): Promise<
    (Commits & { readonly kind: "merge"; readonly merged: string | undefined }) | NoSuchRepository | NoSuchCommit
  > {
    const sides = await this.#merges.sides(asked);
    if (sides.kind !== "sides") return sides;
    const commits = commitsOf(sides);
    for await (const record of sides.opened.records(["log", "-z", "--all", "--min-parents=2", "--format=%H %P"])) {
      const [id, ...parents] = record.trim().split(" ");
      if (parents.includes(sides.source) && parents.includes(sides.destination)) {
        return { kind: "merge", merged: id, ...commits };
      }
    }
    return { kind: "merge", merged: undefined, ...commits };
  }

  async #clashes(asked: AskedConflicts): Promise<
    | {
        readonly kind: "clashes";
        readonly sides: Sides;
        readonly mergeable: boolean;
        readonly clashes: readonly Clash[];
      }
    | Missing
  > {
    const sides = await this.#merges.sides(asked);
    if (sides.kind !== "sides") return sides;
    const found = await clashesBetween(sides, asked.manner);
    if ("kind" in found) return found;
    const [base] = sides.bases;
    const canForward = base !== undefined && (base === sides.destination || base === sides.source);
    const mergeable = asked.option === "FAST_FORWARD_MERGE" ? canForward : found.mergeable;
    return { kind: "clashes", sides, clashes: found.clashes, mergeable };
  }
}

const commitsOf = ({ source, destination, bases }: Sides): Commits => ({ source, destination, base: bases[0] });

async function reportAt(
  sides: Sides,
  clashes: readonly Clash[],
  given: string,
  manner: MergeManner,
): Promise<ConflictReport | "no-such-file" | "invalid-path"> {
  const path = plainPath(given);
  if (path === undefined || path === "") return "invalid-path";
  const clash = clashes.find(({ top }) => top.path === path);
  if (clash !== undefined) return await reportOf(sides.opened, clash, manner);
  const entry = await pathOnSides(sides.opened, path, commitsOf(sides));
  return entry === undefined ? "no-such-file" : await reportOfSettled(sides.opened, entry);
}
