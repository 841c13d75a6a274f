import type { AccountAliasStore } from "./account-alias-store.ts";
import { refused, type Refusal } from "./refusal.ts";

/** The account's alias: one at most, and a new one takes the place of the old. */
export class AccountAlias {
  readonly #store: AccountAliasStore;

  constructor(store: AccountAliasStore) {
    this.#store = store;
  }

  get(): string | undefined {
    return this.#store.find();
  }

  set(alias: string): Refusal | undefined {
    if (this.get() === alias) return refused("already-exists", `The account alias ${alias} already exists.`);
    this.#store.put(alias);
    return undefined;
  }

  remove(alias: string): Refusal | undefined {
    if (this.get() !== alias) {
      return refused("not-found", `The account alias with name ${alias} cannot be found.`);
    }
    this.#store.remove();
    return undefined;
  }
}
