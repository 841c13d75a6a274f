import type { Db, Migration } from "../platform/index.ts";

/** Encryption contexts that a grant asks for. */
export interface GrantConstraints {
  /** The request's context holds these pairs and may hold others. */
  readonly subset?: Readonly<Record<string, string>>;
  /** The request's context is this one. */
  readonly equals?: Readonly<Record<string, string>>;
}

export interface Grant {
  readonly grantId: string;
  readonly keyId: string;
  readonly name: string | null;
  /** A user's or role's unique id, `<role id>:<session name>`, or the ARN of anybody else. */
  readonly grantee: string;
  readonly retiring: string | null;
  /** Actions of KMS without their prefix, sorted. */
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints;
  readonly issuingAccount: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

interface GrantRow extends Omit<Grant, "operations" | "constraints"> {
  readonly operations: string;
  readonly constraints: string;
}

export const grantMigrations: readonly Migration[] = [
  {
    name: "encryption-3-grants",
    sql: `
      CREATE TABLE kms_grant (
        grant_id TEXT PRIMARY KEY,
        key_id TEXT NOT NULL REFERENCES kms_key (key_id),
        name TEXT,
        grantee TEXT NOT NULL,
        retiring TEXT,
        operations TEXT NOT NULL,
        constraints TEXT NOT NULL,
        issuing_account TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX kms_grant_by_key ON kms_grant (key_id, grantee);
      CREATE INDEX kms_grant_by_retiring ON kms_grant (retiring);
    `,
  },
];

const columns = `grant_id AS grantId, key_id AS keyId, name, grantee, retiring, operations, constraints,
  issuing_account AS issuingAccount, created_at AS createdAt`;

/** Grants in the metadata database. */
export class GrantStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  insert(x: Grant): void {
    this.#db.run(
      `INSERT INTO kms_grant (grant_id, key_id, name, grantee, retiring, operations, constraints, issuing_account,
         created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[x.grantId, x.keyId, x.name, x.grantee, x.retiring, JSON.stringify(x.operations)],
      ...[JSON.stringify(x.constraints), x.issuingAccount, x.createdAt],
    );
  }

  get(grantId: string): Grant | undefined {
    const row = this.#db.get<GrantRow>(`SELECT ${columns} FROM kms_grant WHERE grant_id = ?`, grantId);
    return row && grantOf(row);
  }

  delete(grantId: string): void {
    this.#db.run("DELETE FROM kms_grant WHERE grant_id = ?", grantId);
  }

  count(keyId: string): number {
    return this.#db.get<{ n: number }>("SELECT count(*) AS n FROM kms_grant WHERE key_id = ?", keyId)?.n ?? 0;
  }

  /** What one of these principals was granted on a key. */
  toAnyOf(keyId: string, grantees: readonly string[]): Grant[] {
    const sql = `SELECT ${columns} FROM kms_grant
      WHERE key_id = ? AND grantee IN (SELECT value FROM json_each(?)) ORDER BY created_at, grant_id`;
    return this.#db.all<GrantRow>(sql, ...[keyId, JSON.stringify(grantees)]).map(grantOf);
  }

  /** `grantees`: only what one of them was granted. */
  ofKeyAfter(keyId: string, x: { grantees?: readonly string[]; after: string; limit: number }): Grant[] {
    const grantees = x.grantees === undefined ? null : JSON.stringify(x.grantees);
    const sql = `SELECT ${columns} FROM kms_grant
      WHERE key_id = ? AND grant_id > ? AND (? IS NULL OR grantee IN (SELECT value FROM json_each(?)))
      ORDER BY grant_id LIMIT ?`;
    return this.#db.all<GrantRow>(sql, ...[keyId, x.after, grantees, grantees, x.limit]).map(grantOf);
  }

  retirableAfter(retiring: readonly string[], after: string, limit: number): Grant[] {
    const sql = `SELECT ${columns} FROM kms_grant
      WHERE retiring IN (SELECT value FROM json_each(?)) AND grant_id > ? ORDER BY grant_id LIMIT ?`;
    return this.#db.all<GrantRow>(sql, ...[JSON.stringify(retiring), after, limit]).map(grantOf);
  }
}

function grantOf(row: GrantRow): Grant {
  return {
    ...row,
    operations: JSON.parse(row.operations) as string[],
    constraints: JSON.parse(row.constraints) as GrantConstraints,
  };
}
