import type { OpenedRepository } from "../opened-repository.ts";
import { textsOf } from "./line-merge.ts";
import type { ThreeVersions } from "./line-merge.ts";

/** Lines from `start` up to, not including, `end`; the first line is 0. */
export interface HunkSide {
  readonly start: number;
  readonly end: number;
  readonly content: Uint8Array;
}

/** Lines that both sides changed, and not to the same. */
export interface Hunk {
  readonly base: HunkSide;
  readonly destination: HunkSide;
  readonly source: HunkSide;
}

/** `removed` lines from line `at` on became `added` lines. */
interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly added: number;
}

const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/gm;
/** A file of more lines is told as one that conflicts, without telling where. */
const linesMax = 500_000;

/** Where the lines of both sides conflict, from the top; undefined where the file has no lines to compare. */
export async function conflictingHunks(
  opened: OpenedRepository,
  versions: ThreeVersions,
): Promise<readonly Hunk[] | undefined> {
  const texts = await textsOf(opened, versions);
  if (texts === undefined) return undefined;
  const { base, destination, source } = versions;
  const lines = { base: linesOf(texts.base), destination: linesOf(texts.destination), source: linesOf(texts.source) };
  if (Object.values(lines).some(({ count }) => count > linesMax)) return undefined;
  const whole = (side: keyof typeof lines) => [{ at: 0, removed: 0, added: lines[side].count }];
  const ours = base === undefined ? whole("destination") : await editsOf(opened, base.id, destination.id);
  const theirs = base === undefined ? whole("source") : await editsOf(opened, base.id, source.id);
  return regionsOf(ours, theirs)
    .map((region) => ({
      base: slice(lines.base, region.base),
      destination: slice(lines.destination, region.destination),
      source: slice(lines.source, region.source),
    }))
    .filter((hunk) => Buffer.compare(hunk.destination.content, hunk.source.content) !== 0);
}

/** All of a file as one hunk, where it conflicts as a whole. */
export async function wholeHunk(opened: OpenedRepository, versions: ThreeVersions): Promise<readonly Hunk[]> {
  const texts = await textsOf(opened, versions);
  if (texts === undefined) return [];
  const whole = (content: Uint8Array): HunkSide => ({ start: 0, end: linesOf(content).count, content });
  return [{ base: whole(texts.base), destination: whole(texts.destination), source: whole(texts.source) }];
}

/** The same comparison of lines as `git merge-file` makes. */
async function editsOf(opened: OpenedRepository, from: string, to: string): Promise<Edit[]> {
  if (from === to) return [];
  const plain = ["--no-color", "--no-ext-diff", "--no-textconv", "--no-indent-heuristic", "--diff-algorithm=myers"];
  const { output, ok, said } = await opened.bytes(["diff", ...plain, "--text", "-U0", from, to]);
  if (!ok) throw new Error(`git diff failed: ${said}`);
  return [...output.toString("latin1").matchAll(header)].map(([, at = "", removed = "1", added = "1"]) => ({
    // Where no line is removed, the header names the line before.
    at: Number(removed) === 0 ? Number(at) : Number(at) - 1,
    removed: Number(removed),
    added: Number(added),
  }));
}

type Range = readonly [start: number, end: number];

/** Stretches that both sides changed: edits that overlap or touch belong together. */
function regionsOf(
  ours: readonly Edit[],
  theirs: readonly Edit[],
): { readonly base: Range; readonly destination: Range; readonly source: Range }[] {
  const all = [
    ...ours.map((edit) => ({ ...edit, isOurs: true })),
    ...theirs.map((edit) => ({ ...edit, isOurs: false })),
  ].sort((one, other) => one.at - other.at);
  const regions: { readonly base: Range; readonly destination: Range; readonly source: Range }[] = [];
  const shift = { destination: 0, source: 0 };
  for (let from = 0; from < all.length;) {
    const first = all[from];
    if (first === undefined) break;
    let end = first.at + first.removed;
    let to = from + 1;
    for (let next = all[to]; next !== undefined && next.at <= end; next = all[(to += 1)]) {
      end = Math.max(end, next.at + next.removed);
    }
    const group = all.slice(from, to);
    const before = { ...shift };
    for (const { isOurs, added, removed } of group) shift[isOurs ? "destination" : "source"] += added - removed;
    if (group.some(({ isOurs }) => isOurs) && group.some(({ isOurs }) => !isOurs)) {
      const range = (side: keyof typeof shift): Range => [first.at + before[side], end + shift[side]];
      regions.push({ base: [first.at, end], destination: range("destination"), source: range("source") });
    }
    from = to;
  }
  return regions;
}

/** A text and where each of its lines ends; a line takes its newline along. */
interface Lines {
  readonly content: Uint8Array;
  readonly ends: Uint32Array;
  readonly count: number;
}

const newline = 10;

function linesOf(content: Uint8Array): Lines {
  let count = 0;
  for (const byte of content) if (byte === newline) count += 1;
  const isOpen = content.byteLength > 0 && content.at(-1) !== newline;
  const ends = new Uint32Array(count + (isOpen ? 1 : 0));
  let line = 0;
  for (let at = content.indexOf(newline); at >= 0; at = content.indexOf(newline, at + 1)) ends[line++] = at + 1;
  if (isOpen) ends[line] = content.byteLength;
  return { content, ends, count: ends.length };
}

function slice({ content, ends }: Lines, [start, end]: Range): HunkSide {
  const from = start === 0 ? 0 : (ends[start - 1] ?? 0);
  const to = end === 0 ? 0 : (ends[end - 1] ?? content.byteLength);
  return { start, end, content: content.subarray(from, to) };
}
