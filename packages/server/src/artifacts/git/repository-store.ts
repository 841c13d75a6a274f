import type { Db, Migration } from "../../platform/index.ts";

export const repositoryMigrations: readonly Migration[] = [
  {
    name: "artifacts-004-repositories",
    sql: `
      CREATE TABLE repository (
        name TEXT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        description TEXT,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL,
        tags TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

export interface Repository {
  readonly name: string;
  /** A UUID; the repository's folder is named after it. */
  readonly id: string;
  readonly description?: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly tags: Readonly<Record<string, string>>;
}

/** By name, or by the time of the last change. */
export interface RepositoryOrder {
  readonly byTime: boolean;
  readonly isDescending: boolean;
}

/** What of a repository says where it stands in a list. */
export type RepositoryStart = Pick<Repository, "name" | "modifiedAt">;

interface RepositoryRow {
  name: string;
  id: string;
  description: string | null;
  created_at: number;
  modified_at: number;
  tags: string;
}

export class RepositoryStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  find(name: string): Repository | undefined {
    const row = this.#db.get<RepositoryRow>("SELECT * FROM repository WHERE name = ?", name);
    return row === undefined ? undefined : repositoryOf(row);
  }

  /** From behind `after`. */
  list({ byTime, isDescending }: RepositoryOrder, after: RepositoryStart | undefined, max: number): Repository[] {
    const columns = byTime ? ["modified_at", "name"] : ["name"];
    const [behind, direction] = isDescending ? ["<", "DESC"] : [">", "ASC"];
    const order = columns.map((column) => `${column} ${direction}`).join(", ");
    const start = byTime ? [after?.modifiedAt.getTime(), after?.name] : [after?.name];
    const where = after === undefined ? "" : `WHERE (${columns.join()}) ${behind} (${columns.map(() => "?").join()})`;
    const given = after === undefined ? [] : start;
    return this.#db
      .all<RepositoryRow>(`SELECT * FROM repository ${where} ORDER BY ${order} LIMIT ?`, ...given, max)
      .map(repositoryOf);
  }

  insert(repository: Repository): void {
    this.#db.run(
      "INSERT INTO repository (name, id, description, created_at, modified_at, tags) VALUES (?, ?, ?, ?, ?, ?)",
      repository.name,
      repository.id,
      repository.description,
      repository.createdAt.getTime(),
      repository.modifiedAt.getTime(),
      JSON.stringify(repository.tags),
    );
  }

  touch(name: string, now: Date): void {
    this.#db.run("UPDATE repository SET modified_at = ? WHERE name = ?", now.getTime(), name);
  }

  setDescription(name: string, description: string | undefined, now: Date): void {
    const columns = "description = ?, modified_at = ?";
    this.#db.run(`UPDATE repository SET ${columns} WHERE name = ?`, description, now.getTime(), name);
  }

  rename(name: string, to: string, now: Date): void {
    this.#db.run("UPDATE repository SET name = ?, modified_at = ? WHERE name = ?", to, now.getTime(), name);
  }

  setTags(name: string, tags: Repository["tags"]): void {
    this.#db.run("UPDATE repository SET tags = ? WHERE name = ?", JSON.stringify(tags), name);
  }

  delete(name: string): void {
    this.#db.run("DELETE FROM repository WHERE name = ?", name);
  }

  knowsId(id: string): boolean {
    return this.#db.get("SELECT 1 FROM repository WHERE id = ?", id) !== undefined;
  }
}

function repositoryOf(row: RepositoryRow): Repository {
  return {
    name: row.name,
    id: row.id,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    tags: JSON.parse(row.tags) as Repository["tags"],
    ...(row.description === null ? {} : { description: row.description }),
  };
}
