import type { Db, Migration } from "../../platform/index.ts";
import type { ObjectVersion } from "../objects/object-store.ts";

export const lifecycleMigrations: readonly Migration[] = [
  {
    name: "artifacts-lifecycle-progress",
    sql: `
      CREATE TABLE lifecycle_progress (
        bucket TEXT PRIMARY KEY REFERENCES bucket (name) ON DELETE CASCADE,
        day INTEGER NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('versions', 'uploads', 'done')),
        key BLOB NOT NULL,
        seq INTEGER
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** How far a bucket's pass of one day has come. */
export interface Progress {
  /** Days since 1970, in UTC. */
  readonly day: number;
  readonly stage: "versions" | "uploads" | "done";
  readonly key: Uint8Array;
  /** With it, the pass goes on behind this version, or upload, of the key. */
  readonly behindSeq?: number;
}

interface ProgressRow {
  day: number;
  stage: Progress["stage"];
  key: Uint8Array;
  seq: number | null;
}

/** What the lifecycle of objects looks up beside the objects themselves. */
export class LifecycleStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  bucketsWithRules(): string[] {
    const sql = "SELECT name FROM bucket WHERE lifecycle IS NOT NULL ORDER BY name";
    return this.#db.all<{ name: string }>(sql).map(({ name }) => name);
  }

  progress(bucket: string): Progress | undefined {
    const row = this.#db.get<ProgressRow>("SELECT * FROM lifecycle_progress WHERE bucket = ?", bucket);
    if (row === undefined) return undefined;
    const { day, stage, key, seq } = row;
    return { day, stage, key, ...(seq === null ? {} : { behindSeq: seq }) };
  }

  /** Passed over where the bucket is gone. */
  moveProgress(bucket: string, { day, stage, key, behindSeq }: Progress): void {
    this.#db.run(
      `INSERT INTO lifecycle_progress (bucket, day, stage, key, seq)
       SELECT name, ?, ?, ?, ? FROM bucket WHERE name = ?
       ON CONFLICT (bucket) DO UPDATE SET day = excluded.day, stage = excluded.stage, key = excluded.key, seq = excluded.seq`,
      day,
      stage,
      key,
      behindSeq,
      bucket,
    );
  }

  /** When the version that follows this one was made; undefined for the current one. */
  supersededAt({ bucket, key, seq }: ObjectVersion): Date | undefined {
    const row = this.#db.get<{ created_at: number }>(
      "SELECT created_at FROM object_version WHERE bucket = ? AND key = ? AND seq > ? ORDER BY seq LIMIT 1",
      bucket,
      Buffer.from(key),
      seq,
    );
    return row === undefined ? undefined : new Date(row.created_at);
  }

  /** Objects, not markers, that came behind this version and are not current either; counted up to `max`. */
  newerNoncurrent({ bucket, key, seq }: ObjectVersion, max: number): number {
    const row = this.#db.get<{ count: number }>(
      `SELECT count(*) AS count FROM (SELECT 1 FROM object_version
         WHERE bucket = ? AND key = ? AND seq > ? AND is_latest = 0 AND is_delete_marker = 0 LIMIT ?)`,
      bucket,
      Buffer.from(key),
      seq,
      max,
    );
    return row?.count ?? 0;
  }

  isOnlyVersion({ bucket, key, seq }: ObjectVersion): boolean {
    const sql = "SELECT 1 FROM object_version WHERE bucket = ? AND key = ? AND seq <> ? LIMIT 1";
    return this.#db.get(sql, bucket, Buffer.from(key), seq) === undefined;
  }
}
