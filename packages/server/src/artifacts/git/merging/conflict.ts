import { foldersAbove } from "../file-changes.ts";
import type { Side, SideName, Unmerged } from "./merged-index.ts";

/**
 * What counts as a conflict: both sides changed the same file (`FILE_LEVEL`), or the same lines of it
 * (`LINE_LEVEL`, as git has it).
 */
export type ConflictLevel = "FILE_LEVEL" | "LINE_LEVEL";
/** Whose version is taken where both changed the same; AUTOMERGE merges lines, and takes what the caller resolved. */
export type ConflictStrategy = "NONE" | "ACCEPT_SOURCE" | "ACCEPT_DESTINATION" | "AUTOMERGE";

export interface MergeManner {
  readonly level: ConflictLevel;
  readonly strategy: ConflictStrategy;
}

export type ObjectType = "FILE" | "DIRECTORY" | "GIT_LINK" | "SYMBOLIC_LINK";

/** What cannot be settled but together: a path, and what lies below it where one side made a folder of it. */
export interface Clash {
  readonly top: Unmerged;
  readonly below: readonly Unmerged[];
}

/** By path. */
export function clashesOf(unmerged: readonly Unmerged[]): Clash[] {
  const tops = new Set(unmerged.map(({ path }) => path));
  const clashes = new Map<string, { top: Unmerged; below: Unmerged[] }>();
  const nested: [string, Unmerged][] = [];
  for (const entry of unmerged) {
    const above = foldersAbove(entry.path).find((folder) => tops.has(folder));
    if (above === undefined) clashes.set(entry.path, { top: entry, below: [] });
    else nested.push([above, entry]);
  }
  for (const [above, entry] of nested) clashes.get(above)?.below.push(entry);
  return [...clashes.values()];
}

/**
 * Whether one side alone has the path, and nothing stands against it: git leaves it unmerged where the other side still
 * had a file in place of its folder, or a folder in place of the file, which the first side took away.
 */
export const isAlone = ({ top, below }: Clash): boolean =>
  below.length === 0 && top.base === undefined && (top.source === undefined) !== (top.destination === undefined);

export const isRegular = (side: Side | undefined): side is Side => side?.mode.startsWith("100") === true;

export function typeOf({ top, below }: Clash, side: SideName): ObjectType | undefined {
  const there = top[side];
  if (there === undefined) return below.some((entry) => entry[side] !== undefined) ? "DIRECTORY" : undefined;
  if (there.mode === "160000") return "GIT_LINK";
  return there.mode === "120000" ? "SYMBOLIC_LINK" : "FILE";
}

/** The mode that both sides agree on: that of the side which changed it; undefined where they do not agree. */
export function mergedMode({ base, destination, source }: Unmerged): string | undefined {
  if (destination === undefined || source === undefined) return undefined;
  if (destination.mode === source.mode || base?.mode === source.mode) return destination.mode;
  return base?.mode === destination.mode ? source.mode : undefined;
}
