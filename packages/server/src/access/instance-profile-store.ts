import type { Db, Migration } from "../platform/index.ts";
import { pageOf, type InstanceProfile, type Page, type PageRequest, type Tags } from "./identity.ts";

export const instanceProfileMigrations: readonly Migration[] = [
  {
    name: "access-0013-instance-profiles",
    sql: `
      CREATE TABLE access_instance_profile (
        name TEXT PRIMARY KEY, name_folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL, arn TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, tags TEXT NOT NULL,
        role_name TEXT REFERENCES access_role (name)
      ) STRICT;
      CREATE INDEX access_instance_profile_by_role ON access_instance_profile (role_name);
    `,
  },
];

interface Row {
  name: string;
  path: string;
  arn: string;
  id: string;
  created_at: number;
  tags: string;
  role_name: string | null;
}

/** Instance profiles. Every change calls `forget` before it returns. */
export class InstanceProfileStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(name: string): InstanceProfile | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_instance_profile WHERE name = ?", name);
    return row && profileOf(row);
  }

  isTaken(name: string): boolean {
    const sql = "SELECT name FROM access_instance_profile WHERE name_folded = ?";
    return this.#db.get(sql, name.toLowerCase()) !== undefined;
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_instance_profile")?.count ?? 0;
  }

  list({ pathPrefix = "/", after = "", limit }: PageRequest): Page<InstanceProfile> {
    const rows = this.#db.all<Row>(
      "SELECT * FROM access_instance_profile WHERE name > ? AND substr(path, 1, length(?)) = ? ORDER BY name LIMIT ?",
      after,
      pathPrefix,
      pathPrefix,
      limit + 1,
    );
    return pageOf(rows.map(profileOf), limit);
  }

  ofRole(roleName: string): InstanceProfile[] {
    const sql = "SELECT * FROM access_instance_profile WHERE role_name = ? ORDER BY name";
    return this.#db.all<Row>(sql, roleName).map(profileOf);
  }

  add({ name, path, arn, id, createdAt, tags, roleName }: InstanceProfile): void {
    this.#db.run(
      `INSERT INTO access_instance_profile (name, name_folded, path, arn, id, created_at, tags, role_name)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      name,
      name.toLowerCase(),
      path,
      arn,
      id,
      createdAt,
      JSON.stringify(tags),
      roleName,
    );
    this.#forget();
  }

  setRole(name: string, roleName: string | undefined): void {
    this.#db.run("UPDATE access_instance_profile SET role_name = ? WHERE name = ?", roleName, name);
    this.#forget();
  }

  setTags(name: string, tags: Tags): void {
    this.#db.run("UPDATE access_instance_profile SET tags = ? WHERE name = ?", JSON.stringify(tags), name);
    this.#forget();
  }

  remove(name: string): void {
    this.#db.run("DELETE FROM access_instance_profile WHERE name = ?", name);
    this.#forget();
  }
}

function profileOf(row: Row): InstanceProfile {
  return {
    name: row.name,
    path: row.path,
    arn: row.arn,
    id: row.id,
    createdAt: row.created_at,
    tags: JSON.parse(row.tags) as Tags,
    roleName: row.role_name ?? undefined,
  };
}
