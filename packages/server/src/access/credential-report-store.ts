import type { Db, Migration } from "../platform/index.ts";

export const credentialReportMigrations: readonly Migration[] = [
  {
    name: "access-0016-credential-report",
    sql: "CREATE TABLE access_credential_report (generated_at INTEGER NOT NULL, content TEXT NOT NULL) STRICT;",
  },
];

export interface CredentialReport {
  /** Epoch milliseconds. */
  readonly generatedAt: number;
  /** Comma-separated values with a head line. */
  readonly content: string;
}

/** The last credential report. */
export class CredentialReportStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  find(): CredentialReport | undefined {
    const sql = "SELECT generated_at, content FROM access_credential_report";
    const row = this.#db.get<{ generated_at: number; content: string }>(sql);
    return row && { generatedAt: row.generated_at, content: row.content };
  }

  put({ generatedAt, content }: CredentialReport): void {
    this.#db.transaction(() => {
      this.#db.run("DELETE FROM access_credential_report");
      const sql = "INSERT INTO access_credential_report (generated_at, content) VALUES (?, ?)";
      this.#db.run(sql, generatedAt, content);
    });
  }
}
