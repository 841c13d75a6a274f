import { randomBytes, randomUUID } from "node:crypto";
import { unwrapKey, wrapKey } from "@strongroom/envelope";
import type { Clock } from "../platform/index.ts";
import { aliasArnOf, keyArnOf, parseKeyName } from "./key-name.ts";
import type { KeyRealm } from "./key-name.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable } from "./key-refusal.ts";
import type { KeyManager, KeyRow, KeyStore } from "./key-store.ts";

/** A key that a request named, with the ARN that permissions are decided on. */
export interface FoundKey {
  readonly kind: "found";
  readonly row: KeyRow;
  readonly keyArn: string;
  /** The alias by which the request named the key, where it did. */
  readonly alias?: string;
}

/** The ARN that a permission is decided on although there is no such key: who may not know learns nothing. */
export interface AbsentKey {
  readonly kind: "absent";
  readonly arn: string;
  readonly refusal: KeyNotFound;
}

const materialBytes = 32;

/** Finds keys by any of their names and opens their material. Nothing of it leaves this folder. */
export class KeyRing {
  readonly realm: KeyRealm;
  readonly #store: KeyStore;
  readonly #kek: Uint8Array;
  readonly #clock: Clock;

  /** `kek`: 32 bytes that the seal derived for key material. */
  constructor(store: KeyStore, kek: Uint8Array, clock: Clock, realm: KeyRealm) {
    this.#store = store;
    this.#kek = kek;
    this.#clock = clock;
    this.realm = realm;
  }

  now(): number {
    return this.#clock.now().getTime();
  }

  arnOf(keyId: string): string {
    return keyArnOf(this.realm, keyId);
  }

  find(text: string): FoundKey | AbsentKey {
    const name = parseKeyName(text, this.realm);
    switch (name.kind) {
      case "id":
        return this.#byId(name.keyId, undefined);
      case "alias": {
        const row = this.#store.alias(name.alias);
        if (row !== undefined) return this.#byId(row.keyId, name.alias);
        const arn = aliasArnOf(this.realm, name.alias);
        return { kind: "absent", arn, refusal: refused("not-found", `Alias ${arn} is not found.`) };
      }
      case "elsewhere":
        return absent(name.arn, `Key '${name.arn}' does not exist`);
      case "malformed":
        return absent(this.arnOf(name.text), `Invalid keyId '${name.text}'`);
    }
  }

  #byId(keyId: string, alias: string | undefined): FoundKey | AbsentKey {
    const keyArn = this.arnOf(keyId);
    const row = this.#store.key(keyId);
    if (row === undefined || this.#wipeIfDue(row)) return absent(keyArn, `Key '${keyArn}' does not exist`);
    return { kind: "found", row, keyArn, ...(alias !== undefined && { alias }) };
  }

  /** ④ a key whose waiting period is over is gone for every caller, whether or not a sweep has run. */
  #wipeIfDue(row: KeyRow): boolean {
    if (row.state !== "PendingDeletion" || row.deletionAt === null || row.deletionAt > this.now()) return false;
    this.#store.deleteKey(row.keyId);
    return true;
  }

  /** Makes a key with material of its own; the material exists outside this call only wrapped. */
  create(x: { description: string; policy: string; manager: KeyManager }): FoundKey {
    const row: KeyRow = {
      ...x,
      keyId: randomUUID(),
      state: "Enabled",
      createdAt: this.now(),
      deletionAt: null,
      currentVersion: 1,
    };
    const material = randomBytes(materialBytes);
    // ④ key material reaches the database wrapped, under a key that only the seal gives.
    this.#store.insertKey(row, wrapKey(this.#kek, material, this.#materialAad(row.keyId, 1)));
    material.fill(0);
    return { kind: "found", row, keyArn: this.arnOf(row.keyId) };
  }

  /** Lends the material of one version to `use` and wipes it afterwards; undefined where there is no such version. */
  withMaterial<T>(keyId: string, version: number, use: (material: Uint8Array) => T): T | undefined {
    const wrapped = this.#store.material(keyId, version);
    if (wrapped === undefined) return undefined;
    const material = unwrapKey(this.#kek, wrapped, this.#materialAad(keyId, version));
    if (material === undefined) throw new Error(`the material of key ${keyId} was changed on disk`);
    try {
      return use(material);
    } finally {
      material.fill(0);
    }
  }

  /** Why a key may not be used now. */
  unusable(row: KeyRow): KeyUnusable | undefined {
    const keyArn = this.arnOf(row.keyId);
    switch (row.state) {
      case "Enabled":
        return undefined;
      case "Disabled":
        return refused("disabled", `${keyArn} is disabled.`, keyArn);
      case "PendingDeletion":
        return refused("pending-deletion", `${keyArn} is pending deletion.`, keyArn);
    }
  }

  #materialAad(keyId: string, version: number): Uint8Array {
    return Buffer.from(`${this.arnOf(keyId)}#${version}`);
  }
}

function absent(arn: string, message: string): AbsentKey {
  return { kind: "absent", arn, refusal: refused("not-found", message) };
}
