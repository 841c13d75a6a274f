import { argon2Sync, hkdfSync, randomBytes, randomFillSync, timingSafeEqual } from "node:crypto";
import { joinShares, splitSecret } from "@strongroom/envelope";
import { decryptInToken, encryptInToken } from "./pkcs11/token-key.ts";
import type { NewSecret, SealSecret } from "./seal-secret.ts";
import { commitmentTo, type SealShare } from "./share-text.ts";

/** How the key that wraps the root is made from the secret; everything here may be read by anybody. */
export type SealMethod =
  | {
      readonly kind: "passphrase";
      readonly memoryKib: number;
      readonly passes: number;
      readonly parallelism: number;
      readonly salt: Uint8Array;
    }
  | { readonly kind: "key-file"; readonly salt: Uint8Array }
  | {
      readonly kind: "shares";
      readonly salt: Uint8Array;
      readonly set: string;
      readonly threshold: number;
      /** Of the share at 1, at 2 … */
      readonly commitments: readonly Uint8Array[];
    }
  | {
      readonly kind: "pkcs11";
      readonly salt: Uint8Array;
      readonly token: string;
      readonly key: string;
      /** 32 bytes under the token's key: what `encryptInToken` answered. */
      readonly wrapped: Uint8Array;
    };

export const saltBytes = 32;
const kekBytes = 32;

/** RFC 9106's second recommended choice (64 MiB, 3 passes), with one lane. */
const argon2Cost = { memoryKib: 65_536, passes: 3, parallelism: 1 };

interface NewMethod {
  readonly method: SealMethod;
  /** The key that wraps the root; the caller wipes it. */
  readonly kek: Uint8Array;
  /** To hand out, where the secret is one of shares. */
  readonly shares: readonly SealShare[];
}

/** A method with new salt, and the key that it makes. Throws TokenRefusal where a token says no. */
export function newMethod(secret: NewSecret): NewMethod {
  const salt = randomBytes(saltBytes);
  switch (secret.kind) {
    case "passphrase":
      return made({ kind: secret.kind, ...argon2Cost, salt }, secret);
    case "key-file":
      return made({ kind: secret.kind, salt }, secret);
    case "pkcs11": {
      const { token, key } = secret.token;
      const inner = randomFillSync(Buffer.allocUnsafeSlow(kekBytes));
      const wrapped = encryptInToken(secret.token, inner, tokenAad(salt));
      inner.fill(0);
      return made({ kind: secret.kind, salt, token, key, wrapped }, secret);
    }
    case "shares": {
      const inner = randomFillSync(Buffer.allocUnsafeSlow(kekBytes));
      const set = randomBytes(8).toString("hex");
      const shares = splitSecret(inner, secret.threshold, secret.count).map((share) => ({ set, ...share }));
      inner.fill(0);
      const commitments = shares.map(commitmentTo);
      const method = { kind: secret.kind, salt, set, threshold: secret.threshold, commitments } as const;
      return { ...made(method, { kind: "shares", shares: shares.slice(-secret.threshold) }), shares };
    }
  }
}

/** The key comes from the secret by the way of every later opening, so that a seal is not made which does not open. */
function made(method: SealMethod, secret: SealSecret): NewMethod {
  const kek = wrappingKey(method, secret);
  if (kek === undefined) throw new Error("a new seal does not open with its own secret");
  return { method, kek, shares: [] };
}

/**
 * The key that wraps the root. Undefined where `secret` is of another kind than `method`, or is shares of another seal or
 * too few. Throws TokenRefusal where a token says no.
 */
export function wrappingKey(method: SealMethod, secret: SealSecret): Uint8Array | undefined {
  if (method.kind === "passphrase" && secret.kind === "passphrase") {
    return argon2Sync("argon2id", {
      message: Buffer.from(secret.passphrase.normalize("NFC")),
      nonce: method.salt,
      memory: method.memoryKib,
      passes: method.passes,
      parallelism: method.parallelism,
      tagLength: kekBytes,
    });
  }
  if (method.kind === "key-file" && secret.kind === "key-file") {
    return derived(secret.content, method.salt, "key file");
  }
  if (method.kind === "pkcs11" && secret.kind === "pkcs11") {
    return consumed(decryptInToken(secret.token, method.wrapped, tokenAad(method.salt)), method.salt, "token");
  }
  if (method.kind === "shares" && secret.kind === "shares") {
    const { set, threshold } = method;
    if (secret.shares.length < threshold || !secret.shares.every((share) => isShareOf(method, share))) return undefined;
    return consumed(joinShares(secret.shares), method.salt, `shares ${set} ${threshold}`);
  }
  return undefined;
}

export type ShareMethod = SealMethod & { readonly kind: "shares" };

/** ④ which of a wrong share's bits are wrong shows neither in the answer nor in the time that it takes. */
export function isShareOf(method: ShareMethod, share: SealShare): boolean {
  const commitment = method.commitments[share.at - 1];
  return commitment !== undefined && share.set === method.set && timingSafeEqual(commitment, commitmentTo(share));
}

const tokenAad = (salt: Uint8Array): Uint8Array => Buffer.concat([Buffer.from("strongroom seal 1: token "), salt]);

function derived(secret: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha512", secret, salt, `strongroom seal 1: ${purpose}`, kekBytes));
}

function consumed(secret: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array {
  const key = derived(secret, salt, purpose);
  secret.fill(0);
  return key;
}
