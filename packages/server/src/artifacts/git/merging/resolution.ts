import { fileBytesMax } from "../file-changes.ts";
import type { OpenedRepository } from "../opened-repository.ts";
import { gitModeOf, plainPath } from "../tree.ts";
import type { FileMode } from "../tree.ts";
import { mergedMode } from "./conflict.ts";
import type { Clash, MergeManner } from "./conflict.ts";
import type { SettledPath, SideName } from "./merged-index.ts";
import { asOn, mergedContent } from "./settling.ts";

export type ReplacementType = "KEEP_BASE" | "KEEP_SOURCE" | "KEEP_DESTINATION" | "USE_NEW_CONTENT";

/** What a person decided about paths that conflict. */
export interface Resolution {
  readonly replace: readonly {
    readonly path: string;
    readonly type: ReplacementType;
    readonly content?: Uint8Array | undefined;
    readonly mode?: FileMode | undefined;
  }[];
  readonly delete: readonly string[];
  readonly modes: readonly { readonly path: string; readonly mode: FileMode }[];
}

export type ResolutionRefusal =
  | "invalid-resolution"
  | "too-many-resolutions"
  | "several-resolutions"
  | "replacement-missing"
  | "invalid-replacement"
  | "content-too-large"
  | "path-required"
  | "invalid-path";

export interface RefusedResolution {
  readonly kind: "resolution-refused";
  readonly reason: ResolutionRefusal;
  readonly path: string;
}

export const noResolution: Resolution = { replace: [], delete: [], modes: [] };
const entriesMax = 1000;

const kept: Readonly<Record<Exclude<ReplacementType, "USE_NEW_CONTENT">, SideName>> = {
  KEEP_BASE: "base",
  KEEP_DESTINATION: "destination",
  KEEP_SOURCE: "source",
};

/** What is wrong with a resolution by itself. Resolutions belong to AUTOMERGE: elsewhere nobody would look at them. */
export function refusedResolution(resolution: Resolution, { strategy }: MergeManner): RefusedResolution | undefined {
  const refused = (reason: ResolutionRefusal, path = ""): RefusedResolution => ({
    kind: "resolution-refused",
    reason,
    path,
  });
  const { replace, delete: gone, modes } = resolution;
  const count = replace.length + gone.length + modes.length;
  if (count === 0) return undefined;
  if (strategy !== "AUTOMERGE") return refused("invalid-resolution");
  if (count > entriesMax) return refused("too-many-resolutions");
  for (const path of [...replace.map((one) => one.path), ...gone, ...modes.map((one) => one.path)]) {
    if (path === "" || path === "/") return refused("path-required", path);
    if (plainPath(path) === undefined) return refused("invalid-path", path);
  }
  for (const { path, type, content } of replace) {
    if (type === "USE_NEW_CONTENT" && content === undefined) return refused("replacement-missing", path);
    if (type !== "USE_NEW_CONTENT" && content !== undefined) return refused("invalid-replacement", path);
    if (content !== undefined && content.byteLength > fileBytesMax) return refused("content-too-large", path);
  }
  const twice = repeated([...replace.map((one) => one.path), ...gone]) ?? repeated(modes.map((one) => one.path));
  return twice === undefined ? undefined : refused("several-resolutions", twice);
}

function repeated(paths: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const path of paths.map((one) => plainPath(one) ?? one)) {
    if (seen.has(path)) return path;
    seen.add(path);
  }
  return undefined;
}

/** The first path of a resolution that does not conflict: whoever resolves it is mistaken about the merge. */
export function unknownPath(
  { replace, delete: gone, modes }: Resolution,
  clashes: readonly Clash[],
): string | undefined {
  const known = new Set(clashes.map(({ top }) => top.path));
  const named = [...replace.map((one) => one.path), ...gone, ...modes.map((one) => one.path)];
  return named.find((path) => !known.has(plainPath(path) ?? path));
}

/** A clash as a person resolved it; undefined where nothing is said of it, or not enough. */
export async function resolved(
  opened: OpenedRepository,
  clash: Clash,
  resolution: Resolution,
): Promise<readonly SettledPath[] | undefined> {
  const { top } = clash;
  const isIt = (path: string): boolean => plainPath(path) === top.path;
  if (resolution.delete.some(isIt)) return [top, ...clash.below].map(({ path }) => ({ path, file: undefined }));
  const replacement = resolution.replace.find(({ path }) => isIt(path));
  const given = replacement?.mode ?? resolution.modes.find(({ path }) => isIt(path))?.mode;
  const mode = given && gitModeOf(given);
  if (replacement === undefined) {
    const blob = mode === undefined ? undefined : await mergedContent(opened, top, undefined);
    return mode === undefined || blob === undefined ? undefined : [{ path: top.path, file: { mode, blob } }];
  }
  if (replacement.type !== "USE_NEW_CONTENT") {
    // What a submodule stands at is no file that could have a mode.
    if (mode !== undefined && top[kept[replacement.type]]?.mode === "160000") return undefined;
    return asOn(clash, kept[replacement.type]).map(({ path, file }) =>
      path === top.path && file !== undefined && mode !== undefined
        ? { path, file: { ...file, mode } }
        : { path, file },
    );
  }
  const own = mode ?? [mergedMode(top), top.destination?.mode, top.source?.mode].find((one) => one?.startsWith("100"));
  const file = { mode: own ?? gitModeOf("NORMAL"), blob: { content: replacement.content ?? new Uint8Array() } };
  const others = clash.below.map(({ path }) => ({ path, file: undefined }));
  return [...others, { path: top.path, file }];
}
