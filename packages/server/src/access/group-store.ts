import type { Db, Migration } from "../platform/index.ts";
import { pageOf, type Group, type Page, type PageRequest } from "./identity.ts";

export const groupMigrations: readonly Migration[] = [
  {
    name: "access-0011-groups",
    sql: `
      CREATE TABLE access_group (
        name TEXT PRIMARY KEY, name_folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL, arn TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_group_member (
        group_name TEXT NOT NULL REFERENCES access_group (name) ON UPDATE CASCADE,
        user_name TEXT NOT NULL REFERENCES access_user (name) ON UPDATE CASCADE,
        PRIMARY KEY (group_name, user_name)
      ) STRICT;
      CREATE INDEX access_group_member_by_user ON access_group_member (user_name);
    `,
  },
];

interface GroupRow {
  name: string;
  path: string;
  arn: string;
  id: string;
  created_at: number;
}

/** Groups and who is in them. Every change calls `forget` before it returns. */
export class GroupStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(name: string): Group | undefined {
    const row = this.#db.get<GroupRow>("SELECT * FROM access_group WHERE name = ?", name);
    return row && groupOf(row);
  }

  /** The name of the group that has this name but for capitals. */
  takenAs(name: string): string | undefined {
    const sql = "SELECT name FROM access_group WHERE name_folded = ?";
    return this.#db.get<{ name: string }>(sql, name.toLowerCase())?.name;
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_group")?.count ?? 0;
  }

  list({ pathPrefix = "/", after = "", limit }: PageRequest): Page<Group> {
    const rows = this.#db.all<GroupRow>(
      "SELECT * FROM access_group WHERE name > ? AND substr(path, 1, length(?)) = ? ORDER BY name LIMIT ?",
      after,
      pathPrefix,
      pathPrefix,
      limit + 1,
    );
    return pageOf(rows.map(groupOf), limit);
  }

  add({ name, path, arn, id, createdAt }: Group): void {
    this.#db.run(
      "INSERT INTO access_group (name, name_folded, path, arn, id, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      name,
      name.toLowerCase(),
      path,
      arn,
      id,
      createdAt,
    );
    this.#forget();
  }

  /** Gives a group another name or path; members and policies stay with it. */
  rename(name: string, to: Pick<Group, "name" | "path" | "arn">): void {
    this.#db.transaction(() => {
      this.#db.run(
        "UPDATE access_group SET name = ?, name_folded = ?, path = ?, arn = ? WHERE name = ?",
        to.name,
        to.name.toLowerCase(),
        to.path,
        to.arn,
        name,
      );
      for (const table of ["access_inline_policy", "access_attachment"]) {
        const sql = `UPDATE ${table} SET owner_name = ? WHERE owner_kind = 'group' AND owner_name = ?`;
        this.#db.run(sql, to.name, name);
      }
    });
    this.#forget();
  }

  remove(name: string): void {
    this.#db.run("DELETE FROM access_group WHERE name = ?", name);
    this.#forget();
  }

  members(groupName: string): string[] {
    const sql = "SELECT user_name FROM access_group_member WHERE group_name = ? ORDER BY user_name";
    return this.#db.all<{ user_name: string }>(sql, groupName).map((row) => row.user_name);
  }

  groupsOf(userName: string): Group[] {
    const sql = `SELECT access_group.* FROM access_group
      JOIN access_group_member ON group_name = name WHERE user_name = ? ORDER BY name`;
    return this.#db.all<GroupRow>(sql, userName).map(groupOf);
  }

  addMember(groupName: string, userName: string): void {
    const sql = "INSERT OR IGNORE INTO access_group_member (group_name, user_name) VALUES (?, ?)";
    this.#db.run(sql, groupName, userName);
    this.#forget();
  }

  removeMember(groupName: string, userName: string): boolean {
    const sql = "DELETE FROM access_group_member WHERE group_name = ? AND user_name = ?";
    const { changes } = this.#db.run(sql, groupName, userName);
    this.#forget();
    return changes > 0;
  }
}

function groupOf(row: GroupRow): Group {
  return { name: row.name, path: row.path, arn: row.arn, id: row.id, createdAt: row.created_at };
}
