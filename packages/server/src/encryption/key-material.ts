import { generateKeyPair, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { isHmac } from "./key-kind.ts";
import type { AsymmetricSpec, EcSpec, HmacSpec, KeySpec, RsaSpec } from "./key-kind.ts";

export interface NewPair {
  /** PKCS #8, DER. Whoever takes it over wipes it. */
  readonly privateKey: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

/** Lengths of HMAC keys in bytes, those of their digests. */
export const hmacBytes: Readonly<Record<HmacSpec, number>> = { HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64 };

export const rsaBits: Readonly<Record<RsaSpec, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };

/** Curves as node:crypto names them. */
export const curves: Readonly<Record<EcSpec, string>> = {
  ECC_NIST_P256: "prime256v1",
  ECC_NIST_P384: "secp384r1",
  ECC_NIST_P521: "secp521r1",
  ECC_SECG_P256K1: "secp256k1",
};

const generate = promisify(generateKeyPair);

/**
 * Material for a key of this spec, made beside the event loop: a private key as PKCS #8 DER, or the bytes of
 * an HMAC key. Undefined for symmetric keys, whose material is made where it is wrapped.
 */
export async function newMaterial(spec: KeySpec): Promise<Uint8Array | undefined> {
  if (spec === "SYMMETRIC_DEFAULT") return undefined;
  if (isHmac(spec)) return randomBytes(hmacBytes[spec]);
  return (await newPair(spec)).privateKey;
}

export async function newPair(spec: AsymmetricSpec): Promise<NewPair> {
  const { privateKey, publicKey } = await generatePair(spec);
  return {
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: publicKey.export({ format: "der", type: "spki" }),
  };
}

async function generatePair(spec: AsymmetricSpec): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  switch (spec) {
    case "RSA_2048":
    case "RSA_3072":
    case "RSA_4096":
      return await generate("rsa", { modulusLength: rsaBits[spec] });
    case "ECC_NIST_P256":
    case "ECC_NIST_P384":
    case "ECC_NIST_P521":
    case "ECC_SECG_P256K1":
      return await generate("ec", { namedCurve: curves[spec] });
    case "ECC_NIST_EDWARDS25519":
      return await generate("ed25519");
    case "ML_DSA_44":
      return await generate("ml-dsa-44");
    case "ML_DSA_65":
      return await generate("ml-dsa-65");
    case "ML_DSA_87":
      return await generate("ml-dsa-87");
  }
}
