import { createHash, createHmac, randomUUID } from "node:crypto";
import { unwrapKey, wrapKey } from "@strongroom/envelope";
import { randomSecret } from "../platform/index.ts";
import type { Clock } from "../platform/index.ts";
import type { ImportStore } from "./import-store.ts";
import type { NoteKeyDeed } from "./key-deed.ts";
import type { KeyKind } from "./key-kind.ts";
import { aliasArnOf, keyArnOf, parseKeyName } from "./key-name.ts";
import type { KeyRealm } from "./key-name.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable } from "./key-refusal.ts";
import type { KeyManager, KeyRow, KeyStore, RotationKind } from "./key-store.ts";

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
const dayMs = 24 * 60 * 60 * 1000;

interface NewKey {
  readonly kind: KeyKind;
  readonly description: string;
  readonly policy: string;
  readonly manager: KeyManager;
  readonly material?: Uint8Array;
  readonly rotationDays?: number;
}

interface KeyRingParts {
  readonly store: KeyStore;
  readonly imports: ImportStore;
  /** 32 bytes that the seal derived for key material. */
  readonly kek: Uint8Array;
  readonly clock: Clock;
  readonly realm: KeyRealm;
  readonly noteDeed: NoteKeyDeed;
}

/** Finds keys by any of their names and opens their material. Nothing of it leaves this folder. */
export class KeyRing {
  readonly realm: KeyRealm;
  readonly #store: KeyStore;
  readonly #imports: ImportStore;
  readonly #kek: Uint8Array;
  readonly #clock: Clock;
  readonly #noteDeed: NoteKeyDeed;

  constructor(x: KeyRingParts) {
    const { store, imports, kek, clock, realm, noteDeed } = x;
    this.#noteDeed = noteDeed;
    this.#store = store;
    this.#imports = imports;
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
    return {
      kind: "found",
      row: this.#expiredIfDue(this.#rotatedIfDue(row)),
      keyArn,
      ...(alias !== undefined && { alias }),
    };
  }

  /** A key whose day has come encrypts with new material, whether or not a sweep has run; a disabled one waits. */
  #rotatedIfDue(row: KeyRow): KeyRow {
    if (row.nextRotationAt === null || row.nextRotationAt > this.now() || row.state !== "Enabled") return row;
    this.rotateIfDue(row);
    return this.#store.key(row.keyId) ?? row;
  }

  /** ④ imported material whose day is over is gone for every caller, whether or not a sweep has run. */
  #expiredIfDue(row: KeyRow): KeyRow {
    if (row.materialExpiresAt === null || row.materialExpiresAt > this.now()) return row;
    this.wipeExpired(row.keyId);
    return this.#store.key(row.keyId) ?? row;
  }

  /** Wipes imported material whose day is over: of one key or of all. */
  wipeExpired(keyId?: string): void {
    const due = this.#imports.materialsDue(this.now(), keyId);
    for (const { keyId: id, version, materialId } of due) {
      this.wipe(id, version);
      this.#noteDeed({ name: "DeleteExpiredKeyMaterial", keyArn: this.arnOf(id), materialId });
    }
  }

  /** Wipes a version of a key's imported material; what the key is bound to can come back, what only waited is forgotten. */
  wipe(keyId: string, version: number): void {
    this.#imports.transaction(() => {
      this.#imports.wipeMaterial(keyId, version);
      if (version > (this.#store.key(keyId)?.currentVersion ?? 0)) this.#imports.forgetMaterial(keyId, version);
      this.#imports.settle(keyId);
    });
    this.#store.shred();
  }

  rotateIfDue(row: KeyRow): void {
    const { keyId, nextRotationAt, rotationDays } = row;
    if (nextRotationAt === null || rotationDays === null) return;
    const periodMs = rotationDays * dayMs;
    const periods = Math.floor((this.now() - nextRotationAt) / periodMs) + 1;
    this.#store.transaction(() => {
      this.rotate(row, "AUTOMATIC");
      // One rotation makes up for all those that were missed.
      this.#store.setRotation(keyId, rotationDays, nextRotationAt + periods * periodMs);
    });
    const materialId = this.materialIdOf(row, row.currentVersion + 1);
    this.#noteDeed({ name: "RotateKey", keyArn: this.arnOf(keyId), materialId });
  }

  /** New material for what is encrypted from now on; what was encrypted before opens with the older one. */
  rotate(row: KeyRow, rotation: RotationKind): void {
    const version = row.currentVersion + 1;
    const material = randomSecret(materialBytes);
    const wrapped = wrapKey(this.#kek, material, this.#materialAad(row.keyId, version));
    material.fill(0);
    this.#store.addMaterial(row.keyId, { version, wrapped, rotation, madeAt: this.now() });
  }

  /** How requests and answers name one version of a key's material: 64 hexadecimal digits, the same for ever. */
  materialIdOf({ keyId, origin }: Pick<KeyRow, "keyId" | "origin">, version: number): string {
    const brought = origin === "EXTERNAL" ? this.#store.materialId(keyId, version) : undefined;
    return brought ?? createHash("sha256").update(this.#materialAad(keyId, version)).digest("hex");
  }

  /** The id of imported material, by which the same one is told again; nobody without the root can try out materials on it. */
  broughtId(keyId: string, identity: Uint8Array): string {
    const mac = createHmac("sha256", this.#kek).update(`strongroom imported material 1\0${this.arnOf(keyId)}\0`);
    return mac.update(identity).digest("hex");
  }

  wrapMaterial(keyId: string, version: number, material: Uint8Array): Uint8Array {
    return wrapKey(this.#kek, material, this.#materialAad(keyId, version));
  }

  wrapWrappingKey(tokenId: string, keyId: string, secret: Uint8Array): Uint8Array {
    return wrapKey(this.#kek, secret, this.#wrappingAad(tokenId, keyId));
  }

  /** Lends the private half of a wrapping key to `use` and wipes it afterwards. */
  withWrappingKey<T>(tokenId: string, keyId: string, wrapped: Uint8Array, use: (secret: Uint8Array) => T): T {
    const secret = unwrapKey(this.#kek, wrapped, this.#wrappingAad(tokenId, keyId));
    if (secret === undefined) throw new Error(`the wrapping key ${tokenId} was changed on disk`);
    try {
      return use(secret);
    } finally {
      secret.fill(0);
    }
  }

  /** ④ a key whose waiting period is over is gone for every caller, whether or not a sweep has run. */
  #wipeIfDue(row: KeyRow): boolean {
    if (row.state !== "PendingDeletion" || row.deletionAt === null || row.deletionAt > this.now()) return false;
    this.endKey(row.keyId);
    this.#store.shred();
    return true;
  }

  /** Removes a key for ever; whoever calls this shreds. */
  endKey(keyId: string): void {
    this.#store.deleteKey(keyId);
    this.#noteDeed({ name: "DeleteKey", keyArn: this.arnOf(keyId) });
  }

  /**
   * Makes a key; its material exists outside this call only wrapped. `material`: a private key as PKCS #8 DER, or
   * the bytes of an HMAC key, which this wipes; undefined for a symmetric key, whose material is made here.
   */
  create(x: NewKey): FoundKey {
    const { kind, material, rotationDays = null, description, policy, manager } = x;
    const createdAt = this.now();
    const row: KeyRow = {
      ...{ description, policy, manager, createdAt, rotationDays },
      ...kind,
      keyId: randomUUID(),
      state: kind.origin === "EXTERNAL" ? "PendingImport" : "Enabled",
      deletionAt: null,
      currentVersion: 1,
      nextRotationAt: rotationDays === null ? null : createdAt + rotationDays * dayMs,
      materialExpiresAt: null,
    };
    const secret = kind.origin === "EXTERNAL" ? undefined : (material ?? randomSecret(materialBytes));
    // ④ key material reaches the database wrapped, under a key that only the seal gives.
    const wrapped = secret && wrapKey(this.#kek, secret, this.#materialAad(row.keyId, 1));
    secret?.fill(0);
    this.#store.insertKey(row, wrapped);
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
      case "PendingImport":
        return refused("pending-import", `${keyArn} is pending import.`, keyArn);
    }
  }

  #wrappingAad(tokenId: string, keyId: string): Uint8Array {
    return Buffer.from(`wrapping key ${tokenId} for ${this.arnOf(keyId)}`);
  }

  #materialAad(keyId: string, version: number): Uint8Array {
    return Buffer.from(`${this.arnOf(keyId)}#${version}`);
  }
}

function absent(arn: string, message: string): AbsentKey {
  return { kind: "absent", arn, refusal: refused("not-found", message) };
}
