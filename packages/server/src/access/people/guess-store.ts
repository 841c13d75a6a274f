import type { Db, Migration } from "../../platform/index.ts";

export const guessMigrations: readonly Migration[] = [
  {
    name: "access-0033-guesses",
    sql: `
      CREATE TABLE access_guess (
        subject TEXT PRIMARY KEY, tries INTEGER NOT NULL, last_at INTEGER NOT NULL, blocked_until INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX access_guess_by_time ON access_guess (last_at);
    `,
  },
];

/** Tries of one subject that were not followed by success. Times are epoch milliseconds. */
export interface GuessCount {
  readonly tries: number;
  readonly lastAt: number;
  readonly blockedUntil: number;
}

interface Row {
  tries: number;
  last_at: number;
  blocked_until: number;
}

/** Failed tries at secrets, on the disk: a restart forgives nothing. */
export class GuessStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  find(subject: string): GuessCount | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_guess WHERE subject = ?", subject);
    return row && { tries: row.tries, lastAt: row.last_at, blockedUntil: row.blocked_until };
  }

  put(subject: string, { tries, lastAt, blockedUntil }: GuessCount): void {
    this.#db.run(
      `INSERT INTO access_guess (subject, tries, last_at, blocked_until) VALUES (?, ?, ?, ?) ON CONFLICT (subject)
       DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at, blocked_until = excluded.blocked_until`,
      subject,
      tries,
      lastAt,
      blockedUntil,
    );
  }

  remove(subject: string): void {
    this.#db.run("DELETE FROM access_guess WHERE subject = ?", subject);
  }

  /** Drops what is older than `before`, and of the subjects that begin with `prefix` the oldest beyond `max`. */
  trim(before: number, prefix: string, max: number): void {
    this.#db.run("DELETE FROM access_guess WHERE last_at < ? AND blocked_until < ?", before, before);
    this.#db.run(
      `DELETE FROM access_guess WHERE subject IN (
         SELECT subject FROM access_guess WHERE substr(subject, 1, ?) = ? ORDER BY last_at DESC LIMIT -1 OFFSET ?)`,
      prefix.length,
      prefix,
      max,
    );
  }
}
