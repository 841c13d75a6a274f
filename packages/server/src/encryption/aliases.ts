import { isAsymmetric, isHmac } from "./key-kind.ts";
import type { KeyKind } from "./key-kind.ts";
import { aliasArnOf, aliasCharactersMax, aliasPattern, reservedAliasPrefix } from "./key-name.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { KeyRing } from "./key-ring.ts";
import type { AliasRow, KeyStore } from "./key-store.ts";

interface Alias {
  readonly alias: string;
  readonly aliasArn: string;
  readonly keyId: string;
  readonly keyArn: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface AliasPage {
  readonly kind: "aliases";
  readonly aliases: readonly Alias[];
  readonly next?: string;
}

type AliasRefusal = Refusal<"invalid-alias" | "reserved-alias">;
type Done = { readonly kind: "done" };
type Target = { readonly kind: "target"; readonly keyId: string; readonly row: KeyKind };
const done: Done = { kind: "done" };

/** Second names of keys. Names under alias/aws/ belong to the services. */
export class Aliases {
  readonly #ring: KeyRing;
  readonly #store: KeyStore;

  constructor(ring: KeyRing, store: KeyStore) {
    this.#ring = ring;
    this.#store = store;
  }

  /** The ARN of an alias, whether or not it exists: what permissions are decided on. */
  arnOf(alias: string): string {
    return aliasArnOf(this.#ring.realm, alias);
  }

  create(
    alias: string,
    targetKeyId: string,
  ): Done | AliasRefusal | Refusal<"already-exists"> | KeyNotFound | KeyUnusable {
    const refusal = this.#nameRefusal(alias);
    if (refusal !== undefined) return refusal;
    const target = this.#target(targetKeyId);
    if (target.kind === "refused") return target;
    return this.#store.transaction(() => {
      if (this.#store.alias(alias) !== undefined) {
        return refused("already-exists", `An alias with the name ${this.arnOf(alias)} already exists`);
      }
      const now = this.#ring.now();
      this.#store.insertAlias({ alias, keyId: target.keyId, createdAt: now, updatedAt: now });
      return done;
    });
  }

  /** An alias stays with keys of one type and usage, so that what is used under its name goes on to work. */
  update(
    alias: string,
    targetKeyId: string,
  ): Done | AliasRefusal | KeyNotFound | KeyUnusable | Refusal<"invalid-input"> {
    const refusal = this.#nameRefusal(alias) ?? this.#absence(alias);
    if (refusal !== undefined) return refusal;
    const target = this.#target(targetKeyId);
    if (target.kind === "refused") return target;
    const present = this.#ring.find(alias);
    if (present.kind === "found" && !isSameSort(present.row, target.row)) {
      const message = `Alias ${this.arnOf(alias)} can only move to a key of the type and usage of its present key.`;
      return refused("invalid-input", message, this.#ring.arnOf(target.keyId));
    }
    this.#store.moveAlias(alias, target.keyId, this.#ring.now());
    return done;
  }

  delete(alias: string): Done | AliasRefusal | KeyNotFound {
    const refusal = this.#nameRefusal(alias) ?? this.#absence(alias);
    if (refusal !== undefined) return refusal;
    this.#store.deleteAlias(alias);
    return done;
  }

  /** `keyId` undefined: those of all keys. */
  list(x: { keyId?: string; after?: string; limit: number }): AliasPage | KeyNotFound {
    const found = x.keyId === undefined ? undefined : this.#ring.find(x.keyId);
    if (found?.kind === "absent") return found.refusal;
    const rows = this.#store.aliasesAfter(x.after ?? "", found?.row.keyId, x.limit + 1);
    const shown = rows.slice(0, x.limit).map((row) => this.#described(row));
    const next = rows.length > x.limit ? shown.at(-1)?.alias : undefined;
    return { kind: "aliases", aliases: shown, ...(next !== undefined && { next }) };
  }

  #described(row: AliasRow): Alias {
    return {
      alias: row.alias,
      aliasArn: this.arnOf(row.alias),
      keyId: row.keyId,
      keyArn: this.#ring.arnOf(row.keyId),
      createdAt: new Date(row.createdAt),
      updatedAt: new Date(row.updatedAt),
    };
  }

  #nameRefusal(alias: string): AliasRefusal | undefined {
    if (alias.startsWith(reservedAliasPrefix)) {
      return refused("reserved-alias", `${alias}: names under ${reservedAliasPrefix} belong to the services.`);
    }
    if (!aliasPattern.test(alias) || alias.length > aliasCharactersMax) {
      const form = "alias/ and letters, digits, slashes, underscores and dashes";
      return refused("invalid-alias", `${alias} is not a valid alias: it must be ${form}.`);
    }
    return undefined;
  }

  #absence(alias: string): KeyNotFound | undefined {
    if (this.#store.alias(alias) !== undefined) return undefined;
    return refused("not-found", `Alias ${this.arnOf(alias)} is not found.`);
  }

  #target(keyId: string): Target | KeyNotFound | KeyUnusable {
    // AWS takes an id or a key ARN here, never another alias.
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    if (found.alias !== undefined) return refused("not-found", `Invalid keyId '${keyId}'`);
    if (found.row.state === "PendingDeletion") {
      return refused("pending-deletion", `${found.keyArn} is pending deletion.`, found.keyArn);
    }
    return { kind: "target", keyId: found.row.keyId, row: found.row };
  }
}

/** The same usage, and both symmetric, both asymmetric or both HMAC; the specs may differ. */
function isSameSort(one: KeyKind, other: KeyKind): boolean {
  return (
    one.usage === other.usage &&
    isAsymmetric(one.spec) === isAsymmetric(other.spec) &&
    isHmac(one.spec) === isHmac(other.spec)
  );
}
