import type { Db, Migration } from "../platform/index.ts";
import type { ManagedPolicy, Owner, PolicyVersion, Tags } from "./identity.ts";

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
  {
    name: "access-0012-policy-versions",
    sql: `
      CREATE TABLE access_policy_version (
        policy_arn TEXT NOT NULL REFERENCES access_policy (arn) ON DELETE CASCADE, number INTEGER NOT NULL,
        document TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (policy_arn, number)
      ) STRICT;
      INSERT INTO access_policy_version SELECT arn, 1, document, created_at FROM access_policy;
      ALTER TABLE access_policy DROP COLUMN document;
      ALTER TABLE access_policy ADD COLUMN default_version INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE access_policy ADD COLUMN last_version INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE access_policy ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE access_policy ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
      UPDATE access_policy SET updated_at = created_at;
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
  updated_at: number;
  default_version: number;
  tags: string;
}

/** A managed policy comes with the document of its default version. */
const policySelect = `SELECT access_policy.*, document FROM access_policy
  JOIN access_policy_version ON policy_arn = arn AND number = default_version`;

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** Which managed policies a list asks for. */
export interface PolicyListing {
  readonly pathPrefix: string;
  /** Policies whose name with the suffix behind it comes after the key. */
  readonly after: { readonly suffix: string; readonly key: string };
  readonly use: PolicyListUse;
  readonly limit: number;
}

/** Used in any way or not; attached or a boundary; attached; a boundary. */
export type PolicyListUse = "any" | "used" | "attached" | "boundary";

const isAttached = "EXISTS (SELECT 1 FROM access_attachment a WHERE a.policy_arn = access_policy.arn)";
const isBoundary = `(EXISTS (SELECT 1 FROM access_user u WHERE u.boundary_arn = access_policy.arn)
  OR EXISTS (SELECT 1 FROM access_role r WHERE r.boundary_arn = access_policy.arn))`;
const useConditions: Readonly<Record<PolicyListUse, string>> = {
  any: "TRUE",
  used: `(${isAttached} OR ${isBoundary})`,
  attached: isAttached,
  boundary: isBoundary,
};

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
    const row = this.#db.get<PolicyRow>(`${policySelect} WHERE arn = ?`, arn);
    return row && policyOf(row);
  }

  isTaken(name: string): boolean {
    return this.#db.get("SELECT arn FROM access_policy WHERE name_folded = ?", name.toLowerCase()) !== undefined;
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_policy")?.count ?? 0;
  }

  /** Of all policies together. */
  versionCount(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_policy_version")?.count ?? 0;
  }

  /** The first policies by their names that a page asks for; one more than its limit where there are more. */
  list({ pathPrefix, after, use, limit }: PolicyListing): ManagedPolicy[] {
    return this.#db
      .all<PolicyRow>(
        `${policySelect}
         WHERE name || ? > ? AND substr(path, 1, length(?)) = ? AND ${useConditions[use]}
         ORDER BY name LIMIT ?`,
        after.suffix,
        after.key,
        pathPrefix,
        pathPrefix,
        limit + 1,
      )
      .map(policyOf);
  }

  /** Adds the policy with its first version. */
  add(policy: ManagedPolicy): void {
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO access_policy (arn, name, name_folded, path, id, description, created_at, updated_at, tags)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        policy.arn,
        policy.name,
        policy.name.toLowerCase(),
        policy.path,
        policy.id,
        policy.description,
        policy.createdAt,
        policy.updatedAt,
        JSON.stringify(policy.tags),
      );
      this.#insertVersion(policy.arn, 1, policy.document, policy.createdAt);
    });
    this.#forget();
  }

  /** The newest first. */
  versions(arn: string): PolicyVersion[] {
    return this.#db
      .all<{ number: number; document: string; created_at: number; default_version: number }>(
        `SELECT number, document, v.created_at, default_version FROM access_policy_version v
         JOIN access_policy ON arn = policy_arn WHERE arn = ? ORDER BY number DESC`,
        arn,
      )
      .map(({ number, document, created_at: createdAt, default_version: byDefault }) => {
        return { number, document, createdAt, isDefault: number === byDefault };
      });
  }

  /** The version's number: one more than the policy ever had. */
  addVersion(
    arn: string,
    document: string,
    { createdAt, asDefault }: { createdAt: number; asDefault: boolean },
  ): number {
    const added = this.#db.transaction(() => {
      const sql = "SELECT last_version + 1 AS number FROM access_policy WHERE arn = ?";
      const number = this.#db.get<{ number: number }>(sql, arn)?.number ?? 1;
      this.#db.run("UPDATE access_policy SET last_version = ?, updated_at = ? WHERE arn = ?", number, createdAt, arn);
      this.#insertVersion(arn, number, document, createdAt);
      if (asDefault) this.#db.run("UPDATE access_policy SET default_version = ? WHERE arn = ?", number, arn);
      return number;
    });
    this.#forget();
    return added;
  }

  setDefaultVersion(arn: string, number: number, updatedAt: number): void {
    const sql = "UPDATE access_policy SET default_version = ?, updated_at = ? WHERE arn = ?";
    this.#db.run(sql, number, updatedAt, arn);
    this.#forget();
  }

  removeVersion(arn: string, number: number): void {
    this.#db.run("DELETE FROM access_policy_version WHERE policy_arn = ? AND number = ?", arn, number);
    this.#forget();
  }

  setTags(arn: string, tags: Tags): void {
    this.#db.run("UPDATE access_policy SET tags = ? WHERE arn = ?", JSON.stringify(tags), arn);
    this.#forget();
  }

  #insertVersion(arn: string, number: number, document: string, createdAt: number): void {
    const sql = "INSERT INTO access_policy_version (policy_arn, number, document, created_at) VALUES (?, ?, ?, ?)";
    this.#db.run(sql, arn, number, document, createdAt);
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

  /** Those that the policy is attached to, by kind and name. */
  attachedOwners(arn: string): Owner[] {
    return this.#db.all<Owner>(
      `SELECT owner_kind AS kind, owner_name AS name FROM access_attachment WHERE policy_arn = ?
       ORDER BY owner_kind, owner_name`,
      arn,
    );
  }

  /** Those whose permissions boundary the policy is, by kind and name. */
  boundedOwners(arn: string): Owner[] {
    return this.#db.all<Owner>(
      `SELECT 'role' AS kind, name FROM access_role WHERE boundary_arn = ?
       UNION ALL SELECT 'user' AS kind, name FROM access_user WHERE boundary_arn = ? ORDER BY kind, name`,
      arn,
      arn,
    );
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
    updatedAt: row.updated_at,
    defaultVersion: row.default_version,
    tags: JSON.parse(row.tags) as Tags,
  };
}
