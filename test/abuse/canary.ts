import { randomBytes } from "node:crypto";

/** A word that stands nowhere by chance; all of them begin alike, so that one search finds them all. */
export const mark = `canary${randomBytes(6).toString("hex")}`;

/** Where canaries were planted. */
export const planted: string[] = [];

export function canary(place: string): string {
  planted.push(place);
  return `${mark}${place}`;
}

/** How bytes could still tell the word: as it is, in two bytes a character, in hexadecimal, in base64 at each offset. */
export const forms: readonly [string, Buffer][] = [
  ["as it is", Buffer.from(mark)],
  ["as UTF-16", Buffer.from(mark, "utf16le")],
  ["in hexadecimal", Buffer.from(Buffer.from(mark).toString("hex"))],
  ...[0, 1, 2].map((offset): [string, Buffer] => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(mark)]).toString("base64");
    // The first and last characters also hold bits of the neighbours.
    return ["in base64", Buffer.from(text.slice(offset === 0 ? 0 : 4, -4))];
  }),
];
