import type { Db, Migration } from "../../platform/index.ts";
import type { PasswordPolicy } from "./password-policy.ts";

export const passwordPolicyMigrations: readonly Migration[] = [
  {
    name: "access-0030-sign-in-settings",
    sql: `
      CREATE TABLE access_sign_in_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    `,
  },
];

/** What signing in takes beside a password. */
export interface SignInSettings {
  /** Whether nobody signs in without a second factor. */
  readonly isMfaRequired: boolean;
}

const defaults: SignInSettings = { isMfaRequired: true };

/** The account's password policy and what signing in takes. */
export class PasswordPolicyStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  get policy(): PasswordPolicy | undefined {
    return this.#read<PasswordPolicy>("password-policy");
  }

  setPolicy(policy: PasswordPolicy | undefined): void {
    this.#write("password-policy", policy);
  }

  get settings(): SignInSettings {
    return this.#read<SignInSettings>("settings") ?? defaults;
  }

  setSettings(settings: SignInSettings): void {
    this.#write("settings", settings);
  }

  #read<T>(name: string): T | undefined {
    const row = this.#db.get<{ value: string }>("SELECT value FROM access_sign_in_setting WHERE name = ?", name);
    return row && (JSON.parse(row.value) as T);
  }

  #write(name: string, value: object | undefined): void {
    if (value === undefined) this.#db.run("DELETE FROM access_sign_in_setting WHERE name = ?", name);
    else {
      this.#db.run(
        "INSERT INTO access_sign_in_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        JSON.stringify(value),
      );
    }
    this.#forget();
  }
}
