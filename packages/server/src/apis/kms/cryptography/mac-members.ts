import { blob, oneOf } from "@strongroom/wire";

export const macMessageMember = blob({ min: 1, max: 4096 });
export const macAlgorithmMember = oneOf("HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512");

/** The condition key of GenerateMac and VerifyMac. */
export function macConditions(input: { readonly MacAlgorithm: string }) {
  return { "kms:MacAlgorithm": input.MacAlgorithm };
}
