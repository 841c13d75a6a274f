import type { Db, Migration } from "../platform/index.ts";
import type { Rule } from "./rule.ts";

export const ruleMigrations: readonly Migration[] = [
  {
    name: "detection-rules-1",
    sql: `CREATE TABLE detection_rule (
      name TEXT PRIMARY KEY,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
];

export class RuleStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get(name: string): Rule | undefined {
    const row = this.#db.get<{ body: string }>("SELECT body FROM detection_rule WHERE name = ?", name);
    return row === undefined ? undefined : (JSON.parse(row.body) as Rule);
  }

  /** All rules by their names. There are few: the number is bounded. */
  all(): Rule[] {
    const rows = this.#db.all<{ body: string }>("SELECT body FROM detection_rule ORDER BY name");
    return rows.map(({ body }) => JSON.parse(body) as Rule);
  }

  put(rule: Rule): void {
    this.#db.run(
      "INSERT INTO detection_rule (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
      rule.name,
      JSON.stringify(rule),
    );
  }

  remove(name: string): void {
    this.#db.run("DELETE FROM detection_rule WHERE name = ?", name);
  }
}
