import type { Db, Migration } from "../../platform/index.ts";

export const logMigrations: readonly Migration[] = [
  {
    name: "compute-logs-1",
    sql: `
      CREATE TABLE log_group (
        name TEXT PRIMARY KEY,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE log_stream (
        id INTEGER PRIMARY KEY,
        group_name TEXT NOT NULL REFERENCES log_group (name),
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        first_event_at INTEGER,
        last_event_at INTEGER,
        last_ingested_at INTEGER,
        UNIQUE (group_name, name)
      ) STRICT;
      CREATE TABLE log_event (
        id INTEGER PRIMARY KEY,
        stream_id INTEGER NOT NULL REFERENCES log_stream (id),
        at INTEGER NOT NULL,
        ingested_at INTEGER NOT NULL,
        message TEXT NOT NULL
      ) STRICT;
      CREATE INDEX log_event_by_stream ON log_event (stream_id, id);
    `,
  },
  {
    name: "compute-logs-2",
    sql: `
      CREATE TABLE log_group_tag (
        group_name TEXT NOT NULL REFERENCES log_group (name),
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (group_name, key)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

export interface LogGroupRow {
  readonly name: string;
  readonly created_at: number;
}

export interface LogStreamRow {
  readonly id: number;
  readonly group_name: string;
  readonly name: string;
  readonly created_at: number;
  readonly first_event_at: number | null;
  readonly last_event_at: number | null;
  readonly last_ingested_at: number | null;
}

export interface LogEventRow {
  readonly id: number;
  readonly stream_name: string;
  readonly at: number;
  readonly ingested_at: number;
  readonly message: string;
}

export interface LogEvent {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Which events of a group: by stream, time window and position; in the order in which they arrived. */
export interface EventQuery {
  readonly group: string;
  readonly streams?: readonly string[] | undefined;
  readonly streamPrefix?: string | undefined;
  readonly fromMs?: number | undefined;
  /** Exclusive. */
  readonly toMs?: number | undefined;
  readonly afterId?: number | undefined;
  readonly beforeId?: number | undefined;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/** Names that begin with `prefix`, as a range that an index can serve. */
function prefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

export class LogStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  group(name: string): LogGroupRow | undefined {
    return this.#db.get<LogGroupRow>("SELECT * FROM log_group WHERE name = ?", name);
  }

  stream(group: string, name: string): LogStreamRow | undefined {
    return this.#db.get<LogStreamRow>("SELECT * FROM log_stream WHERE group_name = ? AND name = ?", group, name);
  }

  /** False where there is one of this name already. */
  addGroup(name: string, now: number, tags: Readonly<Record<string, string>>): boolean {
    return this.#db.transaction(() => {
      const sql = "INSERT OR IGNORE INTO log_group (name, created_at) VALUES (?, ?)";
      if (this.#db.run(sql, name, now).changes !== 1) return false;
      if (Object.keys(tags).length > 0) this.setTags(name, tags);
      return true;
    });
  }

  addStream(group: string, name: string, now: number): boolean {
    const sql = "INSERT OR IGNORE INTO log_stream (group_name, name, created_at) VALUES (?, ?, ?)";
    return this.#db.run(sql, group, name, now).changes === 1;
  }

  append(stream: LogStreamRow, events: readonly LogEvent[], now: number): void {
    this.#db.transaction(() => {
      for (const { timestamp, message } of events) {
        const sql = "INSERT INTO log_event (stream_id, at, ingested_at, message) VALUES (?, ?, ?, ?)";
        this.#db.run(sql, stream.id, timestamp, now, message);
      }
      const times = events.map((event) => event.timestamp);
      this.#db.run(
        `UPDATE log_stream SET first_event_at = min(coalesce(first_event_at, ?1), ?1),
           last_event_at = max(coalesce(last_event_at, ?2), ?2), last_ingested_at = ?3 WHERE id = ?4`,
        Math.min(...times),
        Math.max(...times),
        now,
        stream.id,
      );
    });
  }

  tags(group: string): Record<string, string> {
    const sql = "SELECT key, value FROM log_group_tag WHERE group_name = ? ORDER BY key";
    const rows = this.#db.all<{ key: string; value: string }>(sql, group);
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  setTags(group: string, tags: Readonly<Record<string, string>>): void {
    this.#db.transaction(() => {
      this.#db.run("DELETE FROM log_group_tag WHERE group_name = ?", group);
      for (const [key, value] of Object.entries(tags)) {
        this.#db.run("INSERT INTO log_group_tag (group_name, key, value) VALUES (?, ?, ?)", group, key, value);
      }
    });
  }

  groups(prefix: string, after: string, limit: number): LogGroupRow[] {
    const sql = "SELECT * FROM log_group WHERE name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?";
    return this.#db.all<LogGroupRow>(sql, prefix, prefixEnd(prefix), after, limit);
  }

  streamsByName(group: string, prefix: string, after: string, limit: number): LogStreamRow[] {
    const sql = `SELECT * FROM log_stream
      WHERE group_name = ? AND name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?`;
    return this.#db.all<LogStreamRow>(sql, group, prefix, prefixEnd(prefix), after, limit);
  }

  streamsByTime(group: string, newestFirst: boolean, skip: number, limit: number): LogStreamRow[] {
    const order = newestFirst ? "DESC" : "ASC";
    const sql = `SELECT * FROM log_stream WHERE group_name = ?
      ORDER BY coalesce(last_event_at, created_at) ${order}, id ${order} LIMIT ? OFFSET ?`;
    return this.#db.all<LogStreamRow>(sql, group, limit, skip);
  }

  events(query: EventQuery): LogEventRow[] {
    const prefix = query.streamPrefix ?? "";
    const names = query.streams === undefined ? null : JSON.stringify(query.streams);
    return this.#db.all<LogEventRow>(
      `SELECT e.id, s.name AS stream_name, e.at, e.ingested_at, e.message
         FROM log_event e JOIN log_stream s ON s.id = e.stream_id
        WHERE s.group_name = ? AND s.name >= ? AND s.name < ?
          AND (? IS NULL OR s.name IN (SELECT value FROM json_each(?)))
          AND e.at >= ? AND e.at < ? AND e.id > ? AND e.id < ?
        ORDER BY e.id ${query.newestFirst === true ? "DESC" : "ASC"} LIMIT ?`,
      query.group,
      prefix,
      prefixEnd(prefix),
      names,
      names,
      query.fromMs ?? 0,
      query.toMs ?? Number.MAX_SAFE_INTEGER,
      query.afterId ?? 0,
      query.beforeId ?? Number.MAX_SAFE_INTEGER,
      query.limit,
    );
  }
}
