import type { Db, DbParameter, Migration } from "../../../platform/index.ts";
import type { MergeOption } from "../merges.ts";

export const pullRequestMigrations: readonly Migration[] = [
  {
    name: "artifacts-pull-requests",
    sql: `
      CREATE TABLE pull_request (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        description TEXT,
        status TEXT NOT NULL,
        author_arn TEXT NOT NULL,
        author_person TEXT NOT NULL,
        source TEXT NOT NULL,
        destination TEXT NOT NULL,
        source_commit TEXT NOT NULL,
        destination_commit TEXT NOT NULL,
        merge_base TEXT,
        revision_id TEXT NOT NULL,
        merged_by TEXT,
        merge_commit TEXT,
        merge_option TEXT,
        overridden_revision TEXT,
        overridden_by TEXT,
        intent TEXT,
        token TEXT UNIQUE,
        token_digest TEXT,
        created_at INTEGER NOT NULL,
        active_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX pull_request_of_repository ON pull_request (repository_id, status, id);
    `,
  },
];

export type PullRequestStatus = "OPEN" | "CLOSED";

/** What a merge was about to do, written down before the branch moves. */
export interface MergeIntent {
  readonly option: MergeOption;
  readonly commitId: string;
  /** ARN of who merges. */
  readonly by: string;
}

export interface PullRequest {
  readonly id: number;
  readonly repositoryId: string;
  /** The repository's name now. */
  readonly repository: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly status: PullRequestStatus;
  readonly author: { readonly arn: string; readonly person: string };
  /** Names of branches, without `refs/heads/`. */
  readonly source: string;
  readonly destination: string;
  readonly sourceCommit: string;
  readonly destinationCommit: string;
  readonly mergeBase?: string | undefined;
  /** Another one whenever the source moves. */
  readonly revisionId: string;
  /** `by` is absent where a push merged and nobody saw whose. */
  readonly merged?:
    { readonly by?: string | undefined; readonly commitId: string; readonly option: MergeOption } | undefined;
  readonly overridden?: { readonly revisionId: string; readonly by: string } | undefined;
  readonly intent?: MergeIntent | undefined;
  readonly token?: string | undefined;
  readonly tokenDigest?: string | undefined;
  readonly createdAt: Date;
  readonly activeAt: Date;
}

interface Row {
  id: number;
  repository_id: string;
  repository: string;
  title: string;
  description: string | null;
  status: string;
  author_arn: string;
  author_person: string;
  source: string;
  destination: string;
  source_commit: string;
  destination_commit: string;
  merge_base: string | null;
  revision_id: string;
  merged_by: string | null;
  merge_commit: string | null;
  merge_option: string | null;
  overridden_revision: string | null;
  overridden_by: string | null;
  intent: string | null;
  token: string | null;
  token_digest: string | null;
  created_at: number;
  active_at: number;
}

/** What of a pull request can change. */
export type PullRequestChange = Partial<
  Pick<
    PullRequest,
    | "title"
    | "description"
    | "status"
    | "sourceCommit"
    | "destinationCommit"
    | "mergeBase"
    | "revisionId"
    | "merged"
    | "overridden"
    | "intent"
  >
>;

const columns: Readonly<Record<keyof PullRequestChange, (change: PullRequestChange) => [string, DbParameter][]>> = {
  title: ({ title }) => [["title", title]],
  description: ({ description }) => [["description", description]],
  status: ({ status }) => [["status", status]],
  sourceCommit: ({ sourceCommit }) => [["source_commit", sourceCommit]],
  destinationCommit: ({ destinationCommit }) => [["destination_commit", destinationCommit]],
  mergeBase: ({ mergeBase }) => [["merge_base", mergeBase]],
  revisionId: ({ revisionId }) => [["revision_id", revisionId]],
  merged: ({ merged }) => [
    ["merged_by", merged?.by],
    ["merge_commit", merged?.commitId],
    ["merge_option", merged?.option],
  ],
  overridden: ({ overridden }) => [
    ["overridden_revision", overridden?.revisionId],
    ["overridden_by", overridden?.by],
  ],
  intent: ({ intent }) => [["intent", intent && JSON.stringify(intent)]],
};

const select = "SELECT p.*, r.name AS repository FROM pull_request p JOIN repository r ON r.id = p.repository_id";

export class PullRequestStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  find(id: number): PullRequest | undefined {
    const row = this.#db.get<Row>(`${select} WHERE p.id = ?`, id);
    return row && pullRequestOf(row);
  }

  withToken(token: string): PullRequest | undefined {
    const row = this.#db.get<Row>(`${select} WHERE p.token = ?`, token);
    return row && pullRequestOf(row);
  }

  open(repositoryId: string): PullRequest[] {
    const rows = this.#db.all<Row>(`${select} WHERE p.repository_id = ? AND p.status = 'OPEN'`, repositoryId);
    return rows.map(pullRequestOf);
  }

  /** The newest first, from those older than `before`. */
  list(asked: {
    readonly repositoryId: string;
    readonly status: PullRequestStatus | undefined;
    readonly authorArn: string | undefined;
    readonly before: number;
    readonly max: number;
  }): number[] {
    const { repositoryId, status, authorArn, before, max } = asked;
    const where = "repository_id = ? AND id < ? AND status = ifnull(?, status) AND author_arn = ifnull(?, author_arn)";
    return this.#db
      .all<{ id: number }>(
        `SELECT id FROM pull_request WHERE ${where} ORDER BY id DESC LIMIT ?`,
        ...[repositoryId, before, status, authorArn, max],
      )
      .map(({ id }) => id);
  }

  insert(one: Omit<PullRequest, "id" | "repository">): number {
    const names =
      "repository_id, title, description, status, author_arn, author_person, source, destination, source_commit, " +
      "destination_commit, merge_base, revision_id, token, token_digest, created_at, active_at";
    const { id } = this.#db.get<{ id: number }>(
      `INSERT INTO pull_request (${names}) VALUES (${names.replace(/\w+/g, "?")}) RETURNING id`,
      ...[one.repositoryId, one.title, one.description, one.status, one.author.arn, one.author.person],
      ...[one.source, one.destination, one.sourceCommit, one.destinationCommit, one.mergeBase, one.revisionId],
      ...[one.token, one.tokenDigest, one.createdAt.getTime(), one.activeAt.getTime()],
    ) ?? { id: 0 };
    return id;
  }

  update(id: number, change: PullRequestChange, now: Date): void {
    const named = (Object.keys(change) as (keyof PullRequestChange)[]).flatMap((name) => columns[name](change));
    const sets = [...named.map(([column]) => `${column} = ?`), "active_at = ?"].join(", ");
    const values = named.map(([, value]) => value);
    this.#db.run(`UPDATE pull_request SET ${sets} WHERE id = ?`, ...values, now.getTime(), id);
  }
}

function pullRequestOf(row: Row): PullRequest {
  const absent = <T>(value: T | null): T | undefined => value ?? undefined;
  const { merge_commit: commitId, overridden_revision: overridden } = row;
  return {
    id: row.id,
    repositoryId: row.repository_id,
    repository: row.repository,
    title: row.title,
    description: absent(row.description),
    status: row.status as PullRequestStatus,
    author: { arn: row.author_arn, person: row.author_person },
    source: row.source,
    destination: row.destination,
    sourceCommit: row.source_commit,
    destinationCommit: row.destination_commit,
    mergeBase: absent(row.merge_base),
    revisionId: row.revision_id,
    merged:
      commitId === null ? undefined : { by: absent(row.merged_by), commitId, option: row.merge_option as MergeOption },
    overridden: overridden === null ? undefined : { revisionId: overridden, by: row.overridden_by ?? "" },
    intent: row.intent === null ? undefined : (JSON.parse(row.intent) as MergeIntent),
    token: absent(row.token),
    tokenDigest: absent(row.token_digest),
    createdAt: new Date(row.created_at),
    activeAt: new Date(row.active_at),
  };
}
