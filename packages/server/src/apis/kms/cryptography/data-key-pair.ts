import { oneOf } from "@strongroom/wire";
import type { EncryptionContext } from "../../../encryption/index.ts";
import { newPair } from "../../../encryption/index.ts";
import type { ServerCall } from "../../operation.ts";
import { claimKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

export const pairSpecMember = oneOf(
  ...(["RSA_2048", "RSA_3072", "RSA_4096"] as const),
  ...(["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"] as const),
);

type PairSpec = (typeof pairSpecMember.limits)[number];

/** The condition key of both operations. */
export function pairCondition(spec: string) {
  return { "kms:DataKeyPairSpec": spec };
}

/**
 * A new pair and its private key under the KMS key, which must be symmetric. The key is claimed after the
 * pair was made, which takes its time: what holds then is what counts. The caller wipes `privateKey`.
 */
export async function makePair(
  { keys, keyUse }: CryptographyFaces,
  call: ServerCall,
  x: { action: string; keyId: string; spec: PairSpec; context: EncryptionContext },
) {
  const { privateKey, publicKey } = await newPair(x.spec);
  const key = claimKey(keys, call, x.action, x.keyId, x.context, pairCondition(x.spec));
  const { ciphertext, keyArn, materialId } = accepted(keyUse.encryptUnder(key, privateKey, x.context));
  const told = {
    PrivateKeyCiphertextBlob: ciphertext,
    PublicKey: publicKey,
    KeyId: keyArn,
    KeyPairSpec: x.spec,
    KeyMaterialId: materialId,
  };
  return { privateKey, told };
}
