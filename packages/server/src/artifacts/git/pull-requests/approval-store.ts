import type { Db, Migration } from "../../../platform/index.ts";
import type { Approver } from "./approver.ts";

export const approvalMigrations: readonly Migration[] = [
  {
    name: "artifacts-pull-request-approvals",
    sql: `
      CREATE TABLE pull_request_rule (
        id TEXT PRIMARY KEY,
        pull_request_id INTEGER NOT NULL REFERENCES pull_request (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        content TEXT NOT NULL,
        digest TEXT NOT NULL,
        template_id TEXT,
        template_name TEXT,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL,
        modified_by TEXT NOT NULL,
        UNIQUE (pull_request_id, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pull_request_approval (
        pull_request_id INTEGER NOT NULL REFERENCES pull_request (id) ON DELETE CASCADE,
        revision_id TEXT NOT NULL,
        arn TEXT NOT NULL,
        role_arn TEXT,
        person TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (pull_request_id, revision_id, arn)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** A rule that a pull request has to satisfy before it is merged. */
export interface ApprovalRule {
  readonly id: string;
  readonly name: string;
  readonly content: string;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly digest: string;
  /** Of the template that the rule was made from. */
  readonly template?: { readonly id: string; readonly name: string } | undefined;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** ARN. */
  readonly modifiedBy: string;
}

interface RuleRow {
  id: string;
  name: string;
  content: string;
  digest: string;
  template_id: string | null;
  template_name: string | null;
  created_at: number;
  modified_at: number;
  modified_by: string;
}

export class ApprovalStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** By name. */
  rules(pullRequestId: number): ApprovalRule[] {
    return this.#db
      .all<RuleRow>("SELECT * FROM pull_request_rule WHERE pull_request_id = ? ORDER BY name", pullRequestId)
      .map(ruleOf);
  }

  insertRule(pullRequestId: number, rule: ApprovalRule): void {
    const names =
      "pull_request_id, id, name, content, digest, template_id, template_name, created_at, modified_at, modified_by";
    this.#db.run(
      `INSERT INTO pull_request_rule (${names}) VALUES (${names.replace(/\w+/g, "?")})`,
      ...[pullRequestId, rule.id, rule.name, rule.content, rule.digest, rule.template?.id, rule.template?.name],
      ...[rule.createdAt.getTime(), rule.modifiedAt.getTime(), rule.modifiedBy],
    );
  }

  setRule({ id, content, digest, modifiedAt, modifiedBy }: ApprovalRule): void {
    const sets = "content = ?, digest = ?, modified_at = ?, modified_by = ?";
    this.#db.run(
      `UPDATE pull_request_rule SET ${sets} WHERE id = ?`,
      ...[content, digest, modifiedAt.getTime(), modifiedBy, id],
    );
  }

  deleteRule(id: string): void {
    this.#db.run("DELETE FROM pull_request_rule WHERE id = ?", id);
  }

  /** Who approved a revision, by when. */
  approvers(pullRequestId: number, revisionId: string): Approver[] {
    return this.#db
      .all<{ arn: string; role_arn: string | null; person: string }>(
        "SELECT * FROM pull_request_approval WHERE pull_request_id = ? AND revision_id = ? ORDER BY at, arn",
        ...[pullRequestId, revisionId],
      )
      .map(({ arn, role_arn: roleArn, person }) => ({ arn, person, roleArn: roleArn ?? undefined }));
  }

  approve(pullRequestId: number, revisionId: string, { arn, roleArn, person }: Approver, now: Date): void {
    this.#db.run(
      "INSERT INTO pull_request_approval (pull_request_id, revision_id, arn, role_arn, person, at) VALUES (?, ?, ?, ?, ?, ?)",
      ...[pullRequestId, revisionId, arn, roleArn, person, now.getTime()],
    );
  }

  revoke(pullRequestId: number, revisionId: string, arn: string): void {
    const where = "pull_request_id = ? AND revision_id = ? AND arn = ?";
    this.#db.run(`DELETE FROM pull_request_approval WHERE ${where}`, pullRequestId, revisionId, arn);
  }
}

function ruleOf(row: RuleRow): ApprovalRule {
  const { template_id: id, template_name: name } = row;
  return {
    id: row.id,
    name: row.name,
    content: row.content,
    digest: row.digest,
    template: id === null || name === null ? undefined : { id, name },
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    modifiedBy: row.modified_by,
  };
}
