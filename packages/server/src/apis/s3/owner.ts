import { createHash } from "node:crypto";

/** The account's canonical id, as S3 shows it: 64 hexadecimal digits that say nothing. */
export function ownerOf(accountId: string): { ID: string } {
  return { ID: createHash("sha256").update(`canonical user of ${accountId}`).digest("hex") };
}
