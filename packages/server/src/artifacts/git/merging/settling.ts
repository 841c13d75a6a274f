import type { OpenedRepository } from "../opened-repository.ts";
import { isRegular, mergedMode } from "./conflict.ts";
import type { Clash, MergeManner } from "./conflict.ts";
import { mergeLines } from "./line-merge.ts";
import type { Favoured } from "./line-merge.ts";
import type { SettledPath, Side, SideName, Unmerged } from "./merged-index.ts";

/** What a clash becomes without a person; undefined where only a person can tell. */
export async function settled(
  opened: OpenedRepository,
  clash: Clash,
  manner: MergeManner,
): Promise<readonly SettledPath[] | undefined> {
  const favoured = favouredBy(manner);
  const byLines = manner.level === "LINE_LEVEL" || manner.strategy === "AUTOMERGE";
  if (byLines && clash.below.length === 0) {
    const file = await mergedFile(opened, clash.top, favoured);
    if (file !== undefined) return [{ path: clash.top.path, file }];
  }
  return favoured === undefined ? undefined : asOn(clash, favoured);
}

function favouredBy({ strategy }: MergeManner): Favoured {
  if (strategy === "ACCEPT_SOURCE") return "source";
  return strategy === "ACCEPT_DESTINATION" ? "destination" : undefined;
}

/** All of a clash as one side has it: what that side does not have goes. */
export function asOn({ top, below }: Clash, side: SideName): SettledPath[] {
  return [top, ...below].map((entry) => ({ path: entry.path, file: fileOf(entry[side]) }));
}

const fileOf = (side: Side | undefined): SettledPath["file"] => side && { mode: side.mode, blob: { id: side.id } };

/** A file that both sides have, with the changes of both; undefined where they conflict and no side is favoured. */
async function mergedFile(opened: OpenedRepository, entry: Unmerged, favoured: Favoured): Promise<SettledPath["file"]> {
  const { destination, source } = entry;
  if (!isRegular(destination) || !isRegular(source)) return undefined;
  const mode = mergedMode(entry) ?? (favoured && entry[favoured]?.mode);
  const blob = await mergedContent(opened, entry, favoured);
  return mode === undefined || blob === undefined ? undefined : { mode, blob };
}

/** The content of a file that both sides have, whatever its mode. */
export async function mergedContent(
  opened: OpenedRepository,
  entry: Unmerged,
  favoured: Favoured,
): Promise<NonNullable<SettledPath["file"]>["blob"] | undefined> {
  const { destination, source } = entry;
  if (!isRegular(destination) || !isRegular(source)) return undefined;
  const base = isRegular(entry.base) ? entry.base : undefined;
  if (source.id === destination.id || source.id === base?.id) return { id: destination.id };
  if (destination.id === base?.id) return { id: source.id };
  const content = await mergeLines(opened, { base, destination, source }, favoured);
  if (content !== undefined) return { content };
  const taken = favoured && entry[favoured];
  return taken && { id: taken.id };
}
