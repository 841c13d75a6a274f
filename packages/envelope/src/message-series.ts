import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { commitmentBytes, commits, deriveKeys, nonceBytes, saltBytes, tagBytes } from "./derived-keys.ts";
import type { DerivedKeys } from "./derived-keys.ts";
import { open as openMessage, unwrapKey } from "./message.ts";

/*
 * A message, or a wrapped key, of a series: version (1 byte) | salt (32) | commitment (32) | nonce (12) | ciphertext | tag (16).
 * The version is authenticated with the caller's associated data.
 */
const version = 2;
const commitmentStart = 1 + saltBytes;
const nonceStart = commitmentStart + commitmentBytes;
const ciphertextStart = nonceStart + nonceBytes;

/** A wrapped key never opens as a message, nor the reverse. */
const purposes = {
  messages: "strongroom envelope 1: series of messages",
  "wrapped keys": "strongroom envelope 1: series of wrapped keys",
} as const;
const openSingle = { messages: openMessage, "wrapped keys": unwrapKey } as const;
type Content = keyof typeof purposes;

/** Random nonces of 96 bits under one key: that any two of so many are the same has a chance of 2^-65. */
const messagesMax = 2 ** 16;
/** Series whose keys are kept for opening: what was sealed in a row is mostly opened in a row. */
const openedKeptMax = 64;

interface SaltedKeys {
  readonly salt: Uint8Array;
  readonly keys: DerivedKeys;
}

/**
 * Seals many small values under one 32-byte key: those in a row share the keys that are derived from it, which take
 * more time than the sealing. Nonces are random, not counted: memory that is restored to what it was, as of a
 * snapshot, does not use one again.
 */
export class MessageSeries {
  readonly #key: Uint8Array;
  readonly #content: Content;
  readonly #opened = new Map<string, DerivedKeys>();
  #sealing: SaltedKeys | undefined;
  #sealed = 0;

  constructor(key: Uint8Array, content: Content = "messages") {
    this.#key = key;
    this.#content = content;
  }

  seal(plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
    const { salt, keys } = this.#nextSealing();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", keys.cipherKey, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.concat([Buffer.of(version), aad]));
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([Buffer.of(version), salt, keys.commitment, nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** What was sealed, in a series or by itself; undefined when key, associated data or a single byte differ. */
  open(sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
    if (sealed[0] !== version) return openSingle[this.#content](this.#key, sealed, aad);
    if (sealed.byteLength < ciphertextStart + tagBytes) return undefined;
    const keys = this.#keysOf(sealed.subarray(1, commitmentStart));
    if (!commits(keys, sealed.subarray(commitmentStart, nonceStart))) return undefined;
    const tagStart = sealed.byteLength - tagBytes;
    const nonce = sealed.subarray(nonceStart, ciphertextStart);
    const decipher = createDecipheriv("aes-256-gcm", keys.cipherKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.concat([Buffer.of(version), aad]));
    decipher.setAuthTag(sealed.subarray(tagStart));
    const plaintext = decipher.update(sealed.subarray(ciphertextStart, tagStart));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      return undefined;
    }
    return plaintext;
  }

  #nextSealing(): SaltedKeys {
    if (this.#sealing === undefined || this.#sealed >= messagesMax) {
      const salt = randomBytes(saltBytes);
      this.#sealing = { salt, keys: this.#derive(salt) };
      this.#sealed = 0;
    }
    this.#sealed += 1;
    return this.#sealing;
  }

  #keysOf(salt: Uint8Array): DerivedKeys {
    const name = Buffer.from(salt.buffer, salt.byteOffset, salt.byteLength).toString("latin1");
    let keys = this.#opened.get(name);
    if (keys === undefined) {
      if (this.#opened.size >= openedKeptMax) this.#opened.clear();
      keys = this.#derive(salt);
      this.#opened.set(name, keys);
    }
    return keys;
  }

  #derive(salt: Uint8Array): DerivedKeys {
    return deriveKeys(this.#key, salt, purposes[this.#content], 0);
  }
}
