import { createHmac } from "node:crypto";
import type { SealedUnder } from "./sealed-under.ts";

type Encryption = Pick<SealedUnder, "encryption">;

/** Whether a tag is the MD5 of what it stands for. As on AWS, it is so only where S3 keeps the keys for itself. */
export function tagsByMd5({ encryption }: Encryption): boolean {
  return encryption === "AES256";
}

/**
 * 32 hexadecimal digits that change with the content. `md5` and `sha256`: hexadecimal.
 *
 * ④ Elsewhere the tag is hidden under the data key: of an object under a customer's key, and of one under a key of
 * the team's own, a tag tells nobody what the content is who may not use that key. MD5, the slowest step of a large
 * write, need not be computed for it.
 */
export function entityTag(
  sealed: Encryption,
  dataKey: Uint8Array,
  { md5, sha256 }: { readonly md5?: string; readonly sha256: string },
): string {
  if (!tagsByMd5(sealed)) {
    return createHmac("sha256", dataKey).update(`entity tag\0${sha256}`).digest("hex").slice(0, 32);
  }
  if (md5 === undefined) throw new Error("an entity tag that is an MD5 needs one");
  return md5;
}
