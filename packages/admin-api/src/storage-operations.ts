/** What is stored: reading all of it, to find what is damaged. */
import { commandOf, number, operationOf, structure, text } from "./schema-notation.ts";

export interface ScrubStorageRequest {
  /** `Next` of the piece before; absent at the beginning. */
  readonly After?: string | undefined;
}
export interface ScrubStorageResponse {
  /** Versions of objects that were read in this piece. */
  readonly Objects: number | undefined;
  /** Parts of uploads that are under way. */
  readonly Parts: number | undefined;
  /** Plaintext that was authenticated. */
  readonly Bytes: number | undefined;
  /** JSON: a list of `bucket`, `key`, `versionId` or `uploadId` and `part`, and `problem`, a sentence. */
  readonly Damaged: string | undefined;
  /** JSON: a list of `keyArn`, `reason` and `objects`, of what the caller may not or nobody can open. */
  readonly Unreadable: string | undefined;
  /** Files that nothing named, which were removed, and their bytes. */
  readonly Orphans: number | undefined;
  readonly OrphanBytes: number | undefined;
  /** Present where there is more to do. */
  readonly Next?: string | undefined;
}
export const ScrubStorage$ = operationOf(
  "ScrubStorage",
  structure("ScrubStorageRequest", [], [["After", text]]),
  structure(
    "ScrubStorageResponse",
    [
      ["Objects", number],
      ["Parts", number],
      ["Bytes", number],
      ["Damaged", text],
      ["Unreadable", text],
      ["Orphans", number],
      ["OrphanBytes", number],
    ],
    [["Next", text]],
  ),
);
export const ScrubStorageCommand = commandOf<ScrubStorageRequest, ScrubStorageResponse>(ScrubStorage$);
