import type { Db, Migration } from "../platform/index.ts";

export const accountAliasMigrations: readonly Migration[] = [
  {
    name: "access-0015-account-alias",
    sql: "CREATE TABLE access_account_alias (alias TEXT PRIMARY KEY) STRICT;",
  },
];

/** The account's other name, where it has one. */
export class AccountAliasStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  find(): string | undefined {
    return this.#db.get<{ alias: string }>("SELECT alias FROM access_account_alias")?.alias;
  }

  put(alias: string): void {
    this.#db.transaction(() => {
      this.remove();
      this.#db.run("INSERT INTO access_account_alias (alias) VALUES (?)", alias);
    });
  }

  remove(): void {
    this.#db.run("DELETE FROM access_account_alias");
  }
}
