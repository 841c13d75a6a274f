import type { Db, Migration } from "../platform/index.ts";

export const reproductionMigrations: readonly Migration[] = [
  {
    name: "reproduction-1",
    sql: `
      CREATE TABLE reproduction (
        name TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        number INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        UNIQUE (source, number)
      ) STRICT;
    `,
  },
];

/** Which training job reproduces which. */
export class ReproductionStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The number that the next reproduction of a job gets, from 1. */
  nextNumber(source: string): number {
    const sql = "SELECT coalesce(max(number), 0) + 1 AS next FROM reproduction WHERE source = ?";
    return this.#db.get<{ next: number }>(sql, source)?.next ?? 1;
  }

  add(name: string, source: string, number: number, now: number): void {
    const sql = "INSERT INTO reproduction (name, source, number, created_at) VALUES (?, ?, ?, ?)";
    this.#db.run(sql, name, source, number, now);
  }

  sourceOf(name: string): string | undefined {
    return this.#db.get<{ source: string }>("SELECT source FROM reproduction WHERE name = ?", name)?.source;
  }
}
