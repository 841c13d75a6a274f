import type { Db, Migration } from "../platform/index.ts";

export const lastUsedMigrations: readonly Migration[] = [
  {
    name: "access-0014-last-used",
    sql: `
      CREATE TABLE access_last_used (
        subject TEXT NOT NULL, service TEXT NOT NULL, region TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (subject, service)
      ) STRICT;
    `,
  },
];

/** When something was last used with a service, and in which region. `at` is in epoch milliseconds. */
export interface Use {
  readonly service: string;
  readonly region: string;
  readonly at: number;
}

/** The last use of access keys, users and roles (by their ids) with each service. */
export class LastUsedStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  of(subject: string): Use[] {
    return this.#db.all<Use & object>("SELECT service, region, at FROM access_last_used WHERE subject = ?", subject);
  }

  putAll(uses: Iterable<readonly [subject: string, use: Use]>): void {
    this.#db.transaction(() => {
      for (const [subject, { service, region, at }] of uses) {
        this.#db.run(
          `INSERT INTO access_last_used (subject, service, region, at) VALUES (?, ?, ?, ?)
           ON CONFLICT (subject, service) DO UPDATE SET region = excluded.region, at = excluded.at`,
          subject,
          service,
          region,
          at,
        );
      }
    });
  }

  /** Ids are never used twice: what was noted of those that are gone is of no use to anybody. */
  removeGone(): void {
    this.#db.run(
      `DELETE FROM access_last_used WHERE subject NOT IN
       (SELECT id FROM access_key UNION ALL SELECT id FROM access_user UNION ALL SELECT id FROM access_role)`,
    );
  }
}
