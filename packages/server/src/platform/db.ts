import Database from "libsql";

/** A value that a statement takes or returns. Booleans are stored as 0 and 1. */
export type DbValue = string | number | bigint | Uint8Array | null;
export type DbParameter = DbValue | boolean | undefined;
export type DbRow = Record<string, DbValue>;

/** One step of a domain's schema; applied once, in order, by name. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * The metadata database: SQLite with every page, write-ahead pages included, encrypted under `key`.
 * All calls are synchronous, and a write has reached the disk when it returns (synchronous=FULL).
 */
export interface Db extends Disposable {
  /** Rises with everything that may have changed what is read: each statement that writes, each transaction rolled back. */
  readonly version: number;
  readonly isInTransaction: boolean;
  run(sql: string, ...parameters: DbParameter[]): { changes: number };
  get<T = DbRow>(sql: string, ...parameters: DbParameter[]): T | undefined;
  all<T = DbRow>(sql: string, ...parameters: DbParameter[]): T[];
  /** Runs `body` as one transaction; an exception rolls it back. Nested calls join the outer one. */
  transaction<T>(body: () => T): T;
  migrate(migrations: readonly Migration[]): void;
  /**
   * Writes back what the write-ahead file holds and empties it: what was overwritten or deleted before is in no file
   * any more when this returns, or when the transaction around it has ended.
   */
  shred(): void;
}

const statementsCachedMax = 500;

/** A sync of the database failed; nothing is read or written any more until the server starts again. */
export class DatabaseBroken extends Error {
  override readonly name = "DatabaseBroken";
}

/**
 * Opens (and makes, where absent) the database at `path`.
 * `key` is 32 bytes; another key than the one it was made with throws at the first read.
 * `onBroken` is called once, with the fault, when a sync fails: whether the last transaction is there is known only
 * after the next start, and a second try would prove nothing.
 */
export function openDb(path: string, key: Uint8Array, onBroken: (cause: unknown) => void = () => undefined): Db {
  if (key.byteLength !== 32) throw new RangeError("a database key has 32 bytes");
  // ④ pages and write-ahead pages are encrypted before they reach the file system.
  const database = new Database(path, {
    encryptionCipher: "aes256cbc",
    encryptionKey: Buffer.from(key).toString("hex"),
  } as ConstructorParameters<typeof Database>[1]);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  database.pragma("temp_store = MEMORY");
  // ④ what is deleted is overwritten, where a page keeps its bytes otherwise.
  database.pragma("secure_delete = ON");
  // Pages that many commits change are written back once for all of them: 16 MiB of write-ahead file.
  database.pragma("wal_autocheckpoint = 4096");
  // A page that is not kept is decrypted anew each time: the upper levels of large indexes fit in 32 MiB.
  database.pragma("cache_size = -32768");
  return new SqliteDb(database, onBroken);
}

/** Where a write fails, SQLite has rolled back, and the transaction is not there; only of a sync it cannot know. */
const syncFault = /^SQLITE_IOERR_(DIR_)?FSYNC$/;

class SqliteDb implements Db {
  readonly #database: InstanceType<typeof Database>;
  readonly #statements = new Map<string, Prepared>();
  readonly #onBroken: (cause: unknown) => void;
  #depth = 0;
  #version = 0;
  #shredAfterwards = false;
  #broken: DatabaseBroken | undefined;

  constructor(database: InstanceType<typeof Database>, onBroken: (cause: unknown) => void) {
    this.#database = database;
    this.#onBroken = onBroken;
  }

  get version(): number {
    return this.#version;
  }

  get isInTransaction(): boolean {
    return this.#depth > 0;
  }

  run(sql: string, ...parameters: DbParameter[]): { changes: number } {
    return this.#guarded(() => {
      const { statement } = this.#prepared(sql);
      return { changes: Number(statement.run(parameters.map(bindable)).changes) };
    });
  }

  get<T = DbRow>(sql: string, ...parameters: DbParameter[]): T | undefined {
    return this.#guarded(() => {
      const { statement, columns } = this.#prepared(sql);
      const values = statement.get(parameters.map(bindable));
      return values === undefined ? undefined : (rowOf(columns, values) as T);
    });
  }

  all<T = DbRow>(sql: string, ...parameters: DbParameter[]): T[] {
    return this.#guarded(() => {
      const { statement, columns } = this.#prepared(sql);
      return statement.all(parameters.map(bindable)).map((values) => rowOf(columns, values) as T);
    });
  }

  transaction<T>(body: () => T): T {
    if (this.#depth > 0) return body();
    this.#guarded(() => this.#database.exec("BEGIN IMMEDIATE"));
    this.#depth += 1;
    try {
      const result = body();
      this.#guarded(() => this.#database.exec("COMMIT"));
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#shredAfterwards) this.shred();
    }
  }

  shred(): void {
    this.#shredAfterwards = this.#depth > 0;
    if (this.#shredAfterwards) return;
    const [outcome] = this.#guarded(() => this.#database.pragma("wal_checkpoint(TRUNCATE)")) as { busy: number }[];
    if (outcome?.busy !== 0) throw new Error("the write-ahead file of the metadata database is in use by another");
  }

  migrate(migrations: readonly Migration[]): void {
    this.#database.exec("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) STRICT");
    for (const { name, sql } of migrations) {
      this.transaction(() => {
        if (this.get("SELECT name FROM migration WHERE name = ?", name) !== undefined) return;
        this.#version += 1;
        this.#database.exec(sql);
        // What was prepared before knows the columns of before.
        this.#statements.clear();
        this.run("INSERT INTO migration (name) VALUES (?)", name);
      });
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    // Closing would sync and write back what a sync has failed for; the next start recovers from the write-ahead file.
    if (this.#broken === undefined) this.#database.close();
  }

  /** ③ what the disk failed once is not asked for again. */
  #guarded<T>(task: () => T): T {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      return task();
    } catch (error) {
      if (isSyncFault(error)) this.#break(error);
      throw error;
    }
  }

  #break(cause: unknown): void {
    this.#broken = new DatabaseBroken("The metadata database cannot be written.", { cause });
    this.#onBroken(cause);
  }

  /** On a full disk SQLite has rolled back by itself already; what matters then is why. */
  #rollBack(): void {
    this.#version += 1;
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      return;
    }
  }

  /** The statement for `sql`, which is about to run. */
  #prepared(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      if (this.#statements.size >= statementsCachedMax) this.#statements.clear();
      prepared = preparedBy(this.#database.prepare(sql) as unknown as Statement, sql);
      this.#statements.set(sql, prepared);
    }
    if (prepared.mayWrite) this.#version += 1;
    return prepared;
  }
}

function isSyncFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && syncFault.test(error.code);
}

interface Statement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  columns(): readonly { readonly name: string }[];
  /** Rows as arrays from now on. */
  raw(): void;
  run(parameters: DbValue[]): { changes: number | bigint };
  get(parameters: DbValue[]): DbValue[] | undefined;
  all(parameters: DbValue[]): DbValue[][];
}

interface Prepared {
  readonly statement: Statement;
  readonly columns: readonly string[];
  readonly mayWrite: boolean;
}

function preparedBy(statement: Statement, sql: string): Prepared {
  const mayWrite = !/^\s*SELECT\s/i.test(sql);
  if (!statement.reader) return { statement, columns: [], mayWrite };
  // Rows as objects would take the driver half as long again: it makes each column's name anew.
  statement.raw();
  return { statement, columns: statement.columns().map(({ name }) => name), mayWrite };
}

function rowOf(columns: readonly string[], values: readonly DbValue[]): DbRow {
  const row: DbRow = {};
  for (const [at, name] of columns.entries()) row[name] = values[at] ?? null;
  return row;
}

function bindable(value: DbParameter): DbValue {
  if (value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value;
}
