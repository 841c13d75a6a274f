import type { OpenedRepository } from "../opened-repository.ts";
import { clashesOf, isAlone } from "./conflict.ts";
import type { Clash, MergeManner } from "./conflict.ts";
import { baseTree } from "./merge-base.ts";
import { withMergedIndex } from "./merged-index.ts";
import type { MergedIndex, SettledPath } from "./merged-index.ts";
import { resolved, unknownPath } from "./resolution.ts";
import type { RefusedResolution, Resolution } from "./resolution.ts";
import { asOn, settled } from "./settling.ts";
import { brokenSettings } from "../submodule-settings.ts";

/** Two commits that are to be merged. Without a common ancestor there is nothing to compare them with. */
export interface Sides {
  readonly kind: "sides";
  readonly opened: OpenedRepository;
  readonly source: string;
  readonly destination: string;
  readonly bases: readonly string[];
}

type TooMany = { readonly kind: "too-many-changes" };

/** Each takes several processes of git where lines are merged. */
const clashesMax = 2000;
const atOnce = 4;

/** Whether the merge needs no person. */
export async function isMergeable(sides: Sides, manner: MergeManner): Promise<boolean | TooMany> {
  const found = await clashesBetween(sides, manner);
  if ("kind" in found) return found;
  return found.mergeable;
}

/** What a person is left with: all clashes that are not settled, by path. No common ancestor leaves everything. */
export async function clashesBetween(
  sides: Sides,
  manner: MergeManner,
): Promise<{ readonly mergeable: boolean; readonly clashes: readonly Clash[] } | TooMany> {
  if (sides.bases.length === 0) return { mergeable: false, clashes: [] };
  return await merging(sides, async (_, all) => {
    if (manner.level === "FILE_LEVEL" && manner.strategy === "NONE") {
      return { mergeable: all.length === 0, clashes: all };
    }
    if (all.length > clashesMax) return { kind: "too-many-changes" };
    const outcomes = await inTurn(all, async (clash) => await settled(sides.opened, clash, manner));
    const clashes = all.filter((_, at) => outcomes[at] === undefined);
    return { mergeable: clashes.length === 0, clashes };
  });
}

/** The merge's tree. */
export async function mergedTree(
  sides: Sides,
  work: { readonly manner: MergeManner; readonly resolution: Resolution; readonly keepEmptyFolders: boolean },
): Promise<
  { readonly kind: "tree"; readonly treeId: string } | { readonly kind: "manual-merge" } | TooMany | RefusedResolution
> {
  if (sides.bases.length === 0) return { kind: "manual-merge" };
  const { opened } = sides;
  const { manner, resolution } = work;
  return await merging(sides, async (index, all) => {
    if (all.length > 0 && manner.level === "FILE_LEVEL" && manner.strategy === "NONE") return { kind: "manual-merge" };
    if (all.length > clashesMax) return { kind: "too-many-changes" };
    const unknown = unknownPath(resolution, all);
    if (unknown !== undefined) return { kind: "resolution-refused", reason: "invalid-resolution", path: unknown };
    // What a person resolved counts, though lines could have been merged.
    const outcomes = await inTurn(
      all,
      async (clash) => (await resolved(opened, clash, resolution)) ?? (await settled(opened, clash, manner)),
    );
    const paths: SettledPath[] = [];
    for (const outcome of outcomes) {
      if (outcome === undefined) return { kind: "manual-merge" };
      paths.push(...outcome);
    }
    const settledFiles = paths.length > 0 ? await index.settle(paths) : [];
    const broken = await brokenSettings(opened, settledFiles);
    if (broken !== undefined) return { kind: "resolution-refused", reason: "invalid-path", path: broken };
    if (work.keepEmptyFolders) await index.keepEmptyFolders();
    return { kind: "tree", treeId: await index.writeTree() };
  });
}

/** The merge in an index of its own, with all that clashes. */
async function merging<T>(
  { opened, bases, source, destination }: Sides,
  work: (index: MergedIndex, clashes: readonly Clash[]) => Promise<T>,
): Promise<T> {
  const base = await baseTree(opened, bases);
  return await withMergedIndex(opened, { base, destination, source }, async (index) => {
    const all = clashesOf(index.unmerged);
    const alone = all.filter(isAlone).flatMap((clash) => asOn(clash, clash.top.source ? "source" : "destination"));
    if (alone.length > 0) await index.settle(alone);
    return await work(
      index,
      all.filter((clash) => !isAlone(clash)),
    );
  });
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    done.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  }
  return done;
}
