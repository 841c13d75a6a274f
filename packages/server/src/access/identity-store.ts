import type { Db, Migration } from "../platform/index.ts";
import { pageOf, type Identity, type Page, type PageRequest, type Role, type Tags, type User } from "./identity.ts";

export const identityMigrations: readonly Migration[] = [
  {
    name: "access-0001-identities",
    sql: `
      CREATE TABLE access_user (
        name TEXT PRIMARY KEY, name_folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL, arn TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, boundary_arn TEXT, tags TEXT NOT NULL
      ) STRICT;
      CREATE TABLE access_role (
        name TEXT PRIMARY KEY, name_folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL, arn TEXT NOT NULL UNIQUE,
        id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, boundary_arn TEXT, tags TEXT NOT NULL,
        trust_policy TEXT NOT NULL, description TEXT, max_session_seconds INTEGER NOT NULL
      ) STRICT;
    `,
  },
];

interface IdentityRow {
  name: string;
  path: string;
  arn: string;
  id: string;
  created_at: number;
  boundary_arn: string | null;
  tags: string;
}
interface RoleRow extends IdentityRow {
  trust_policy: string;
  description: string | null;
  max_session_seconds: number;
}

export type RoleSettings = Pick<Role, "description" | "maxSessionSeconds">;

/** Users and roles. Every change calls `forget` before it returns, so that nothing stale is decided with. */
export class IdentityStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  user(name: string): User | undefined {
    const row = this.#db.get<IdentityRow>("SELECT * FROM access_user WHERE name = ?", name);
    return row && identityOf(row);
  }

  userByArn(arn: string): User | undefined {
    const row = this.#db.get<IdentityRow>("SELECT * FROM access_user WHERE arn = ?", arn);
    return row && identityOf(row);
  }

  userById(id: string): User | undefined {
    const row = this.#db.get<IdentityRow>("SELECT * FROM access_user WHERE id = ?", id);
    return row && identityOf(row);
  }

  role(name: string): Role | undefined {
    const row = this.#db.get<RoleRow>("SELECT * FROM access_role WHERE name = ?", name);
    return row && roleOf(row);
  }

  roleByArn(arn: string): Role | undefined {
    const row = this.#db.get<RoleRow>("SELECT * FROM access_role WHERE arn = ?", arn);
    return row && roleOf(row);
  }

  roleById(id: string): Role | undefined {
    const row = this.#db.get<RoleRow>("SELECT * FROM access_role WHERE id = ?", id);
    return row && roleOf(row);
  }

  count(kind: "user" | "role"): number {
    return this.#db.get<{ count: number }>(`SELECT count(*) AS count FROM ${tables[kind]}`)?.count ?? 0;
  }

  /** Names differ in more than their capitals. */
  isTaken(kind: "user" | "role", name: string): boolean {
    const sql = `SELECT name FROM ${tables[kind]} WHERE name_folded = ?`;
    return this.#db.get(sql, name.toLowerCase()) !== undefined;
  }

  users(request: PageRequest): Page<User> {
    return pageOf(this.#list<IdentityRow>("user", request).map(identityOf), request.limit);
  }

  roles(request: PageRequest): Page<Role> {
    return pageOf(this.#list<RoleRow>("role", request).map(roleOf), request.limit);
  }

  addUser(user: User): void {
    this.#db.run(
      `INSERT INTO access_user (name, name_folded, path, arn, id, created_at, boundary_arn, tags)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...identityColumns(user),
    );
    this.#forget();
  }

  addRole(role: Role): void {
    this.#db.run(
      `INSERT INTO access_role (name, name_folded, path, arn, id, created_at, boundary_arn, tags,
         trust_policy, description, max_session_seconds)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...identityColumns(role),
      role.trustPolicy,
      role.description,
      role.maxSessionSeconds,
    );
    this.#forget();
  }

  /** Gives a user another name or path; keys, memberships and policies stay with the user. */
  renameUser(name: string, to: Pick<User, "name" | "path" | "arn">): void {
    this.#db.transaction(() => {
      this.#db.run(
        "UPDATE access_user SET name = ?, name_folded = ?, path = ?, arn = ? WHERE name = ?",
        to.name,
        to.name.toLowerCase(),
        to.path,
        to.arn,
        name,
      );
      for (const table of ["access_inline_policy", "access_attachment"]) {
        this.#db.run(`UPDATE ${table} SET owner_name = ? WHERE owner_kind = 'user' AND owner_name = ?`, to.name, name);
      }
    });
    this.#forget();
  }

  setRoleSettings(name: string, { description, maxSessionSeconds }: RoleSettings): void {
    const sql = "UPDATE access_role SET description = ?, max_session_seconds = ? WHERE name = ?";
    this.#db.run(sql, description, maxSessionSeconds, name);
    this.#forget();
  }

  setTrustPolicy(name: string, trustPolicy: string): void {
    this.#db.run("UPDATE access_role SET trust_policy = ? WHERE name = ?", trustPolicy, name);
    this.#forget();
  }

  setTags(kind: "user" | "role", name: string, tags: Tags): void {
    this.#db.run(`UPDATE ${tables[kind]} SET tags = ? WHERE name = ?`, JSON.stringify(tags), name);
    this.#forget();
  }

  setBoundary(kind: "user" | "role", name: string, boundaryArn: string | undefined): void {
    this.#db.run(`UPDATE ${tables[kind]} SET boundary_arn = ? WHERE name = ?`, boundaryArn, name);
    this.#forget();
  }

  remove(kind: "user" | "role", name: string): void {
    this.#db.run(`DELETE FROM ${tables[kind]} WHERE name = ?`, name);
    this.#forget();
  }

  #list<T>(kind: "user" | "role", { pathPrefix = "/", after = "", limit }: PageRequest): T[] {
    return this.#db.all<T>(
      `SELECT * FROM ${tables[kind]} WHERE name > ? AND substr(path, 1, length(?)) = ? ORDER BY name LIMIT ?`,
      after,
      pathPrefix,
      pathPrefix,
      limit + 1,
    );
  }
}

const tables = { user: "access_user", role: "access_role" } as const;

function identityColumns(identity: Identity): (string | number | undefined)[] {
  const { name, path, arn, id, createdAt, boundaryArn, tags } = identity;
  return [name, name.toLowerCase(), path, arn, id, createdAt, boundaryArn, JSON.stringify(tags)];
}

function identityOf(row: IdentityRow): Identity {
  return {
    name: row.name,
    path: row.path,
    arn: row.arn,
    id: row.id,
    createdAt: row.created_at,
    boundaryArn: row.boundary_arn ?? undefined,
    tags: JSON.parse(row.tags) as Tags,
  };
}

function roleOf(row: RoleRow): Role {
  return {
    ...identityOf(row),
    trustPolicy: row.trust_policy,
    description: row.description ?? undefined,
    maxSessionSeconds: row.max_session_seconds,
  };
}
