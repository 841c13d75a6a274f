import type { TrailEvent } from "../../audit/index.ts";
import type { Db, Migration } from "../../platform/index.ts";

export const noticeMigrations: readonly Migration[] = [
  {
    name: "artifacts-notices",
    sql: `
      ALTER TABLE bucket ADD COLUMN notifications TEXT;
      CREATE TABLE object_notice (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
    `,
  },
];

export interface StoredNotice {
  readonly seq: number;
  readonly event: TrailEvent;
}

/** Notices on their way into the trail. */
export class NoticeStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(event: TrailEvent): void {
    this.#db.run("INSERT INTO object_notice (event) VALUES (?)", JSON.stringify(event));
  }

  /** The oldest behind `seq`. */
  behind(seq: number, max: number): StoredNotice[] {
    return this.#db
      .all<{ seq: number; event: string }>(
        "SELECT seq, event FROM object_notice WHERE seq > ? ORDER BY seq LIMIT ?",
        seq,
        max,
      )
      .map((row) => ({ seq: row.seq, event: JSON.parse(row.event) as TrailEvent }));
  }

  removeUpTo(seq: number): void {
    this.#db.run("DELETE FROM object_notice WHERE seq <= ?", seq);
  }
}
