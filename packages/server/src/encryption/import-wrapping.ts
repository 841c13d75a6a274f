import type { KeyObject } from "node:crypto";
import type { KeySpec, RsaSpec } from "./key-kind.ts";
import { unwrapPadded } from "./key-wrap-padded.ts";
import { oaepDecrypt } from "./rsa-encryption.ts";
import type { OaepAlgorithm } from "./rsa-encryption.ts";

/** How key material is wrapped on its way here, as KMS names it. */
export type WrappingAlgorithm = OaepAlgorithm | "RSA_AES_KEY_WRAP_SHA_1" | "RSA_AES_KEY_WRAP_SHA_256";

/** The RSA half of each algorithm, and whether it wraps the material itself or an AES key that does. */
const halves: Readonly<Record<WrappingAlgorithm, { oaep: OaepAlgorithm; throughAes: boolean }>> = {
  RSAES_OAEP_SHA_1: { oaep: "RSAES_OAEP_SHA_1", throughAes: false },
  RSAES_OAEP_SHA_256: { oaep: "RSAES_OAEP_SHA_256", throughAes: false },
  RSA_AES_KEY_WRAP_SHA_1: { oaep: "RSAES_OAEP_SHA_1", throughAes: true },
  RSA_AES_KEY_WRAP_SHA_256: { oaep: "RSAES_OAEP_SHA_256", throughAes: true },
};

/**
 * Why material for a key of this spec cannot come wrapped so: a private key is too long for RSA alone.
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-get-public-key-and-token.html
 */
export function wrappingFault(spec: KeySpec, algorithm: WrappingAlgorithm, wrappingSpec: RsaSpec): string | undefined {
  if (halves[algorithm].throughAes) return undefined;
  const isTooLong = spec.startsWith("RSA_") || (spec === "ECC_NIST_P521" && wrappingSpec === "RSA_2048");
  if (!isTooLong) return undefined;
  return `Wrapping algorithm ${algorithm} with wrapping key spec ${wrappingSpec} is not supported for key spec ${spec}.`;
}

/** The material; undefined where it was not wrapped for this key by this algorithm. Whoever takes it wipes it. */
export function unwrapMaterial(
  wrappingKey: KeyObject,
  algorithm: WrappingAlgorithm,
  wrapped: Uint8Array,
): Uint8Array | undefined {
  const { oaep, throughAes } = halves[algorithm];
  if (!throughAes) return oaepDecrypt(wrappingKey, oaep, wrapped);
  const modulusBytes = Math.ceil((wrappingKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  const aesKey = oaepDecrypt(wrappingKey, oaep, wrapped.subarray(0, modulusBytes));
  if (aesKey === undefined) return undefined;
  try {
    return unwrapPadded(aesKey, wrapped.subarray(modulusBytes));
  } finally {
    aesKey.fill(0);
  }
}
