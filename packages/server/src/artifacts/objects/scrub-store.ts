import type { Db } from "../../platform/index.ts";
import { versionOf } from "./object-store.ts";
import type { StoredVersion, VersionRow } from "./object-store.ts";

/** The metadata in the order in which they were written, for whoever goes through all of them. */
export class ScrubStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The first version behind `seq` that has content. */
  versionAfter(seq: number): StoredVersion | undefined {
    const row = this.#db.get<VersionRow>(
      "SELECT * FROM object_version WHERE seq > ? AND is_delete_marker = 0 ORDER BY seq LIMIT 1",
      seq,
    );
    const version = row && versionOf(row);
    return version?.kind === "object" ? version : undefined;
  }

  /** Where the first upload behind `seq` is to be found. */
  uploadAfter(seq: number): { seq: number; bucket: string; key: string; id: string } | undefined {
    const row = this.#db.get<{ seq: number; bucket: string; key: Uint8Array; id: string }>(
      "SELECT seq, bucket, key, id FROM upload WHERE seq > ? ORDER BY seq LIMIT 1",
      seq,
    );
    return row && { seq: row.seq, bucket: row.bucket, key: Buffer.from(row.key).toString("utf8"), id: row.id };
  }

  /** What SQLite finds wrong with its own pages; undefined where there is nothing. */
  pageFault(): string | undefined {
    const found = this.#db.get<{ quick_check: string }>("PRAGMA quick_check(1)")?.quick_check;
    return found === "ok" ? undefined : (found ?? "The check gave no answer.");
  }
}
