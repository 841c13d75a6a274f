import type { Db } from "../../platform/index.ts";
import { afterKey } from "./key-order.ts";
import type { OutlineRequest } from "./listing.ts";
import { versionOf } from "./object-store.ts";
import type { ObjectVersion, StoredVersion, VersionRow } from "./object-store.ts";

/** Where a scan starts: at the first key not below `key`; with `behindSeq`, behind that version of it. */
export interface ScanStart {
  readonly key: Uint8Array;
  readonly behindSeq?: number;
}

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
    const { key, behindSeq } = start;
    // Of the key where it starts, an index leads to the place; a condition over both would read the key's versions.
    const same = behindSeq === undefined ? [] : this.#olderVersions(bucket, key, behindSeq, max);
    const rest = this.#db.all<VersionRow>(
      "SELECT * FROM object_version WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, seq DESC LIMIT ?",
      bucket,
      behindSeq === undefined ? key : afterKey(key),
      end,
      max - same.length,
    );
    return [...same, ...rest].map(versionOf);
  }

  outlineObjects(bucket: string, request: OutlineRequest): string[] {
    return outline(this.#db, "object_version", "is_latest = 1 AND is_delete_marker = 0", bucket, request);
  }

  outlineVersions(bucket: string, request: OutlineRequest): string[] {
    return outline(this.#db, "object_version", "TRUE", bucket, request);
  }

  #olderVersions(bucket: string, key: Uint8Array, behindSeq: number, max: number): VersionRow[] {
    return this.#db.all<VersionRow>(
      "SELECT * FROM object_version WHERE bucket = ? AND key = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
      bucket,
      key,
      behindSeq,
      max,
    );
  }
}

/**
 * The outline of a table's keys (see Outline): each step is one search in the index of bucket and key, for the
 * first key behind the one before or, where that one has the delimiter, behind all that share its common
 * prefix. No UTF-8 text has the byte 0xff: a prefix and that byte lie behind all keys with the prefix.
 */
export function outline(
  db: Db,
  table: "object_version" | "upload",
  condition: string,
  bucket: string,
  { from, end, prefixBytes, delimiter, max }: OutlineRequest,
): string[] {
  const first = `SELECT key FROM ${table} WHERE bucket = ?1 AND ${condition} AND key < ?3 AND`;
  const rows = db.all<{ key: Uint8Array }>(
    `WITH RECURSIVE entry (key) AS (
       SELECT * FROM (${first} key >= ?2 ORDER BY key LIMIT 1)
       UNION ALL
       SELECT (${first} key > CASE instr(substr(entry.key, ?4 + 1), ?5)
           WHEN 0 THEN entry.key
           ELSE CAST(substr(entry.key, 1, ?4 + instr(substr(entry.key, ?4 + 1), ?5) - 1 + length(?5)) || x'ff' AS BLOB)
         END ORDER BY key LIMIT 1)
       FROM entry WHERE entry.key IS NOT NULL
       LIMIT ?6)
     SELECT key FROM entry WHERE key IS NOT NULL`,
    bucket,
    from,
    end,
    prefixBytes,
    Buffer.from(delimiter),
    max,
  );
  return rows.map(({ key }) => Buffer.from(key).toString("utf8"));
}
