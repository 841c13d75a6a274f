import type { Db, DbParameter, Migration } from "../../../platform/index.ts";

export const commentMigrations: readonly Migration[] = [
  {
    name: "artifacts-comments",
    sql: `
      CREATE TABLE comment (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        repository_id TEXT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
        pull_request_id INTEGER REFERENCES pull_request (id) ON DELETE CASCADE,
        place TEXT NOT NULL,
        in_reply_to TEXT,
        content TEXT,
        author TEXT NOT NULL,
        token TEXT UNIQUE,
        token_digest TEXT,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX comment_of_pull_request ON comment (pull_request_id, number);
      CREATE INDEX comment_of_place ON comment (repository_id, place, number);
      CREATE TABLE comment_reaction (
        comment_number INTEGER NOT NULL REFERENCES comment (number) ON DELETE CASCADE,
        user TEXT NOT NULL,
        reaction TEXT NOT NULL,
        PRIMARY KEY (comment_number, user)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** What a comment is about: two commits, and perhaps a file, and a line of it. */
export interface Place {
  /** Absent where the commit after is looked at by itself. */
  readonly before?: string | undefined;
  readonly after: string;
  readonly location?:
    | {
        readonly path: string;
        readonly position?: number | undefined;
        readonly version?: "BEFORE" | "AFTER" | undefined;
      }
    | undefined;
  readonly beforeBlob?: string | undefined;
  readonly afterBlob?: string | undefined;
}

export interface Comment {
  /** Counts up over all comments. */
  readonly number: number;
  readonly id: string;
  readonly repositoryId: string;
  /** The repository's name now. */
  readonly repository: string;
  readonly pullRequestId?: number | undefined;
  readonly place: Place;
  readonly inReplyTo?: string | undefined;
  /** Absent where it was deleted. */
  readonly content?: string | undefined;
  /** ARN. */
  readonly author: string;
  readonly token?: string | undefined;
  readonly tokenDigest?: string | undefined;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

interface Row {
  number: number;
  id: string;
  repository_id: string;
  repository: string;
  pull_request_id: number | null;
  place: string;
  in_reply_to: string | null;
  content: string | null;
  author: string;
  token: string | null;
  token_digest: string | null;
  created_at: number;
  modified_at: number;
}

const select = "SELECT c.*, r.name AS repository FROM comment c JOIN repository r ON r.id = c.repository_id";

export class CommentStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  find(id: string): Comment | undefined {
    return this.#one("c.id = ?", id);
  }

  withToken(token: string): Comment | undefined {
    return this.#one("c.token = ?", token);
  }

  insert(one: Omit<Comment, "number" | "repository">): void {
    const names =
      "id, repository_id, pull_request_id, place, in_reply_to, content, author, token, token_digest, created_at, modified_at";
    this.#db.run(
      `INSERT INTO comment (${names}) VALUES (${names.replace(/\w+/g, "?")})`,
      ...[one.id, one.repositoryId, one.pullRequestId, JSON.stringify(one.place), one.inReplyTo, one.content],
      ...[one.author, one.token, one.tokenDigest, one.createdAt.getTime(), one.modifiedAt.getTime()],
    );
  }

  setContent(id: string, content: string | undefined, now: Date): void {
    this.#db.run("UPDATE comment SET content = ?, modified_at = ? WHERE id = ?", content, now.getTime(), id);
  }

  ofPullRequest(pullRequestId: number): Comment[] {
    return this.#all("c.pull_request_id = ?", pullRequestId);
  }

  /** Comments on commits, without those of pull requests. */
  ofCommits(repositoryId: string): Comment[] {
    return this.#all("c.repository_id = ? AND c.pull_request_id IS NULL", repositoryId);
  }

  react(number: number, user: string, reaction: string | undefined): void {
    if (reaction === undefined) {
      this.#db.run("DELETE FROM comment_reaction WHERE comment_number = ? AND user = ?", number, user);
    } else {
      const names = "(comment_number, user, reaction) VALUES (?, ?, ?)";
      this.#db.run(`INSERT OR REPLACE INTO comment_reaction ${names}`, number, user, reaction);
    }
  }

  reactions(number: number): { readonly user: string; readonly reaction: string }[] {
    const asked = "SELECT user, reaction FROM comment_reaction WHERE comment_number = ? ORDER BY reaction, user";
    return this.#db.all<{ user: string; reaction: string }>(asked, number);
  }

  #one(where: string, value: DbParameter): Comment | undefined {
    const row = this.#db.get<Row>(`${select} WHERE ${where}`, value);
    return row && commentOf(row);
  }

  #all(where: string, value: DbParameter): Comment[] {
    return this.#db.all<Row>(`${select} WHERE ${where} ORDER BY c.number`, value).map(commentOf);
  }
}

function commentOf(row: Row): Comment {
  return {
    number: row.number,
    id: row.id,
    repositoryId: row.repository_id,
    repository: row.repository,
    pullRequestId: row.pull_request_id ?? undefined,
    place: JSON.parse(row.place) as Place,
    inReplyTo: row.in_reply_to ?? undefined,
    content: row.content ?? undefined,
    author: row.author,
    token: row.token ?? undefined,
    tokenDigest: row.token_digest ?? undefined,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}
