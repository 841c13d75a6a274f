import { uuid } from "../../../platform/index.ts";
import { contentOf } from "../contents.ts";
import { fileBytesMax } from "../file-changes.ts";
import type { OpenedRepository } from "../opened-repository.ts";
import type { Side } from "./merged-index.ts";

/** How the names of files begin that stand in a repository's folder while their lines are merged. */
export const temporaryFile = "merge-of-";

/** The same file on both sides, and what it was; absent where both made it. */
export interface ThreeVersions {
  readonly base: Side | undefined;
  readonly destination: Side;
  readonly source: Side;
}

export type Favoured = "source" | "destination" | undefined;

/** Git takes a file for binary that has a zero byte near its beginning. */
const lookedAtBytes = 8000;
export const isBinary = (content: Uint8Array): boolean => content.subarray(0, lookedAtBytes).includes(0);

/** The sizes of blobs in bytes. */
export async function blobSizes(
  opened: OpenedRepository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const told = await opened.must(["cat-file", "--batch-check"], { input: `${ids.join("\n")}\n` });
  const sizes = told.split("\n").map((line): [string, number] => {
    const [id = "", , size] = line.split(" ");
    return [id, Number(size)];
  });
  return new Map(sizes);
}

/** The three contents; undefined where one is binary or has more than 6 MiB: its lines are not merged. */
export async function textsOf(
  opened: OpenedRepository,
  { base, destination, source }: ThreeVersions,
): Promise<Readonly<Record<keyof ThreeVersions, Uint8Array>> | undefined> {
  const ids = [destination, source, ...(base === undefined ? [] : [base])].map(({ id }) => id);
  const sizes = await blobSizes(opened, ids);
  if ([...sizes.values()].some((size) => size > fileBytesMax)) return undefined;
  const [ours, theirs, before = new Uint8Array()] = await Promise.all(ids.map((id) => contentOf(opened, id)));
  if (ours === undefined || theirs === undefined) return undefined;
  if ([ours, theirs, before].some(isBinary)) return undefined;
  return { base: before, destination: ours, source: theirs };
}

/**
 * The file with the changed lines of both sides, as `git merge-file` makes it. Where both changed the same lines, those
 * of the favoured side are taken; undefined where none is favoured, or the file has no lines.
 */
export async function mergeLines(
  opened: OpenedRepository,
  versions: ThreeVersions,
  favoured: Favoured,
): Promise<Uint8Array | undefined> {
  const texts = await textsOf(opened, versions);
  if (texts === undefined) return undefined;
  const begin = `${temporaryFile}${uuid()}-`;
  const names = [`${begin}destination`, `${begin}base`, `${begin}source`];
  const [ours = "", before = "", theirs = ""] = names;
  try {
    await opened.writeFile(ours, texts.destination);
    await opened.writeFile(before, texts.base);
    await opened.writeFile(theirs, texts.source);
    const favour = favoured === undefined ? [] : [favoured === "source" ? "--theirs" : "--ours"];
    const paths = names.map((name) => `${opened.folder}/${name}`);
    const { ok, output, said } = await opened.bytes(["merge-file", "-p", "-q", ...favour, ...paths]);
    if (!ok && said !== "") throw new Error(`git merge-file failed: ${said}`);
    return ok ? output : undefined;
  } finally {
    for (const name of names) await opened.removeFile(name);
  }
}
