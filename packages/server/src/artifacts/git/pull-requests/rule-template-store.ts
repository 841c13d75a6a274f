import type { Db, Migration } from "../../../platform/index.ts";

export const ruleTemplateMigrations: readonly Migration[] = [
  {
    name: "artifacts-approval-rule-templates",
    sql: `
      CREATE TABLE approval_rule_template (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        description TEXT,
        content TEXT NOT NULL,
        digest TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL,
        modified_by TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE approval_rule_template_use (
        template_id TEXT NOT NULL REFERENCES approval_rule_template (id),
        repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
        PRIMARY KEY (repository_id, template_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX approval_rule_template_use_of ON approval_rule_template_use (template_id);
    `,
  },
];

export interface RuleTemplate {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly content: string;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly digest: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** ARN. */
  readonly modifiedBy: string;
}

interface Row {
  id: string;
  name: string;
  description: string | null;
  content: string;
  digest: string;
  created_at: number;
  modified_at: number;
  modified_by: string;
}

export class RuleTemplateStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  find(name: string): RuleTemplate | undefined {
    const row = this.#db.get<Row>("SELECT * FROM approval_rule_template WHERE name = ?", name);
    return row && templateOf(row);
  }

  count(): number {
    return this.#db.get<{ n: number }>("SELECT count(*) AS n FROM approval_rule_template")?.n ?? 0;
  }

  /** Names in order, from behind `after`. */
  names(after: string, max: number): string[] {
    const asked = "SELECT name FROM approval_rule_template WHERE name > ? ORDER BY name LIMIT ?";
    return this.#db.all<{ name: string }>(asked, after, max).map(({ name }) => name);
  }

  insert(one: RuleTemplate): void {
    const names = "id, name, description, content, digest, created_at, modified_at, modified_by";
    this.#db.run(
      `INSERT INTO approval_rule_template (${names}) VALUES (${names.replace(/\w+/g, "?")})`,
      ...[one.id, one.name, one.description, one.content, one.digest],
      ...[one.createdAt.getTime(), one.modifiedAt.getTime(), one.modifiedBy],
    );
  }

  update(one: RuleTemplate): void {
    const sets = "name = ?, description = ?, content = ?, digest = ?, modified_at = ?, modified_by = ?";
    this.#db.run(
      `UPDATE approval_rule_template SET ${sets} WHERE id = ?`,
      ...[one.name, one.description, one.content, one.digest, one.modifiedAt.getTime(), one.modifiedBy, one.id],
    );
  }

  delete(id: string): void {
    this.#db.run("DELETE FROM approval_rule_template WHERE id = ?", id);
  }

  /** The templates of a repository, by name. */
  of(repositoryId: string): RuleTemplate[] {
    return this.#db
      .all<Row>(
        `SELECT t.* FROM approval_rule_template t JOIN approval_rule_template_use u ON u.template_id = t.id
         WHERE u.repository_id = ? ORDER BY t.name`,
        repositoryId,
      )
      .map(templateOf);
  }

  /** The names of the repositories that have a template, in order, from behind `after`. */
  users(id: string, after: string, max: number): string[] {
    return this.#db
      .all<{ name: string }>(
        `SELECT r.name FROM repository r JOIN approval_rule_template_use u ON u.repository_id = r.id
         WHERE u.template_id = ? AND r.name > ? ORDER BY r.name LIMIT ?`,
        ...[id, after, max],
      )
      .map(({ name }) => name);
  }

  associate(id: string, repositoryId: string): void {
    const names = "(template_id, repository_id) VALUES (?, ?)";
    this.#db.run(`INSERT OR IGNORE INTO approval_rule_template_use ${names}`, id, repositoryId);
  }

  disassociate(id: string, repositoryId: string): void {
    const where = "template_id = ? AND repository_id = ?";
    this.#db.run(`DELETE FROM approval_rule_template_use WHERE ${where}`, id, repositoryId);
  }
}

function templateOf(row: Row): RuleTemplate {
  return {
    id: row.id,
    name: row.name,
    description: row.description ?? undefined,
    content: row.content,
    digest: row.digest,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    modifiedBy: row.modified_by,
  };
}
