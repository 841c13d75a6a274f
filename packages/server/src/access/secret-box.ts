import { hkdfSync } from "node:crypto";
import { open, seal } from "@strongroom/envelope";

/** Seals small texts and bytes under a key of its own, each bound to a name (`about`), so that none fits elsewhere. */
export class SecretBox {
  readonly #key: Uint8Array;

  constructor(rootKey: Uint8Array, purpose: string) {
    this.#key = subkey(rootKey, purpose);
  }

  seal(text: string, about: string): Uint8Array {
    return this.sealBytes(Buffer.from(text), about);
  }

  open(sealed: Uint8Array, about: string): string | undefined {
    return this.openBytes(sealed, about)?.toString();
  }

  sealBytes(bytes: Uint8Array, about: string): Uint8Array {
    return seal(this.#key, bytes, Buffer.from(about));
  }

  openBytes(sealed: Uint8Array, about: string): Buffer | undefined {
    const bytes = open(this.#key, sealed, Buffer.from(about));
    return bytes && Buffer.from(bytes);
  }
}

/** 32 bytes for one purpose, out of the key that this domain was handed. */
export function subkey(rootKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", rootKey, new Uint8Array(), `strongroom access 1: ${purpose}`, 32));
}
