import { blob, oneOf } from "@strongroom/wire";

/** A longer message is to be digested by the caller. Message type EXTERNAL_MU is not offered. */
export const messageMember = blob({ min: 1, max: 4096 });
export const messageTypeMember = oneOf("RAW", "DIGEST");
export const signingAlgorithmMember = oneOf(
  ...(["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512"] as const),
  ...(["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512"] as const),
  ...(["ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512", "ML_DSA_SHAKE_256"] as const),
  ...(["ED25519_SHA_512", "ED25519_PH_SHA_512"] as const),
);

/** The condition keys of Sign and Verify; a message is RAW where nothing else is said. */
export function signingConditions(input: { readonly SigningAlgorithm: string; readonly MessageType?: string }) {
  return { "kms:SigningAlgorithm": input.SigningAlgorithm, "kms:MessageType": input.MessageType ?? "RAW" };
}
