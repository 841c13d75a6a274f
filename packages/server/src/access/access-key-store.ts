import type { Db, Migration } from "../platform/index.ts";
import type { AccessKey } from "./identity.ts";

export const accessKeyMigrations: readonly Migration[] = [
  {
    name: "access-0002-access-keys",
    sql: `
      CREATE TABLE access_key (
        id TEXT PRIMARY KEY, user_name TEXT NOT NULL REFERENCES access_user (name), sealed_secret BLOB NOT NULL,
        active INTEGER NOT NULL, created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX access_key_by_user ON access_key (user_name);
    `,
  },
  {
    // SQLite cannot change a reference in place. Keys follow a user who is renamed.
    name: "access-0010-access-keys-follow-names",
    sql: `
      CREATE TABLE access_key_new (
        id TEXT PRIMARY KEY, user_name TEXT NOT NULL REFERENCES access_user (name) ON UPDATE CASCADE,
        sealed_secret BLOB NOT NULL, active INTEGER NOT NULL, created_at INTEGER NOT NULL
      ) STRICT;
      INSERT INTO access_key_new SELECT id, user_name, sealed_secret, active, created_at FROM access_key;
      DROP TABLE access_key;
      ALTER TABLE access_key_new RENAME TO access_key;
      CREATE INDEX access_key_by_user ON access_key (user_name);
    `,
  },
];

interface Row {
  id: string;
  user_name: string;
  sealed_secret: Uint8Array;
  active: number;
  created_at: number;
}

interface StoredAccessKey extends AccessKey {
  readonly sealedSecret: Uint8Array;
}

/** Long-term access keys; their secrets come in and go out sealed. */
export class AccessKeyStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(id: string): StoredAccessKey | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_key WHERE id = ?", id);
    return row && { ...keyOf(row), sealedSecret: row.sealed_secret };
  }

  of(userName: string): AccessKey[] {
    const sql = "SELECT * FROM access_key WHERE user_name = ? ORDER BY created_at, id";
    return this.#db.all<Row>(sql, userName).map(keyOf);
  }

  add(key: StoredAccessKey): void {
    this.#db.run(
      "INSERT INTO access_key (id, user_name, sealed_secret, active, created_at) VALUES (?, ?, ?, ?, ?)",
      key.id,
      key.userName,
      key.sealedSecret,
      key.active,
      key.createdAt,
    );
    this.#forget();
  }

  setActive(id: string, active: boolean): void {
    this.#db.run("UPDATE access_key SET active = ? WHERE id = ?", active, id);
    this.#forget();
  }

  remove(id: string): void {
    this.#db.run("DELETE FROM access_key WHERE id = ?", id);
    this.#forget();
  }
}

function keyOf(row: Row): AccessKey {
  return { id: row.id, userName: row.user_name, active: row.active === 1, createdAt: row.created_at };
}
