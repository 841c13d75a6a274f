import type { Db, Migration } from "../../../platform/index.ts";
import type { MergeOption } from "../merges.ts";
import type { PullRequestStatus } from "./pull-request-store.ts";

export const pullRequestEventMigrations: readonly Migration[] = [
  {
    name: "artifacts-pull-request-events",
    sql: `
      CREATE TABLE pull_request_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        pull_request_id INTEGER NOT NULL REFERENCES pull_request (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        actor TEXT,
        detail TEXT NOT NULL
      ) STRICT;
      CREATE INDEX pull_request_event_of ON pull_request_event (pull_request_id, id);
    `,
  },
];

export interface RuleFacts {
  readonly id: string;
  readonly name: string;
  readonly content: string;
}

/** What happened to a pull request, by CodeCommit's names. */
export type Happening =
  | {
      readonly type: "PULL_REQUEST_CREATED";
      readonly source: string;
      readonly destination: string;
      readonly base?: string | undefined;
    }
  | { readonly type: "PULL_REQUEST_STATUS_CHANGED"; readonly status: PullRequestStatus }
  | {
      readonly type: "PULL_REQUEST_SOURCE_REFERENCE_UPDATED";
      readonly before: string;
      readonly after: string;
      readonly base?: string | undefined;
    }
  | {
      readonly type: "PULL_REQUEST_MERGE_STATE_CHANGED";
      readonly destination: string;
      readonly by?: string | undefined;
      readonly commitId: string;
      readonly option: MergeOption;
    }
  | {
      readonly type:
        | "PULL_REQUEST_APPROVAL_RULE_CREATED"
        | "PULL_REQUEST_APPROVAL_RULE_UPDATED"
        | "PULL_REQUEST_APPROVAL_RULE_DELETED";
      readonly rule: RuleFacts;
    }
  | {
      readonly type: "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN";
      readonly revisionId: string;
      readonly status: "OVERRIDE" | "REVOKE";
    }
  | {
      readonly type: "PULL_REQUEST_APPROVAL_STATE_CHANGED";
      readonly revisionId: string;
      readonly state: "APPROVE" | "REVOKE";
    };

export interface PullRequestEvent {
  readonly id: number;
  readonly at: Date;
  /** ARN; absent where a branch moved and nobody saw by whom. */
  readonly actor?: string | undefined;
  readonly happening: Happening;
}

interface Row {
  id: number;
  at: number;
  actor: string | null;
  detail: string;
}

export class EventStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  insert(pullRequestId: number, happening: Happening, actor: string | undefined, now: Date): void {
    this.#db.run(
      "INSERT INTO pull_request_event (pull_request_id, at, type, actor, detail) VALUES (?, ?, ?, ?, ?)",
      ...[pullRequestId, now.getTime(), happening.type, actor, JSON.stringify(happening)],
    );
  }

  /** The oldest first, from behind `after`. */
  list(asked: {
    readonly pullRequestId: number;
    readonly type: string | undefined;
    readonly actor: string | undefined;
    readonly after: number;
    readonly max: number;
  }): PullRequestEvent[] {
    const { pullRequestId, type, actor, after, max } = asked;
    const where = "pull_request_id = ? AND id > ? AND type = ifnull(?, type) AND (? IS NULL OR actor = ?)";
    return this.#db
      .all<Row>(
        `SELECT * FROM pull_request_event WHERE ${where} ORDER BY id LIMIT ?`,
        ...[pullRequestId, after, type, actor, actor, max],
      )
      .map((row) => ({
        id: row.id,
        at: new Date(row.at),
        actor: row.actor ?? undefined,
        happening: JSON.parse(row.detail) as Happening,
      }));
  }
}
