import { constants, privateEncrypt, publicDecrypt, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { ed25519ph } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { encodePss, verifyPss } from "./emsa-pss.ts";
import type { EcSpec } from "./key-kind.ts";
import { curves } from "./key-material.ts";

/*
 * Signatures over digests that were made elsewhere (MessageType DIGEST). node:crypto signs whole messages
 * only: RSA's padding is made here and its private operation done there; ECDSA is @noble/curves'.
 */

/** What stands before a digest in a PKCS #1 v1.5 signature: DigestInfo (RFC 8017, 9.2). */
const digestInfo: Readonly<Record<string, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

export function signDigestPkcs1(privateKey: KeyObject, hash: string, digest: Uint8Array): Uint8Array {
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, encodedDigest(hash, digest));
}

export function verifyDigestPkcs1(
  publicKey: KeyObject,
  hash: string,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.byteLength !== modulusBytes(publicKey)) return false;
  const encoded = attempted(() => publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature));
  const wanted = encodedDigest(hash, digest);
  return encoded?.byteLength === wanted.byteLength && timingSafeEqual(encoded, wanted);
}

export function signDigestPss(privateKey: KeyObject, hash: string, digest: Uint8Array): Uint8Array {
  const bits = modulusBits(privateKey) - 1;
  const encoded = encodePss(hash, digest, bits);
  const padded = Buffer.concat([Buffer.alloc(modulusBytes(privateKey) - encoded.byteLength), encoded]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, padded);
}

export function verifyDigestPss(
  publicKey: KeyObject,
  hash: string,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = modulusBits(publicKey) - 1;
  const length = modulusBytes(publicKey);
  if (signature.byteLength !== length) return false;
  const padded = attempted(() => publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature));
  if (padded === undefined) return false;
  const start = length - Math.ceil(bits / 8);
  return padded.subarray(0, start).every((byte) => byte === 0) && verifyPss(hash, digest, padded.subarray(start), bits);
}

const nobleCurves = {
  ECC_NIST_P256: p256,
  ECC_NIST_P384: p384,
  ECC_NIST_P521: p521,
  ECC_SECG_P256K1: secp256k1,
} as const;

// AWS KMS gives DER, and takes either half of s: so must a verifier of other people's signatures.
const ecdsaForm = { prehash: false, lowS: false, format: "der" } as const;

export function signDigestEcdsa(privateKey: KeyObject, spec: EcSpec, digest: Uint8Array): Uint8Array {
  const { d = "" } = privateKey.export({ format: "jwk" });
  const scalar = Buffer.from(d, "base64url");
  try {
    return nobleCurves[spec].sign(digest, scalar, { ...ecdsaForm, extraEntropy: true });
  } finally {
    scalar.fill(0);
  }
}

export function verifyDigestEcdsa(
  publicKey: KeyObject,
  spec: EcSpec,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return attempted(() => nobleCurves[spec].verify(signature, digest, point, ecdsaForm)) ?? false;
}

/** Ed25519ph (RFC 8032) hashes what it is given once more, as KMS does with the digest that it is given. */
export function signEd25519ph(privateKey: KeyObject, digest: Uint8Array): Uint8Array {
  const { d = "" } = privateKey.export({ format: "jwk" });
  const seed = Buffer.from(d, "base64url");
  try {
    return ed25519ph.sign(digest, seed);
  } finally {
    seed.fill(0);
  }
}

export function verifyEd25519ph(publicKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { x = "" } = publicKey.export({ format: "jwk" });
  // As FIPS 186-5 has it; the other way takes encodings of points that are not canonical.
  const strict = { zip215: false } as const;
  return attempted(() => ed25519ph.verify(signature, digest, Buffer.from(x, "base64url"), strict)) ?? false;
}

/** The spec of an elliptic-curve key by the name that node:crypto gives its curve. */
export function specOfCurve(name: string | undefined): EcSpec | undefined {
  return (Object.keys(curves) as EcSpec[]).find((spec) => curves[spec] === name);
}

function encodedDigest(hash: string, digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(digestInfo[hash] ?? "", "hex"), digest]);
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function modulusBytes(key: KeyObject): number {
  return Math.ceil(modulusBits(key) / 8);
}

/** Undefined where bytes from outside were none that the operation could take. */
function attempted<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
