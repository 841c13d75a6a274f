import type { Db, Migration } from "../../platform/index.ts";
import type { Job, JobFilter } from "./job.ts";
import type { JobKind } from "./request.ts";

export const jobMigrations: readonly Migration[] = [
  {
    name: "compute-jobs-1",
    sql: `
      CREATE TABLE job (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, name)
      ) STRICT;
      CREATE INDEX job_by_status ON job (status, seq);
    `,
  },
];

const orders: Readonly<Record<JobFilter["sortBy"], string>> = {
  Name: "name",
  CreationTime: "created_at",
  Status: "status",
};

export class JobStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** False if the kind has a job of that name already. */
  add(job: Job): boolean {
    const sql =
      "INSERT OR IGNORE INTO job (kind, name, status, created_at, modified_at, body) VALUES (?, ?, ?, ?, ?, ?)";
    const body = JSON.stringify(job);
    return this.#db.run(sql, job.kind, job.name, job.status, job.createdAt, job.modifiedAt, body).changes === 1;
  }

  get(kind: "training", name: string): Extract<Job, { kind: "training" }> | undefined;
  get(kind: "processing", name: string): Extract<Job, { kind: "processing" }> | undefined;
  get(kind: JobKind, name: string): Job | undefined;
  get(kind: JobKind, name: string): Job | undefined {
    const row = this.#db.get<{ body: string }>("SELECT body FROM job WHERE kind = ? AND name = ?", kind, name);
    return row === undefined ? undefined : (JSON.parse(row.body) as Job);
  }

  /** Reads, changes and writes as one transaction; `change` returns undefined to leave the job as it is. */
  update(kind: JobKind, name: string, change: (job: Job) => Job | undefined): Job | undefined {
    return this.#db.transaction(() => {
      const job = this.get(kind, name);
      const changed = job && change(job);
      if (changed === undefined) return undefined;
      this.#db.run(
        "UPDATE job SET status = ?, modified_at = ?, body = ? WHERE kind = ? AND name = ?",
        changed.status,
        changed.modifiedAt,
        JSON.stringify(changed),
        kind,
        name,
      );
      return changed;
    });
  }

  /** Jobs that have not ended, in the order in which they were submitted. */
  unfinished(): Job[] {
    const sql = "SELECT body FROM job WHERE status IN ('InProgress', 'Stopping') ORDER BY seq";
    return this.#db.all<{ body: string }>(sql).map((row) => JSON.parse(row.body) as Job);
  }

  list(filter: JobFilter): Job[] {
    const direction = filter.ascending ? "ASC" : "DESC";
    const rows = this.#db.all<{ body: string }>(
      `SELECT body FROM job
        WHERE kind = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR instr(name, ?) > 0)
          AND created_at > ? AND created_at < ? AND modified_at > ? AND modified_at < ?
        ORDER BY ${orders[filter.sortBy]} ${direction}, seq ${direction} LIMIT ? OFFSET ?`,
      filter.kind,
      filter.status,
      filter.status,
      filter.nameContains,
      filter.nameContains,
      filter.createdAfter ?? -1,
      filter.createdBefore ?? Number.MAX_SAFE_INTEGER,
      filter.modifiedAfter ?? -1,
      filter.modifiedBefore ?? Number.MAX_SAFE_INTEGER,
      filter.limit,
      filter.skip,
    );
    return rows.map((row) => JSON.parse(row.body) as Job);
  }
}
