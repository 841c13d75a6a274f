import { checkPrime, createECDH, createPrivateKey, createPublicKey } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { isHmac } from "./key-kind.ts";
import type { EcSpec, KeySpec, RsaSpec } from "./key-kind.ts";
import { curves, hmacBytes, rsaBits } from "./key-material.ts";

/** Key material that was brought from elsewhere, in the form in which material rests here. */
export interface BroughtMaterial {
  /** Whoever takes it wipes it. */
  readonly material: Uint8Array;
  /** What tells one material from another, and another encoding of the same from neither. */
  readonly identity: Uint8Array;
}

const symmetricBytes = 32;
/** FIPS 186-5, A.1.1: a public exponent is odd and lies between these. */
const exponentMin = 2n ** 16n;
const exponentMax = 2n ** 256n;

const isPrime = promisify((candidate: bigint, done: (error: Error | null, holds: boolean) => void) => {
  checkPrime(candidate, done);
});

/**
 * Reads material for a key of this spec: the bytes of a symmetric or HMAC key, a private key as PKCS #8 DER. A
 * private key is taken only where all that it says of itself is consistent: of what a file calls its public
 * half nothing is believed. Undefined where it is none.
 */
export async function readBrought(spec: KeySpec, bytes: Uint8Array): Promise<BroughtMaterial | undefined> {
  if (spec === "SYMMETRIC_DEFAULT") return secretOf(bytes, symmetricBytes);
  if (isHmac(spec)) return secretOf(bytes, hmacBytes[spec]);
  const key = privateKeyIn(bytes);
  if (key === undefined) return undefined;
  if (isRsa(spec)) return (await isSoundRsa(key, rsaBits[spec])) ? privateOf(key) : undefined;
  if (isEc(spec)) return isSoundEc(key, curves[spec]) ? privateOf(key) : undefined;
  // Its public half is made from the private one as it is read, whatever the file says of it.
  if (spec === "ECC_NIST_EDWARDS25519") return key.asymmetricKeyType === "ed25519" ? privateOf(key) : undefined;
  return undefined;
}

/** Whether keys of this spec may bring their material with them. */
export function takesBrought(spec: KeySpec): boolean {
  return spec === "SYMMETRIC_DEFAULT" || isHmac(spec) || isRsa(spec) || isEc(spec) || spec === "ECC_NIST_EDWARDS25519";
}

function isRsa(spec: KeySpec): spec is RsaSpec {
  return spec in rsaBits;
}

function isEc(spec: KeySpec): spec is EcSpec {
  return spec in curves;
}

function secretOf(bytes: Uint8Array, length: number): BroughtMaterial | undefined {
  if (bytes.byteLength !== length) return undefined;
  return { material: Uint8Array.from(bytes), identity: Uint8Array.from(bytes) };
}

/** Written anew, so that whatever else stood in the encoding does not come along. */
function privateOf(key: KeyObject): BroughtMaterial {
  return {
    material: key.export({ format: "der", type: "pkcs8" }),
    identity: createPublicKey(key).export({ format: "der", type: "spki" }),
  };
}

function privateKeyIn(bytes: Uint8Array): KeyObject | undefined {
  if (!isOneSequence(bytes)) return undefined;
  try {
    const key = createPrivateKey({ key: Buffer.from(bytes), format: "der", type: "pkcs8" });
    // Taken through its numbers: a curve that is written out in place of its name would stay so.
    return createPrivateKey({ key: key.export({ format: "jwk" }), format: "jwk" });
  } catch {
    return undefined;
  }
}

/** One DER SEQUENCE with nothing behind it. */
function isOneSequence(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== 0x30) return false;
  if (first < 0x80) return bytes.byteLength === 2 + first;
  const lengthBytes = first & 0x7f;
  if (lengthBytes < 1 || lengthBytes > 3 || bytes.byteLength < 2 + lengthBytes) return false;
  return bytes.byteLength === 2 + lengthBytes + Buffer.from(bytes).readUIntBE(2, lengthBytes);
}

async function isSoundRsa(key: KeyObject, bits: number): Promise<boolean> {
  if (key.asymmetricKeyType !== "rsa" || key.asymmetricKeyDetails?.modulusLength !== bits) return false;
  const jwk = key.export({ format: "jwk" });
  const [n, e, d] = [number(jwk.n), number(jwk.e), number(jwk.d)];
  const [p, q, dp, dq, qi] = [number(jwk.p), number(jwk.q), number(jwk.dp), number(jwk.dq), number(jwk.qi)];
  const isExponent = e > exponentMin && e < exponentMax && e % 2n === 1n;
  if (!isExponent || p < 3n || q < 3n || p === q || p * q !== n) return false;
  const inverts = (e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n;
  const isReduced = dp === d % (p - 1n) && dq === d % (q - 1n) && (qi * q) % p === 1n;
  return inverts && isReduced && (await isPrime(p)) && (await isPrime(q));
}

/** The public point is the private number's, and not only called so. */
function isSoundEc(key: KeyObject, curve: string): boolean {
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== curve) return false;
  const jwk = key.export({ format: "jwk" });
  try {
    const pair = createECDH(curve);
    pair.setPrivateKey(Buffer.from(jwk.d ?? "", "base64url"));
    const point = Buffer.concat([Buffer.of(4), coordinate(jwk, "x"), coordinate(jwk, "y")]);
    return pair.getPublicKey().equals(point);
  } catch {
    return false;
  }
}

function coordinate(jwk: JsonWebKey, name: "x" | "y"): Buffer {
  return Buffer.from(jwk[name] ?? "", "base64url");
}

function number(text: string | undefined): bigint {
  const hex = Buffer.from(text ?? "", "base64url").toString("hex");
  return hex === "" ? 0n : BigInt(`0x${hex}`);
}
