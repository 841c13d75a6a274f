import { constants, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";
import { wrapPadded } from "../key-wrap-padded.ts";
import type { WrappingAlgorithm } from "../import-wrapping.ts";

/** Wraps key material for its way here, as whoever brings it does. `publicKey`: SubjectPublicKeyInfo, DER. */
export function wrapForImport(
  publicKey: Uint8Array | undefined,
  algorithm: WrappingAlgorithm,
  material: Uint8Array,
): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(publicKey ?? []), format: "der", type: "spki" });
  const oaepHash = algorithm.endsWith("_SHA_1") ? "sha1" : "sha256";
  const oaep = (bytes: Uint8Array) =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  if (algorithm.startsWith("RSAES_")) return oaep(material);
  const aesKey = randomBytes(32);
  return Buffer.concat([oaep(aesKey), wrapPadded(aesKey, material)]);
}
