import type { Db, Migration } from "../platform/index.ts";

export const revocationMigrations: readonly Migration[] = [
  {
    name: "access-0020-revocations",
    sql: `
      CREATE TABLE access_revocation (
        subject TEXT PRIMARY KEY, before INTEGER NOT NULL, kept_until INTEGER NOT NULL
      ) STRICT;
    `,
  },
];

/** Sessions of a subject that were begun at `before` or earlier are over. */
export interface Revocation {
  /** Id of an access key, a user or a role. */
  readonly subject: string;
  readonly before: number;
  /** From then on every such session has expired by itself. */
  readonly keptUntil: number;
}

export class RevocationStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  all(): Revocation[] {
    return this.#db
      .all<{ subject: string; before: number; kept_until: number }>("SELECT * FROM access_revocation")
      .map(({ subject, before, kept_until: keptUntil }) => ({ subject, before, keptUntil }));
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_revocation")?.count ?? 0;
  }

  /** An earlier revocation of the same subject never becomes weaker. */
  add({ subject, before, keptUntil }: Revocation): void {
    this.#db.run(
      `INSERT INTO access_revocation (subject, before, kept_until) VALUES (?, ?, ?)
       ON CONFLICT (subject) DO UPDATE SET
         before = max(before, excluded.before), kept_until = max(kept_until, excluded.kept_until)`,
      subject,
      before,
      keptUntil,
    );
    this.#forget();
  }

  removeOver(now: number): void {
    this.#db.run("DELETE FROM access_revocation WHERE kept_until <= ?", now);
  }
}
