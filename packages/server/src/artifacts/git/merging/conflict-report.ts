import { objectIdForm } from "../opened-repository.ts";
import type { OpenedRepository } from "../opened-repository.ts";
import { contentOf } from "../contents.ts";
import { fileBytesMax } from "../file-changes.ts";
import { isRegular, mergedMode, typeOf } from "./conflict.ts";
import type { Clash, MergeManner, ObjectType } from "./conflict.ts";
import { conflictingHunks, wholeHunk } from "./hunks.ts";
import type { Hunk } from "./hunks.ts";
import { blobSizes, isBinary } from "./line-merge.ts";
import type { Side, SideName, Unmerged } from "./merged-index.ts";

type PerSide<T> = Readonly<Partial<Record<SideName, T>>>;
type Change = "A" | "M" | "D";

/** What there is to know about a path of a merge. */
export interface ConflictReport {
  readonly path: string;
  readonly sizes: PerSide<number>;
  /** As git writes them: `100644`. */
  readonly modes: PerSide<string>;
  readonly types: PerSide<ObjectType>;
  readonly isBinary: PerSide<boolean>;
  /** Of lines and of what is known about the file besides. */
  readonly conflicts: number;
  readonly content: boolean;
  readonly mode: boolean;
  readonly type: boolean;
  readonly operations: { readonly source?: Change; readonly destination?: Change };
  readonly hunks: readonly Hunk[];
}

const names: readonly SideName[] = ["base", "destination", "source"];

/** Tells about a clash. Where lines count, its hunks are those that conflict; else the file is one hunk. */
export async function reportOf(opened: OpenedRepository, clash: Clash, manner: MergeManner): Promise<ConflictReport> {
  const { top } = clash;
  const hunks = await hunksOf(opened, clash, manner);
  const isTypeConflict = typeOf(clash, "source") !== typeOf(clash, "destination") && bothThere(clash);
  const isModeConflict = !isTypeConflict && bothThere(clash) && mergedMode(top) === undefined;
  const byContent = hunks === undefined ? Number(!isTypeConflict && !isModeConflict) : hunks.length;
  return {
    ...(await facts(opened, clash)),
    conflicts: byContent + Number(isModeConflict) + Number(isTypeConflict),
    content: byContent > 0,
    mode: isModeConflict,
    type: isTypeConflict,
    hunks: hunks ?? [],
  };
}

/** Tells about a path that does not conflict. */
export async function reportOfSettled(opened: OpenedRepository, entry: Unmerged): Promise<ConflictReport> {
  const told = await facts(opened, { top: entry, below: [] });
  return { ...told, conflicts: 0, content: false, mode: false, type: false, hunks: [] };
}

const bothThere = (clash: Clash): boolean =>
  typeOf(clash, "source") !== undefined && typeOf(clash, "destination") !== undefined;

async function hunksOf(
  opened: OpenedRepository,
  { top, below }: Clash,
  { level, strategy }: MergeManner,
): Promise<readonly Hunk[] | undefined> {
  const { base, destination, source } = top;
  if (below.length > 0 || !isRegular(destination) || !isRegular(source)) return undefined;
  if (destination.id === source.id) return [];
  const versions = { base: isRegular(base) ? base : undefined, destination, source };
  if (level === "LINE_LEVEL" || strategy === "AUTOMERGE") return await conflictingHunks(opened, versions);
  const whole = await wholeHunk(opened, versions);
  return whole.length === 0 ? undefined : whole;
}

async function facts(opened: OpenedRepository, clash: Clash) {
  const { top } = clash;
  const there = names.flatMap((name): [SideName, Side][] => {
    const side = top[name];
    return side === undefined || side.mode === "160000" ? [] : [[name, side]];
  });
  const sizes = await blobSizes(
    opened,
    there.map(([, { id }]) => id),
  );
  const sizeOf = (id: string): number => sizes.get(id) ?? 0;
  const binaries = await Promise.all(
    there.map(async ([name, { id }]): Promise<[SideName, boolean]> => [
      name,
      // What is larger than any file that is told is not looked into.
      sizeOf(id) > fileBytesMax || isBinary(await contentOf(opened, id)),
    ]),
  );
  return {
    path: top.path,
    sizes: perSide(there.map(([name, { id }]) => [name, sizeOf(id)])),
    modes: perSide(names.flatMap((name) => (top[name] === undefined ? [] : [[name, top[name].mode]]))),
    types: perSide(
      names.flatMap((name) => {
        const type = typeOf(clash, name);
        return type === undefined ? [] : [[name, type] as [SideName, ObjectType]];
      }),
    ),
    isBinary: perSide(binaries),
    operations: { ...operation("source", clash), ...operation("destination", clash) },
  };
}

const perSide = <T>(entries: readonly (readonly [SideName, T])[]): PerSide<T> => Object.fromEntries(entries);

function operation(name: "source" | "destination", clash: Clash): Readonly<Record<string, Change>> {
  const { base } = clash.top;
  const side = clash.top[name];
  const isThere = typeOf(clash, name) !== undefined;
  if (!isThere) return typeOf(clash, "base") === undefined ? {} : { [name]: "D" };
  if (typeOf(clash, "base") === undefined) return { [name]: "A" };
  return side !== undefined && side.id === base?.id && side.mode === base.mode ? {} : { [name]: "M" };
}

/** What a path is on the three sides; undefined where none of them has a file there. */
export async function pathOnSides(
  opened: OpenedRepository,
  path: string,
  commits: Readonly<Record<SideName, string | undefined>>,
): Promise<Unmerged | undefined> {
  const sides: Partial<Record<SideName, Side>> = {};
  for (const name of names) {
    const commitId = commits[name];
    if (commitId === undefined || !objectIdForm.test(commitId)) continue;
    const entry = await opened.entryAt(commitId, path);
    if (entry !== undefined && entry.kind !== "folder") sides[name] = { mode: entry.mode, id: entry.id };
  }
  return Object.keys(sides).length === 0 ? undefined : { path, ...sides };
}
