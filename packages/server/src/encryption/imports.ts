import { createPrivateKey, generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { importToken, readImportToken } from "./import-token.ts";
import type { ImportStore, WrappingKeyRow } from "./import-store.ts";
import { unwrapMaterial, wrappingFault } from "./import-wrapping.ts";
import type { WrappingAlgorithm } from "./import-wrapping.ts";
import { readBrought } from "./imported-material.ts";
import type { BroughtMaterial } from "./imported-material.ts";
import { isSymmetric } from "./key-kind.ts";
import type { RsaSpec } from "./key-kind.ts";
import { rsaBits } from "./key-material.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { FoundKey, KeyRing } from "./key-ring.ts";
import { invalidCiphertext } from "./key-use.ts";

interface ImportParameters {
  readonly kind: "parameters";
  readonly keyArn: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly token: Uint8Array;
  readonly validTo: Date;
}

interface Imported {
  readonly kind: "imported";
  readonly keyArn: string;
  /** Of symmetric keys. */
  readonly materialId?: string;
}

export interface ImportRequest {
  readonly keyId: string;
  readonly token: Uint8Array;
  readonly encrypted: Uint8Array;
  /** Undefined: it stays. */
  readonly expiresAt: Date | undefined;
  /** Undefined: new where there never was any, existing otherwise. */
  readonly type?: "new" | "existing";
  readonly materialId?: string;
  readonly description?: string;
}

type Unsupported = Refusal<"unsupported">;
type ImportRefusal =
  | KeyNotFound
  | KeyUnusable
  | Unsupported
  | Refusal<"invalid-ciphertext" | "invalid-token" | "expired-token" | "incorrect-material" | "rotation-waits">;

const tokenLifeMs = 24 * 60 * 60 * 1000;
/** Of each key, so that asking for ever fills nothing. */
const wrappingKeysMax = 16;

const generate = promisify(generateKeyPair);

/**
 * Key material that people bring with them, wrapped under a key that is made for it, and take away again. A key
 * is bound for ever to the materials that it encrypted with: no other one takes the place of one that is gone.
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
 */
export class Imports {
  readonly #ring: KeyRing;
  readonly #store: ImportStore;
  readonly #tokenKey: Uint8Array;

  /** `tokenKey`: 32 bytes that the seal derived for import tokens. */
  constructor(ring: KeyRing, store: ImportStore, tokenKey: Uint8Array) {
    this.#ring = ring;
    this.#store = store;
    this.#tokenKey = tokenKey;
  }

  /** A wrapping key for material for this key, and the token that brings both together again, for 24 hours. */
  async parameters(x: {
    keyId: string;
    algorithm: WrappingAlgorithm;
    spec: RsaSpec;
  }): Promise<ImportParameters | KeyNotFound | KeyUnusable | Unsupported> {
    const found = this.#importable(x.keyId);
    if (found.kind === "refused") return found;
    const fault = wrappingFault(found.row.spec, x.algorithm, x.spec);
    if (fault !== undefined) return refused("unsupported", fault, found.keyArn);
    const { publicKey, privateKey } = await generate("rsa", { modulusLength: rsaBits[x.spec] });
    // Making the pair took its time: the key may be gone by now.
    const still = this.#importable(x.keyId);
    if (still.kind === "refused") return still;
    const { row, keyArn } = still;
    const claim = { tokenId: randomUUID(), validTo: this.#ring.now() + tokenLifeMs };
    const secret = privateKey.export({ format: "der", type: "pkcs8" });
    const wrapped = this.#ring.wrapWrappingKey(claim.tokenId, row.keyId, secret);
    secret.fill(0);
    const kept: WrappingKeyRow = { ...claim, keyId: row.keyId, algorithm: x.algorithm, wrapped };
    this.#store.putWrappingKey(kept, wrappingKeysMax);
    return {
      ...{ kind: "parameters", keyArn, token: importToken(this.#tokenKey, keyArn, claim) },
      publicKey: publicKey.export({ format: "der", type: "spki" }),
      validTo: new Date(claim.validTo),
    };
  }

  /** In use when this answers, but for new material of a key that has one: that waits for a rotation on demand. */
  async import(x: ImportRequest): Promise<Imported | ImportRefusal> {
    const found = this.#importable(x.keyId);
    if (found.kind === "refused") return found;
    const wrappingKey = this.#wrappingKeyOf(found, x.token);
    if (wrappingKey.kind === "refused") return wrappingKey;
    const brought = await this.#unwrap(found, wrappingKey.row, x.encrypted);
    if ("kind" in brought) return brought;
    try {
      // Looked up anew: reading the material took its time.
      const still = this.#importable(x.keyId);
      if (still.kind === "refused") return still;
      return this.#store.transaction(() => this.#take(still, brought, x));
    } finally {
      brought.material.fill(0);
    }
  }

  /** Wipes a material, the current one unless said; the key cannot be used until the same one is there again. */
  delete(x: { keyId: string; materialId?: string }): Imported | KeyNotFound | Unsupported {
    const found = this.#ring.find(x.keyId);
    if (found.kind === "absent") return found.refusal;
    if (found.row.origin !== "EXTERNAL") return unsupported(found);
    const { row, keyArn } = found;
    const versions = this.#store.brought(row.keyId);
    const named = versions.find(({ version, materialId }) =>
      x.materialId === undefined ? version === row.currentVersion : isSymmetric(row) && materialId === x.materialId,
    );
    if (named === undefined && x.materialId !== undefined) {
      return refused("not-found", `Key material ${x.materialId} of ${keyArn} is not found.`, keyArn);
    }
    if (named !== undefined) this.#ring.wipe(row.keyId, named.version);
    const materialId = isSymmetric(row) ? named?.materialId : undefined;
    return { kind: "imported", keyArn, ...(typeof materialId === "string" && { materialId }) };
  }

  #take(found: FoundKey, brought: BroughtMaterial, x: ImportRequest): Imported | ImportRefusal {
    const { row, keyArn } = found;
    const materialId = this.#ring.broughtId(row.keyId, brought.identity);
    const version = this.#versionFor(found, materialId, x);
    if (typeof version !== "number") return version;
    const wrapped = this.#ring.wrapMaterial(row.keyId, version, brought.material);
    const { expiresAt, description } = x;
    const put = { version, materialId, wrapped, description, expiresAt: expiresAt?.getTime() ?? null };
    this.#store.putMaterial(row.keyId, { ...put, madeAt: this.#ring.now() });
    this.#store.settle(row.keyId);
    const now = this.#ring.find(row.keyId);
    // As in AWS, a key that waited for its material is enabled by it.
    const isWhole = now.kind === "found" && now.row.state !== "PendingImport";
    if (row.state === "PendingImport" && isWhole) this.#store.enable(row.keyId);
    return { kind: "imported", keyArn, ...(isSymmetric(row) && { materialId }) };
  }

  /** Which version of the key the material is, or why it is none. */
  #versionFor({ row, keyArn }: FoundKey, materialId: string, x: ImportRequest): number | ImportRefusal {
    const versions = this.#store.brought(row.keyId);
    const type = x.type ?? (versions.length === 0 ? "new" : "existing");
    const known = versions.find((one) => one.materialId === materialId);
    if (type === "new") {
      if (known !== undefined) return incorrect(keyArn, "is associated with the key already");
      if (versions.length === 0) return row.currentVersion;
      if (!isSymmetric(row)) return incorrect(keyArn, "is not the one that was imported before");
      if (versions.some(({ version }) => version > row.currentVersion)) return rotationWaits(keyArn);
      return row.currentVersion + 1;
    }
    if (known === undefined) return incorrect(keyArn, "is not one that was imported before");
    if (x.materialId !== undefined && x.materialId !== materialId) {
      return incorrect(keyArn, `is not the one with the id ${x.materialId}`);
    }
    return known.version;
  }

  async #unwrap(
    { row, keyArn }: FoundKey,
    { tokenId, wrapped, algorithm }: WrappingKeyRow,
    encrypted: Uint8Array,
  ): Promise<BroughtMaterial | Refusal<"invalid-ciphertext" | "incorrect-material">> {
    const bytes = this.#ring.withWrappingKey(tokenId, row.keyId, wrapped, (secret) => {
      const key = createPrivateKey({
        key: Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength),
        format: "der",
        type: "pkcs8",
      });
      return unwrapMaterial(key, algorithm, encrypted);
    });
    if (bytes === undefined) return invalidCiphertext(keyArn);
    try {
      const brought = await readBrought(row.spec, bytes);
      return brought ?? incorrect(keyArn, `is none for the key spec ${row.spec}`);
    } finally {
      bytes.fill(0);
    }
  }

  #wrappingKeyOf(
    { row, keyArn }: FoundKey,
    token: Uint8Array,
  ): { kind: "key"; row: WrappingKeyRow } | Refusal<"invalid-token" | "expired-token"> {
    const claim = readImportToken(this.#tokenKey, keyArn, token);
    if (claim === undefined) return refused("invalid-token", `The import token is none of ${keyArn}.`, keyArn);
    if (claim.validTo <= this.#ring.now()) {
      const message = `The import token of ${keyArn} expired on ${new Date(claim.validTo).toISOString()}.`;
      return refused("expired-token", message, keyArn);
    }
    const kept = this.#store.wrappingKey(claim.tokenId);
    if (kept?.keyId === row.keyId) return { kind: "key", row: kept };
    return refused("invalid-token", `The import token of ${keyArn} was followed by too many others.`, keyArn);
  }

  #importable(keyId: string): FoundKey | KeyNotFound | KeyUnusable | Unsupported {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    if (found.row.origin !== "EXTERNAL") return unsupported(found);
    if (found.row.state !== "PendingDeletion") return found;
    return refused("pending-deletion", `${found.keyArn} is pending deletion.`, found.keyArn);
  }
}

function unsupported({ row, keyArn }: FoundKey): Unsupported {
  return refused("unsupported", `${keyArn} origin is ${row.origin} which is not valid for this operation.`, keyArn);
}

function incorrect(keyArn: string, what: string): Refusal<"incorrect-material"> {
  return refused("incorrect-material", `The key material for ${keyArn} ${what}.`, keyArn);
}

function rotationWaits(keyArn: string): Refusal<"rotation-waits"> {
  const message = `${keyArn} has key material that waits for its rotation: rotate the key or delete that material first.`;
  return refused("rotation-waits", message, keyArn);
}
