import type { Db, Migration } from "../platform/index.ts";
import type { Tags } from "./identity.ts";

export const organizationMigrations: readonly Migration[] = [
  {
    name: "access-organization-0001",
    sql: `
      CREATE TABLE access_organization (
        id TEXT PRIMARY KEY, root_id TEXT NOT NULL, created_at INTEGER NOT NULL, policies_enabled INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_control_policy (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, document TEXT NOT NULL
      ) STRICT;
      CREATE TABLE access_control_attachment (
        target TEXT NOT NULL, policy_id TEXT NOT NULL, PRIMARY KEY (target, policy_id)
      ) STRICT;
      CREATE TABLE access_organization_tag (
        resource TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (resource, key)
      ) STRICT;
    `,
  },
];

export interface OrganizationRow {
  readonly id: string;
  readonly rootId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Are service control policies enabled in the root? */
  readonly policiesEnabled: boolean;
}

export interface ControlPolicyRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** JSON text. */
  readonly document: string;
}

/** The organisation, its service control policies, what they are attached to, and tags. */
export class OrganizationStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  organization(): OrganizationRow | undefined {
    const row = this.#db.get<{ id: string; root_id: string; created_at: number; policies_enabled: number }>(
      "SELECT * FROM access_organization",
    );
    return (
      row && {
        id: row.id,
        rootId: row.root_id,
        createdAt: row.created_at,
        policiesEnabled: row.policies_enabled === 1,
      }
    );
  }

  found({ id, rootId, createdAt, policiesEnabled }: OrganizationRow): void {
    this.#db.run(
      "INSERT INTO access_organization (id, root_id, created_at, policies_enabled) VALUES (?, ?, ?, ?)",
      id,
      rootId,
      createdAt,
      policiesEnabled,
    );
    this.#forget();
  }

  enablePolicies(enabled: boolean): void {
    this.#db.run("UPDATE access_organization SET policies_enabled = ?", enabled);
    this.#forget();
  }

  policies(): ControlPolicyRow[] {
    return this.#db.all<ControlPolicyRow>("SELECT * FROM access_control_policy ORDER BY id");
  }

  policy(id: string): ControlPolicyRow | undefined {
    return this.#db.get<ControlPolicyRow>("SELECT * FROM access_control_policy WHERE id = ?", id);
  }

  putPolicy({ id, name, description, document }: ControlPolicyRow): void {
    this.#db.run(
      "INSERT OR REPLACE INTO access_control_policy (id, name, description, document) VALUES (?, ?, ?, ?)",
      id,
      name,
      description,
      document,
    );
    this.#forget();
  }

  removePolicy(id: string): void {
    this.#db.transaction(() => {
      this.#db.run("DELETE FROM access_control_policy WHERE id = ?", id);
      this.#db.run("DELETE FROM access_organization_tag WHERE resource = ?", id);
    });
    this.#forget();
  }

  /** Ids of the policies that are attached to a target, in order. */
  attachedTo(target: string): string[] {
    const sql = "SELECT policy_id FROM access_control_attachment WHERE target = ? ORDER BY policy_id";
    return this.#db.all<{ policy_id: string }>(sql, target).map((row) => row.policy_id);
  }

  targetsOf(policyId: string): string[] {
    const sql = "SELECT target FROM access_control_attachment WHERE policy_id = ? ORDER BY target";
    return this.#db.all<{ target: string }>(sql, policyId).map((row) => row.target);
  }

  attach(target: string, policyId: string): void {
    this.#db.run("INSERT INTO access_control_attachment (target, policy_id) VALUES (?, ?)", target, policyId);
    this.#forget();
  }

  detach(target: string, policyId: string): void {
    this.#db.run("DELETE FROM access_control_attachment WHERE target = ? AND policy_id = ?", target, policyId);
    this.#forget();
  }

  detachAll(): void {
    this.#db.run("DELETE FROM access_control_attachment");
    this.#forget();
  }

  tags(resource: string): Tags {
    const sql = "SELECT key, value FROM access_organization_tag WHERE resource = ? ORDER BY key";
    const rows = this.#db.all<{ key: string; value: string }>(sql, resource);
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  putTags(resource: string, tags: Tags): void {
    const sql = "INSERT OR REPLACE INTO access_organization_tag (resource, key, value) VALUES (?, ?, ?)";
    this.#db.transaction(() => {
      for (const [key, value] of Object.entries(tags)) this.#db.run(sql, resource, key, value);
    });
    this.#forget();
  }

  removeTags(resource: string, keys: readonly string[]): void {
    this.#db.transaction(() => {
      for (const key of keys) {
        this.#db.run("DELETE FROM access_organization_tag WHERE resource = ? AND key = ?", resource, key);
      }
    });
    this.#forget();
  }

  /** One transaction; what `body` throws rolls it back, and what was remembered meanwhile is dropped. */
  transaction<T>(body: () => T): T {
    try {
      return this.#db.transaction(body);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }
}
