import type { Db, Migration } from "../platform/index.ts";
import { pageOf, type ManagedPolicy, type Owner, type Page, type PageRequest } from "./identity.ts";

export const policyMigrations: readonly Migration[] = [
  {
    name: "access-0003-policies",
    sql: `
      CREATE TABLE access_inline_policy (
        owner_kind TEXT NOT NULL, owner_name TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (owner_kind, owner_name, name)
      ) STRICT;
      CREATE TABLE access_policy (
        arn TEXT PRIMARY KEY, name TEXT NOT NULL, name_folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
        id TEXT NOT NULL, document TEXT NOT NULL, description TEXT, created_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_attachment (
        owner_kind TEXT NOT NULL, owner_name TEXT NOT NULL, policy_arn TEXT NOT NULL,
        PRIMARY KEY (owner_kind, owner_name, policy_arn)
      ) STRICT;
      CREATE INDEX access_attachment_by_policy ON access_attachment (policy_arn);
    `,
  },
];

interface PolicyRow {
  arn: string;
  name: string;
  path: string;
  id: string;
  document: string;
  description: string | null;
  created_at: number;
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** Inline policies, managed policies of the account, and who the managed ones are attached to. */
export class PolicyStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  inline(owner: Owner): InlinePolicy[] {
    return this.#db.all<{ name: string; document: string }>(
      "SELECT name, document FROM access_inline_policy WHERE owner_kind = ? AND owner_name = ? ORDER BY name",
      owner.kind,
      owner.name,
    );
  }

  putInline(owner: Owner, { name, document }: InlinePolicy): void {
    this.#db.run(
      `INSERT INTO access_inline_policy (owner_kind, owner_name, name, document) VALUES (?, ?, ?, ?)
       ON CONFLICT (owner_kind, owner_name, name) DO UPDATE SET document = excluded.document`,
      owner.kind,
      owner.name,
      name,
      document,
    );
    this.#forget();
  }

  removeInline(owner: Owner, name: string): void {
    this.#db.run(
      "DELETE FROM access_inline_policy WHERE owner_kind = ? AND owner_name = ? AND name = ?",
      owner.kind,
      owner.name,
      name,
    );
    this.#forget();
  }

  managed(arn: string): ManagedPolicy | undefined {
    const row = this.#db.get<PolicyRow>("SELECT * FROM access_policy WHERE arn = ?", arn);
    return row && policyOf(row);
  }

  isTaken(name: string): boolean {
    return this.#db.get("SELECT arn FROM access_policy WHERE name_folded = ?", name.toLowerCase()) !== undefined;
  }

  list({ pathPrefix = "/", after = "", limit }: PageRequest): Page<ManagedPolicy> {
    const rows = this.#db.all<PolicyRow>(
      "SELECT * FROM access_policy WHERE name > ? AND substr(path, 1, length(?)) = ? ORDER BY name LIMIT ?",
      after,
      pathPrefix,
      pathPrefix,
      limit + 1,
    );
    return pageOf(rows.map(policyOf), limit);
  }

  add(policy: ManagedPolicy): void {
    this.#db.run(
      `INSERT INTO access_policy (arn, name, name_folded, path, id, document, description, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      policy.arn,
      policy.name,
      policy.name.toLowerCase(),
      policy.path,
      policy.id,
      policy.document,
      policy.description,
      policy.createdAt,
    );
    this.#forget();
  }

  remove(arn: string): void {
    this.#db.run("DELETE FROM access_policy WHERE arn = ?", arn);
    this.#forget();
  }

  attached(owner: Owner): string[] {
    const sql = "SELECT policy_arn FROM access_attachment WHERE owner_kind = ? AND owner_name = ? ORDER BY policy_arn";
    return this.#db.all<{ policy_arn: string }>(sql, owner.kind, owner.name).map((row) => row.policy_arn);
  }

  attachmentCount(arn: string): number {
    const sql = "SELECT count(*) AS count FROM access_attachment WHERE policy_arn = ?";
    return this.#db.get<{ count: number }>(sql, arn)?.count ?? 0;
  }

  boundaryCount(arn: string): number {
    const sql = `SELECT (SELECT count(*) FROM access_user WHERE boundary_arn = ?)
      + (SELECT count(*) FROM access_role WHERE boundary_arn = ?) AS count`;
    return this.#db.get<{ count: number }>(sql, arn, arn)?.count ?? 0;
  }

  attach(owner: Owner, arn: string): void {
    this.#db.run(
      "INSERT OR IGNORE INTO access_attachment (owner_kind, owner_name, policy_arn) VALUES (?, ?, ?)",
      owner.kind,
      owner.name,
      arn,
    );
    this.#forget();
  }

  detach(owner: Owner, arn: string): void {
    this.#db.run(
      "DELETE FROM access_attachment WHERE owner_kind = ? AND owner_name = ? AND policy_arn = ?",
      owner.kind,
      owner.name,
      arn,
    );
    this.#forget();
  }
}

function policyOf(row: PolicyRow): ManagedPolicy {
  return {
    arn: row.arn,
    name: row.name,
    path: row.path,
    id: row.id,
    document: row.document,
    description: row.description ?? undefined,
    createdAt: row.created_at,
  };
}
