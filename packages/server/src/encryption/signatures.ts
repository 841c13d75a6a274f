import { constants, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  signDigestEcdsa,
  signDigestPkcs1,
  signDigestPss,
  signEd25519ph,
  specOfCurve,
  verifyDigestEcdsa,
  verifyDigestPkcs1,
  verifyDigestPss,
  verifyEd25519ph,
} from "./digest-signatures.ts";
import type { EcSpec, SigningAlgorithm } from "./key-kind.ts";

/** RAW: the message itself. DIGEST: its digest by the algorithm's own hash. */
export type MessageType = "RAW" | "DIGEST";

/** What is signed, and how. */
export interface Message {
  readonly algorithm: SigningAlgorithm;
  readonly type: MessageType;
  readonly bytes: Uint8Array;
}

interface Hashed {
  readonly padding: "pss" | "pkcs1" | "ecdsa";
  readonly hash: string;
  readonly digestBytes: number;
}
type Scheme = Hashed | "ml-dsa" | "ed25519" | "ed25519ph";

const hashes = { "256": 32, "384": 48, "512": 64 } as const;

function schemeOf(algorithm: SigningAlgorithm): Scheme {
  if (algorithm === "ML_DSA_SHAKE_256") return "ml-dsa";
  if (algorithm === "ED25519_SHA_512") return "ed25519";
  if (algorithm === "ED25519_PH_SHA_512") return "ed25519ph";
  const size = algorithm.slice(-3) as keyof typeof hashes;
  const padding = algorithm.startsWith("ECDSA") ? "ecdsa" : algorithm.startsWith("RSASSA_PSS") ? "pss" : "pkcs1";
  return { padding, hash: `sha${size}`, digestBytes: hashes[size] };
}

/** Why a message cannot be signed so; node:crypto and @noble/curves would take digests of any length. */
export function messageFault({ algorithm, type, bytes }: Message): string | undefined {
  const scheme = schemeOf(algorithm);
  const types: readonly MessageType[] =
    scheme === "ed25519ph" ? ["DIGEST"] : typeof scheme === "string" ? ["RAW"] : ["RAW", "DIGEST"];
  if (!types.includes(type)) return `The message type ${type} is not supported by the algorithm ${algorithm}.`;
  const digestBytes = typeof scheme === "string" ? hashes["512"] : scheme.digestBytes;
  if (type === "RAW" || bytes.byteLength === digestBytes) return undefined;
  return `Digest is invalid length for algorithm ${algorithm}.`;
}

export function signMessage(key: KeyObject, { algorithm, type, bytes }: Message): Uint8Array {
  const scheme = schemeOf(algorithm);
  if (scheme === "ed25519ph") return signEd25519ph(key, bytes);
  if (typeof scheme === "string") return sign(null, bytes, key);
  const { padding, hash } = scheme;
  if (type === "RAW") return sign(hash, bytes, { key, ...options[padding] });
  switch (padding) {
    case "pss":
      return signDigestPss(key, hash, bytes);
    case "pkcs1":
      return signDigestPkcs1(key, hash, bytes);
    case "ecdsa":
      return signDigestEcdsa(key, ecSpecOf(key), bytes);
  }
}

export function verifyMessage(key: KeyObject, { algorithm, type, bytes }: Message, signature: Uint8Array): boolean {
  const scheme = schemeOf(algorithm);
  if (scheme === "ed25519ph") return verifyEd25519ph(key, bytes, signature);
  if (typeof scheme === "string") return verify(null, bytes, key, signature);
  const { padding, hash } = scheme;
  if (type === "RAW") return verify(hash, bytes, { key, ...options[padding] }, signature);
  switch (padding) {
    case "pss":
      return verifyDigestPss(key, hash, bytes, signature);
    case "pkcs1":
      return verifyDigestPkcs1(key, hash, bytes, signature);
    case "ecdsa":
      return verifyDigestEcdsa(key, ecSpecOf(key), bytes, signature);
  }
}

// AWS KMS: the salt is as long as the digest.
const options = {
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  ecdsa: { dsaEncoding: "der" },
} as const;

function ecSpecOf(key: KeyObject): EcSpec {
  const spec = specOfCurve(key.asymmetricKeyDetails?.namedCurve);
  if (spec === undefined) throw new TypeError("a key on none of the curves that are offered");
  return spec;
}
