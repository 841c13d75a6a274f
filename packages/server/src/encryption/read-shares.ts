import { readSeal } from "./seal.ts";
import { isShareOf, type ShareMethod } from "./seal-method.ts";
import { parseShareText, type SealShare } from "./share-text.ts";

interface Refused {
  /** Which share, and why, without a word about its bytes. */
  readonly refused: string;
}

/** The share that the text says, where it is one that was handed out for this seal. */
export function readShare(method: ShareMethod, text: string): SealShare | Refused {
  const share = parseShareText(text);
  if (share === undefined) return { refused: "this is no share, or it was mistyped" };
  if (share.set !== method.set) return { refused: `share ${share.at} is of another seal` };
  if (!isShareOf(method, share)) {
    return { refused: `share ${share.at} is wrong: it is not the one that was handed out` };
  }
  return share;
}

/** Shares for the folder's seal, all at once. */
export async function readShares(folder: string, texts: readonly string[]): Promise<readonly SealShare[] | Refused> {
  const read = await readSeal(folder);
  if (read.kind !== "read" || read.file.method.kind !== "shares") return { refused: "the seal does not take shares" };
  const { method } = read.file;
  const shares = new Map<number, SealShare>();
  for (const text of texts) {
    const share = readShare(method, text);
    if ("refused" in share) return share;
    shares.set(share.at, share);
  }
  if (shares.size >= method.threshold) return [...shares.values()];
  return { refused: `the seal takes ${method.threshold} shares, and ${shares.size} were given` };
}
