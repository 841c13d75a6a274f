import type { Db } from "../../platform/index.ts";
import { afterKey } from "./key-order.ts";
import { versionOf } from "./object-store.ts";
import type { ObjectVersion, StoredVersion, VersionRow } from "./object-store.ts";

/** Where a scan starts: at the first key not below `key`; with `behindSeq`, behind that version of it. */
export interface ScanStart {
  readonly key: Uint8Array;
  readonly behindSeq?: number;
}

const seqMax = Number.MAX_SAFE_INTEGER;

/** Reads keys in order of their bytes, a bounded page at a time, along an index. */
export class ListingStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The latest versions that are no delete markers, from `start.key` up to before `end`. */
  objects(bucket: string, start: ScanStart, end: Uint8Array, max: number): StoredVersion[] {
    const rows = this.#db.all<VersionRow>(
      `SELECT * FROM object_version WHERE bucket = ? AND is_latest = 1 AND is_delete_marker = 0
         AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
      bucket,
      start.behindSeq === undefined ? start.key : afterKey(start.key),
      end,
      max,
    );
    return rows.map(versionOf).filter((version) => version.kind === "object");
  }

  /** All versions and delete markers, the newest of a key first. */
  versions(bucket: string, start: ScanStart, end: Uint8Array, max: number): ObjectVersion[] {
    const rows = this.#db.all<VersionRow>(
      `SELECT * FROM object_version WHERE bucket = ? AND key >= ? AND key < ?
         AND NOT (key = ? AND seq >= ?) ORDER BY key, seq DESC LIMIT ?`,
      bucket,
      start.key,
      end,
      start.key,
      start.behindSeq ?? seqMax,
      max,
    );
    return rows.map(versionOf);
  }
}
