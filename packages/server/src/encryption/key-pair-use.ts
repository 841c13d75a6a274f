import { createHmac, createPrivateKey, createPublicKey, diffieHellman, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  encryptionAlgorithms,
  isAsymmetric,
  keyAgreementAlgorithms,
  macAlgorithms,
  signingAlgorithms,
} from "./key-kind.ts";
import type { KeyAgreementAlgorithm, MacAlgorithm } from "./key-kind.ts";
import { refused } from "./key-refusal.ts";
import type { KeyUnfit, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { FoundKey, KeyRing } from "./key-ring.ts";
import { invalidCiphertext, unfit } from "./key-use.ts";
import { oaepBytesMax, oaepDecrypt, oaepEncrypt } from "./rsa-encryption.ts";
import type { OaepAlgorithm } from "./rsa-encryption.ts";
import { messageFault, signMessage, verifyMessage } from "./signatures.ts";
import type { Message } from "./signatures.ts";

/** Bytes that a key made: a signature, a code, a secret, a ciphertext or a plaintext. */
type Made = { readonly kind: "made"; readonly bytes: Uint8Array };
type Verdict = { readonly kind: "verdict"; readonly holds: boolean };
type Unusable = KeyUnusable | KeyUnfit;
type InvalidInput = Refusal<"invalid-input">;

/**
 * What asymmetric and HMAC keys do. Nobody's permission is asked here. The public key is made from the
 * private one each time, so that no two could be taken for a pair that are none.
 */
export class KeyPairUse {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  sign(found: FoundKey, message: Message): Made | Unusable | InvalidInput {
    const refusal = this.#refusal(found, signingAlgorithms(found.row), message.algorithm) ?? faultOf(message);
    return refusal ?? made(this.#withPrivate(found, (key) => signMessage(key, message)));
  }

  verify(found: FoundKey, message: Message, signature: Uint8Array): Verdict | Unusable | InvalidInput {
    const refusal = this.#refusal(found, signingAlgorithms(found.row), message.algorithm) ?? faultOf(message);
    return refusal ?? verdict(this.#withPublic(found, (key) => verifyMessage(key, message, signature)));
  }

  /** SubjectPublicKeyInfo, DER. */
  publicKey(found: FoundKey): Made | KeyUnusable | Refusal<"unsupported"> {
    const { row, keyArn } = found;
    if (!isAsymmetric(row.spec)) {
      return refused("unsupported", `${keyArn} key spec is ${row.spec}, which has no public key.`, keyArn);
    }
    const unusable = this.#ring.unusable(row);
    return unusable ?? made(this.#withPublic(found, (key) => key.export({ format: "der", type: "spki" })));
  }

  encrypt(found: FoundKey, algorithm: OaepAlgorithm, plaintext: Uint8Array): Made | Unusable | InvalidInput {
    const refusal = this.#refusal(found, encryptionAlgorithms(found.row), algorithm);
    if (refusal !== undefined) return refusal;
    return this.#withPublic(found, (key) => {
      const bytesMax = oaepBytesMax(key, algorithm);
      if (plaintext.byteLength <= bytesMax) return made(oaepEncrypt(key, algorithm, plaintext));
      return refused("invalid-input", `Plaintext has more than the ${bytesMax} bytes that ${algorithm} takes here.`);
    });
  }

  decrypt(
    found: FoundKey,
    algorithm: OaepAlgorithm,
    ciphertext: Uint8Array,
  ): Made | Unusable | Refusal<"invalid-ciphertext"> {
    const refusal = this.#refusal(found, encryptionAlgorithms(found.row), algorithm);
    if (refusal !== undefined) return refusal;
    const plaintext = this.#withPrivate(found, (key) => oaepDecrypt(key, algorithm, ciphertext));
    return plaintext === undefined ? invalidCiphertext(found.keyArn) : made(plaintext);
  }

  /** The x coordinate of the shared point, as it is; the caller derives a key from it (NIST SP 800-56A). */
  sharedSecret(
    found: FoundKey,
    algorithm: KeyAgreementAlgorithm,
    publicKey: Uint8Array,
  ): Made | Unusable | InvalidInput {
    const refusal = this.#refusal(found, keyAgreementAlgorithms(found.row), algorithm);
    if (refusal !== undefined) return refusal;
    const secret = this.#withPrivate(found, (privateKey) => agreed(privateKey, publicKey));
    if (secret !== undefined) return made(secret);
    return refused("invalid-input", `PublicKey is no public key on the curve of ${found.keyArn}.`);
  }

  mac(found: FoundKey, algorithm: MacAlgorithm, message: Uint8Array): Made | Unusable {
    const refusal = this.#refusal(found, macAlgorithms(found.row), algorithm);
    return refusal ?? made(this.#withSecret(found, (secret) => macOf(secret, algorithm, message)));
  }

  verifyMac(found: FoundKey, algorithm: MacAlgorithm, message: Uint8Array, mac: Uint8Array): Verdict | Unusable {
    const computed = this.mac(found, algorithm, message);
    if (computed.kind === "refused") return computed;
    return verdict(mac.byteLength === computed.bytes.byteLength && timingSafeEqual(mac, computed.bytes));
  }

  #refusal<A extends string>(found: FoundKey, offered: readonly A[], algorithm: A): Unusable | undefined {
    const unusable = this.#ring.unusable(found.row) ?? unfit(found, offered.length > 0);
    if (unusable !== undefined || offered.includes(algorithm)) return unusable;
    const { row, keyArn } = found;
    const message = `Algorithm ${algorithm} and key spec ${row.spec} are not compatible.`;
    return refused("invalid-usage", message, keyArn);
  }

  #withSecret<T>({ row, keyArn }: FoundKey, use: (secret: Uint8Array) => T): T {
    const lent = this.#ring.withMaterial(row.keyId, row.currentVersion, (secret) => ({ outcome: use(secret) }));
    if (lent === undefined) throw new Error(`${keyArn} has no material`);
    return lent.outcome;
  }

  #withPrivate<T>(found: FoundKey, use: (key: KeyObject) => T): T {
    return this.#withSecret(found, (secret) => use(privateKeyOf(secret)));
  }

  #withPublic<T>(found: FoundKey, use: (key: KeyObject) => T): T {
    return this.#withPrivate(found, (key) => use(createPublicKey(key)));
  }
}

/** HMAC as RFC 2104 has it, in full length. */
export function macOf(secret: Uint8Array, algorithm: MacAlgorithm, message: Uint8Array): Uint8Array {
  return createHmac(`sha${algorithm.slice("HMAC_SHA_".length)}`, secret)
    .update(message)
    .digest();
}

/** ECDH of one private key and somebody's public key; undefined where that is none of the same curve. */
export function agreed(privateKey: KeyObject, publicKeyDer: Uint8Array): Uint8Array | undefined {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(publicKeyDer), format: "der", type: "spki" });
    const curve = publicKey.asymmetricKeyDetails?.namedCurve;
    // ④ another curve, or one whose parameters the sender made up, could tell bits of the private key.
    if (curve === undefined || curve !== privateKey.asymmetricKeyDetails?.namedCurve) return undefined;
    if (!isCanonical(publicKey, publicKeyDer)) return undefined;
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return undefined;
  }
}

/** A key whose curve is named, its point uncompressed and nothing behind it: the form that KMS itself gives. */
function isCanonical(publicKey: KeyObject, der: Uint8Array): boolean {
  // Taken through its coordinates: a key read with its curve's parameters written out keeps them otherwise.
  const named = createPublicKey({ key: publicKey.export({ format: "jwk" }), format: "jwk" });
  return named.export({ format: "der", type: "spki" }).equals(der);
}

function privateKeyOf(secret: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength),
    format: "der",
    type: "pkcs8",
  });
}

function faultOf(message: Message): InvalidInput | undefined {
  const fault = messageFault(message);
  return fault === undefined ? undefined : refused("invalid-input", fault);
}

function made(bytes: Uint8Array): Made {
  return { kind: "made", bytes };
}

function verdict(holds: boolean): Verdict {
  return { kind: "verdict", holds };
}
