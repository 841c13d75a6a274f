import { constants, privateDecrypt, publicEncrypt } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { EncryptionAlgorithm } from "./key-kind.ts";

export type OaepAlgorithm = Exclude<EncryptionAlgorithm, "SYMMETRIC_DEFAULT">;

/** The digest and the mask of an RSAES-OAEP algorithm, which are the same. */
const digests: Readonly<Record<OaepAlgorithm, { hash: string; bytes: number }>> = {
  RSAES_OAEP_SHA_1: { hash: "sha1", bytes: 20 },
  RSAES_OAEP_SHA_256: { hash: "sha256", bytes: 32 },
};

/** How many bytes of plaintext a key takes (RFC 8017, 7.1.1). */
export function oaepBytesMax(key: KeyObject, algorithm: OaepAlgorithm): number {
  const modulusBytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  return modulusBytes - 2 * digests[algorithm].bytes - 2;
}

export function oaepEncrypt(key: KeyObject, algorithm: OaepAlgorithm, plaintext: Uint8Array): Uint8Array {
  const { hash: oaepHash } = digests[algorithm];
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plaintext);
}

/** Undefined where the ciphertext was not made for this key by this algorithm. */
export function oaepDecrypt(key: KeyObject, algorithm: OaepAlgorithm, ciphertext: Uint8Array): Uint8Array | undefined {
  const { hash: oaepHash } = digests[algorithm];
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext);
  } catch {
    return undefined;
  }
}
