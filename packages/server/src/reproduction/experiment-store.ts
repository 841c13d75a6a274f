import type { Db, Migration } from "../platform/index.ts";
import type { Experiment, Parent, Trial, TrialComponent } from "./experiment.ts";

export const experimentMigrations: readonly Migration[] = [
  {
    name: "reproduction-experiments-1",
    sql: `
      CREATE TABLE tracked (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        parent TEXT,
        source_arn TEXT,
        created_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, name)
      ) STRICT;
      CREATE TABLE trial_member (
        trial TEXT NOT NULL,
        component TEXT NOT NULL,
        PRIMARY KEY (trial, component)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX trial_member_by_component ON trial_member (component);
    `,
  },
];

interface Kinds {
  experiment: Experiment;
  trial: Trial;
  "trial-component": TrialComponent;
}
type Kind = keyof Kinds;

/** Which of a kind, and how many. Absent members do not limit. */
export interface TrackedFilter {
  readonly experimentName?: string | undefined;
  readonly trialName?: string | undefined;
  readonly componentName?: string | undefined;
  readonly sourceArn?: string | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  readonly sortBy: "Name" | "CreationTime";
  readonly ascending: boolean;
  readonly skip: number;
  readonly limit: number;
}

export class ExperimentStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(thing: Kinds[Kind]): boolean {
    const sql =
      "INSERT OR IGNORE INTO tracked (kind, name, parent, source_arn, created_at, body) VALUES (?, ?, ?, ?, ?, ?)";
    const parent = thing.kind === "trial" ? thing.experimentName : null;
    const source = thing.kind === "trial-component" ? thing.source?.arn : null;
    const body = JSON.stringify(thing);
    return this.#db.run(sql, thing.kind, thing.name, parent, source, thing.createdAt, body).changes === 1;
  }

  get<K extends Kind>(kind: K, name: string): Kinds[K] | undefined {
    const row = this.#db.get<{ body: string }>("SELECT body FROM tracked WHERE kind = ? AND name = ?", kind, name);
    return row === undefined ? undefined : (JSON.parse(row.body) as Kinds[K]);
  }

  replace(thing: Kinds[Kind]): void {
    const sql = "UPDATE tracked SET body = ? WHERE kind = ? AND name = ?";
    this.#db.run(sql, JSON.stringify(thing), thing.kind, thing.name);
  }

  delete(kind: Kind, name: string): void {
    this.#db.run("DELETE FROM tracked WHERE kind = ? AND name = ?", kind, name);
  }

  list<K extends Kind>(kind: K, filter: TrackedFilter): Kinds[K][] {
    const direction = filter.ascending ? "ASC" : "DESC";
    const order = filter.sortBy === "Name" ? "name" : "created_at";
    const rows = this.#db.all<{ body: string }>(
      `SELECT body FROM tracked t
        WHERE kind = ?1
          AND (?2 IS NULL OR (kind = 'trial' AND parent = ?2) OR EXISTS (
            SELECT 1 FROM trial_member m JOIN tracked p ON p.kind = 'trial' AND p.name = m.trial
             WHERE m.component = t.name AND p.parent = ?2 AND t.kind = 'trial-component'))
          AND (?3 IS NULL OR EXISTS (SELECT 1 FROM trial_member m WHERE m.component = t.name AND m.trial = ?3))
          AND (?4 IS NULL OR EXISTS (SELECT 1 FROM trial_member m WHERE m.trial = t.name AND m.component = ?4))
          AND (?5 IS NULL OR source_arn = ?5)
          AND created_at > ?6 AND created_at < ?7
        ORDER BY ${order} ${direction}, seq ${direction} LIMIT ?8 OFFSET ?9`,
      kind,
      filter.experimentName,
      filter.trialName,
      filter.componentName,
      filter.sourceArn,
      filter.createdAfter ?? -1,
      filter.createdBefore ?? Number.MAX_SAFE_INTEGER,
      filter.limit,
      filter.skip,
    );
    return rows.map((row) => JSON.parse(row.body) as Kinds[K]);
  }

  associate(trial: string, component: string): void {
    this.#db.run("INSERT OR IGNORE INTO trial_member (trial, component) VALUES (?, ?)", trial, component);
  }

  disassociate(trial: string, component: string): boolean {
    return this.#db.run("DELETE FROM trial_member WHERE trial = ? AND component = ?", trial, component).changes === 1;
  }

  hasMembers(trial: string): boolean {
    return this.#db.get("SELECT 1 AS one FROM trial_member WHERE trial = ? LIMIT 1", trial) !== undefined;
  }

  parents(component: string): Parent[] {
    const rows = this.#db.all<{ trial: string; experiment: string }>(
      `SELECT m.trial AS trial, t.parent AS experiment FROM trial_member m
         JOIN tracked t ON t.kind = 'trial' AND t.name = m.trial WHERE m.component = ? ORDER BY m.trial`,
      component,
    );
    return rows.map(({ trial, experiment }) => ({ trialName: trial, experimentName: experiment }));
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }
}
