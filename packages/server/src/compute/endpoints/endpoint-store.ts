import type { Db, Migration } from "../../platform/index.ts";
import type { Endpoint, EndpointConfig, Model, NamedFilter } from "./endpoint.ts";

export const endpointMigrations: readonly Migration[] = [
  {
    name: "compute-endpoints-1",
    sql: `
      CREATE TABLE hosting (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, name)
      ) STRICT;
    `,
  },
];

/** Models, endpoint configurations and endpoints: the three are named, listed and deleted alike. */
interface Kinds {
  model: Model;
  config: EndpointConfig;
  endpoint: Endpoint;
}

export type HostingKind = keyof Kinds;

export class EndpointStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add<K extends HostingKind>(kind: K, name: string, thing: Kinds[K]): boolean {
    const sql = "INSERT OR IGNORE INTO hosting (kind, name, status, created_at, body) VALUES (?, ?, ?, ?, ?)";
    return this.#db.run(sql, kind, name, statusOf(thing), thing.createdAt, JSON.stringify(thing)).changes === 1;
  }

  get<K extends HostingKind>(kind: K, name: string): Kinds[K] | undefined {
    const row = this.#db.get<{ body: string }>("SELECT body FROM hosting WHERE kind = ? AND name = ?", kind, name);
    return row === undefined ? undefined : (JSON.parse(row.body) as Kinds[K]);
  }

  update<K extends HostingKind>(kind: K, name: string, change: (thing: Kinds[K]) => Kinds[K]): Kinds[K] | undefined {
    return this.#db.transaction(() => {
      const thing = this.get(kind, name);
      if (thing === undefined) return undefined;
      const changed = change(thing);
      const sql = "UPDATE hosting SET status = ?, body = ? WHERE kind = ? AND name = ?";
      this.#db.run(sql, statusOf(changed), JSON.stringify(changed), kind, name);
      return changed;
    });
  }

  delete(kind: HostingKind, name: string): boolean {
    return this.#db.run("DELETE FROM hosting WHERE kind = ? AND name = ?", kind, name).changes === 1;
  }

  list<K extends HostingKind>(kind: K, filter: NamedFilter): Kinds[K][] {
    const direction = filter.ascending ? "ASC" : "DESC";
    const rows = this.#db.all<{ body: string }>(
      `SELECT body FROM hosting
        WHERE kind = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR instr(name, ?) > 0)
          AND created_at > ? AND created_at < ?
        ORDER BY ${filter.sortBy === "Name" ? "name" : "created_at"} ${direction}, seq ${direction} LIMIT ? OFFSET ?`,
      kind,
      filter.status,
      filter.status,
      filter.nameContains,
      filter.nameContains,
      filter.createdAfter ?? -1,
      filter.createdBefore ?? Number.MAX_SAFE_INTEGER,
      filter.limit,
      filter.skip,
    );
    return rows.map((row) => JSON.parse(row.body) as Kinds[K]);
  }
}

function statusOf(thing: Kinds[HostingKind]): string {
  return "status" in thing ? thing.status : "";
}
