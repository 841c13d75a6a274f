import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { commits, deriveKeys, nonceBytes, saltBytes, tagBytes } from "./derived-keys.ts";
import type { DerivedKeys } from "./derived-keys.ts";
import { EnvelopeBroken } from "./envelope-broken.ts";
import { framesMax, headerBytes, magic } from "./layout.ts";

const purpose = "strongroom envelope 1: stream";
const noncePrefixBytes = nonceBytes - 5;

/**
 * Seals and opens the frames of one stream: the STREAM construction (Hoang, Reyhanitabar, Rogaway,
 * Vizár 2015). A frame's nonce is the stream's prefix, the frame's number and whether it is the last
 * one, so a frame opens in its own place only.
 */
export class FrameCipher {
  readonly header: Uint8Array;
  readonly #keys: DerivedKeys;
  /** A digest of header and caller's data: the same for each frame, however long they are. */
  readonly #aad: Uint8Array;

  private constructor(header: Uint8Array, keys: DerivedKeys, aad: Uint8Array) {
    this.header = header;
    this.#keys = keys;
    this.#aad = createHash("sha512").update(header).update(aad).digest();
  }

  static create(dataKey: Uint8Array, aad: Uint8Array): FrameCipher {
    const salt = randomBytes(saltBytes);
    const keys = deriveKeys(dataKey, salt, purpose, noncePrefixBytes);
    return new FrameCipher(Buffer.concat([magic, salt, keys.commitment]), keys, aad);
  }

  /** EnvelopeBroken where `header` is none, or was made with another key. */
  static open(dataKey: Uint8Array, aad: Uint8Array, header: Uint8Array): FrameCipher {
    if (header.byteLength !== headerBytes || !magic.equals(header.subarray(0, magic.byteLength))) {
      throw new EnvelopeBroken("this is not a sealed stream");
    }
    const saltEnd = magic.byteLength + saltBytes;
    const keys = deriveKeys(dataKey, header.subarray(magic.byteLength, saltEnd), purpose, noncePrefixBytes);
    if (!commits(keys, header.subarray(saltEnd))) {
      throw new EnvelopeBroken("a sealed stream was made with another key");
    }
    return new FrameCipher(header, keys, aad);
  }

  /** One frame: its ciphertext, in as many parts as its plaintext came in, and the tag. */
  seal(index: number, last: boolean, parts: readonly Uint8Array[]): Uint8Array[] {
    const cipher = createCipheriv("aes-256-gcm", this.#keys.cipherKey, this.#nonce(index, last), {
      authTagLength: tagBytes,
    });
    cipher.setAAD(this.#aad);
    const sealed = parts.map((part) => cipher.update(part));
    cipher.final();
    return [...sealed, cipher.getAuthTag()];
  }

  /** The plaintext of one frame, in as many parts as its ciphertext came in; EnvelopeBroken where the tag does not hold. */
  open(index: number, last: boolean, parts: readonly Uint8Array[], tag: Uint8Array): Uint8Array[] {
    // ④ Node accepts shorter tags on decryption unless the length is given.
    const decipher = createDecipheriv("aes-256-gcm", this.#keys.cipherKey, this.#nonce(index, last), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(this.#aad);
    decipher.setAuthTag(tag);
    const opened = parts.map((part) => decipher.update(part));
    try {
      decipher.final();
    } catch {
      for (const part of opened) part.fill(0);
      throw new EnvelopeBroken(`frame ${index} of a sealed stream does not hold`);
    }
    return opened;
  }

  #nonce(index: number, last: boolean): Uint8Array {
    if (index >= framesMax) throw new RangeError("a stream has too many frames");
    const nonce = Buffer.alloc(nonceBytes);
    nonce.set(this.#keys.nonceSeed);
    nonce.writeUInt32BE(index, noncePrefixBytes);
    nonce[nonceBytes - 1] = last ? 1 : 0;
    return nonce;
  }
}
