import { randomSecret } from "../platform/index.ts";
import { openBlob, readBlobHeader, sealBlob } from "./ciphertext-blob.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import { isSymmetric } from "./key-kind.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnfit, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { AbsentKey, FoundKey, KeyRing } from "./key-ring.ts";

type InvalidCiphertext = Refusal<"invalid-ciphertext">;

interface Encrypted {
  readonly kind: "encrypted";
  readonly keyArn: string;
  readonly ciphertext: Uint8Array;
  /** The version of the key's material that was used, as KMS names it. */
  readonly materialId: string;
}

interface Decrypted {
  readonly kind: "decrypted";
  readonly keyArn: string;
  readonly plaintext: Uint8Array;
  readonly materialId: string;
}

export interface DataKey {
  readonly kind: "key";
  readonly keyArn: string;
  /** The caller wipes it when done. */
  readonly plaintext: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly materialId: string;
}

/** Encrypt takes at most this much: larger things are sealed under a data key. */
export const plaintextBytesMax = 4096;
export const dataKeyBytesMax = 1024;
export const contextBytesMax = 8192;

/** What keys do. Nobody's permission is asked here: that was done, or is done by DataKeys. */
export class KeyUse {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  encrypt(
    keyId: string,
    plaintext: Uint8Array,
    context: EncryptionContext,
  ): Encrypted | KeyNotFound | KeyUnusable | KeyUnfit {
    const found = this.#ring.find(keyId);
    return found.kind === "absent" ? found.refusal : this.encryptUnder(found, plaintext, context);
  }

  encryptUnder(found: FoundKey, plaintext: Uint8Array, context: EncryptionContext): Encrypted | KeyUnusable | KeyUnfit {
    const { row, keyArn } = found;
    const unusable = this.fault(found);
    if (unusable !== undefined) return unusable;
    const header = { keyId: row.keyId, version: row.currentVersion };
    const ciphertext = this.#ring.withMaterial(row.keyId, row.currentVersion, (material) =>
      sealBlob(material, header, keyArn, plaintext, context),
    );
    if (ciphertext === undefined) throw new Error(`${keyArn} has no material`);
    return {
      kind: "encrypted",
      keyArn,
      ciphertext,
      materialId: this.#ring.materialIdOf(row, row.currentVersion),
    };
  }

  /** Why data cannot be sealed or opened under a key now; undefined where it can. */
  fault(found: FoundKey): KeyUnusable | KeyUnfit | undefined {
    return this.#ring.unusable(found.row) ?? unfit(found, isSymmetric(found.row));
  }

  /** Which key a ciphertext says that it was made with; undefined where it is none of ours. */
  keyOf(ciphertext: Uint8Array): FoundKey | AbsentKey | undefined {
    const header = readBlobHeader(ciphertext);
    return header && this.#ring.find(header.keyId);
  }

  decrypt(
    ciphertext: Uint8Array,
    context: EncryptionContext,
  ): Decrypted | KeyNotFound | KeyUnusable | KeyUnfit | InvalidCiphertext {
    const header = readBlobHeader(ciphertext);
    const found = header && this.#ring.find(header.keyId);
    if (header === undefined || found === undefined) return invalidCiphertext();
    if (found.kind === "absent") return found.refusal;
    const { row, keyArn } = found;
    const unusable = this.fault(found);
    if (unusable !== undefined) return unusable;
    const plaintext = this.#ring.withMaterial(row.keyId, header.version, (material) =>
      openBlob(material, ciphertext, keyArn, context),
    );
    if (plaintext === undefined) return invalidCiphertext(keyArn);
    return { kind: "decrypted", keyArn, plaintext, materialId: this.#ring.materialIdOf(row, header.version) };
  }

  /** `bytes`: 1 to 1024. */
  generateDataKey(
    keyId: string,
    bytes: number,
    context: EncryptionContext,
  ): DataKey | KeyNotFound | KeyUnusable | KeyUnfit {
    const found = this.#ring.find(keyId);
    return found.kind === "absent" ? found.refusal : this.generateUnder(found, bytes, context);
  }

  generateUnder(found: FoundKey, bytes: number, context: EncryptionContext): DataKey | KeyUnusable | KeyUnfit {
    const plaintext = randomSecret(bytes);
    const encrypted = this.encryptUnder(found, plaintext, context);
    if (encrypted.kind === "refused") return encrypted;
    const { keyArn, ciphertext: wrapped, materialId } = encrypted;
    return { kind: "key", keyArn, plaintext, wrapped, materialId };
  }
}

export function invalidCiphertext(keyArn?: string): InvalidCiphertext {
  const message = "The ciphertext does not hold under its key and this encryption context.";
  return refused("invalid-ciphertext", message, keyArn);
}

/** The refusal of a key that is not made for what is asked. */
export function unfit({ row, keyArn }: FoundKey, fits: boolean): KeyUnfit | undefined {
  if (fits) return undefined;
  if (row.usage === "ENCRYPT_DECRYPT") {
    const message = `Algorithm SYMMETRIC_DEFAULT and key spec ${row.spec} are not compatible.`;
    return refused("invalid-usage", message, keyArn);
  }
  return refused("invalid-usage", `${keyArn} key usage is ${row.usage} which is not valid for this operation.`, keyArn);
}
