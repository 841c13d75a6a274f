import type { Db, Migration } from "../../platform/index.ts";

export const loginProfileMigrations: readonly Migration[] = [
  {
    name: "access-0031-login-profiles",
    sql: `
      CREATE TABLE access_login_profile (
        user_id TEXT PRIMARY KEY, hash TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
        reset_required INTEGER NOT NULL, last_used_at INTEGER
      ) STRICT;
      CREATE TABLE access_former_password (
        user_id TEXT NOT NULL, changed_at INTEGER NOT NULL, hash TEXT NOT NULL
      ) STRICT;
      CREATE INDEX access_former_password_of ON access_former_password (user_id, changed_at);
    `,
  },
];

/** A user's password. Times are epoch milliseconds. */
export interface LoginProfile {
  readonly userId: string;
  /** Argon2id, as a PHC string. */
  readonly hash: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly isResetRequired: boolean;
  readonly lastUsedAt: number | undefined;
}

interface Row {
  user_id: string;
  hash: string;
  created_at: number;
  changed_at: number;
  reset_required: number;
  last_used_at: number | null;
}

/** Every password before the present one that a policy can ask for. */
const formerMax = 24;

/** Passwords, hashed. Every change that matters to sessions calls `forget` before it returns. */
export class LoginProfileStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(userId: string): LoginProfile | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_login_profile WHERE user_id = ?", userId);
    return row && profileOf(row);
  }

  add({ userId, hash, createdAt, isResetRequired }: LoginProfile): void {
    this.#db.run(
      `INSERT INTO access_login_profile (user_id, hash, created_at, changed_at, reset_required) VALUES (?, ?, ?, ?, ?)`,
      userId,
      hash,
      createdAt,
      createdAt,
      isResetRequired,
    );
    this.#forget();
  }

  /** ② the password that it replaces is kept, hashed, for the policy's reuse prevention. */
  setPassword(userId: string, hash: string, now: number, isResetRequired: boolean): void {
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO access_former_password (user_id, changed_at, hash)
         SELECT user_id, changed_at, hash FROM access_login_profile WHERE user_id = ?`,
        userId,
      );
      this.#db.run(
        `DELETE FROM access_former_password WHERE user_id = ? AND rowid NOT IN
         (SELECT rowid FROM access_former_password WHERE user_id = ? ORDER BY rowid DESC LIMIT ?)`,
        userId,
        userId,
        formerMax,
      );
      this.#db.run(
        "UPDATE access_login_profile SET hash = ?, changed_at = ?, reset_required = ? WHERE user_id = ?",
        hash,
        now,
        isResetRequired,
        userId,
      );
    });
    this.#forget();
  }

  /** The same password under another hash; false where it is another password by now. */
  rehash({ userId, hash }: LoginProfile, to: string): boolean {
    const sql = "UPDATE access_login_profile SET hash = ? WHERE user_id = ? AND hash = ?";
    const isDone = this.#db.run(sql, to, userId, hash).changes === 1;
    this.#forget();
    return isDone;
  }

  setResetRequired(userId: string, isResetRequired: boolean): void {
    this.#db.run("UPDATE access_login_profile SET reset_required = ? WHERE user_id = ?", isResetRequired, userId);
    this.#forget();
  }

  /** Hashes of the newest former passwords, newest first. */
  former(userId: string, limit: number): string[] {
    const sql = "SELECT hash FROM access_former_password WHERE user_id = ? ORDER BY rowid DESC LIMIT ?";
    return this.#db.all<{ hash: string }>(sql, userId, limit).map(({ hash }) => hash);
  }

  noteUse(userId: string, now: number): void {
    this.#db.run("UPDATE access_login_profile SET last_used_at = ? WHERE user_id = ?", now, userId);
  }

  remove(userId: string): void {
    this.#db.transaction(() => {
      this.#db.run("DELETE FROM access_login_profile WHERE user_id = ?", userId);
      this.#db.run("DELETE FROM access_former_password WHERE user_id = ?", userId);
    });
    this.#forget();
  }
}

function profileOf(row: Row): LoginProfile {
  return {
    userId: row.user_id,
    hash: row.hash,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    isResetRequired: row.reset_required === 1,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
