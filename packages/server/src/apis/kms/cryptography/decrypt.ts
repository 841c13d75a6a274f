import { DecryptCommand } from "@aws-sdk/client-kms";
import type { DecryptCommandInput } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { maybeChosen } from "../chosen.ts";
import { contextMap, demandOn, keyIdText } from "../key-claim.ts";
import { algorithmCondition, algorithmMember, decryptBy, symmetricDefault } from "./algorithms.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { askedKey, ciphertextBlob, claimedKey } from "./source-key.ts";
import type { Source } from "./source-key.ts";

const action = "kms:Decrypt";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const decrypt = (faces: CryptographyFaces) =>
  operation(DecryptCommand, {
    members: {
      CiphertextBlob: ciphertextBlob,
      EncryptionContext: contextMap,
      KeyId: keyIdText,
      EncryptionAlgorithm: algorithmMember,
      ...useMembers,
    },
    permissions: (input) => {
      const conditions = algorithmCondition(input.EncryptionAlgorithm);
      return [demandOn(askedKey(faces, sourceOf(input)), action, input.EncryptionContext, conditions)];
    },
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const source = sourceOf(input);
      const { algorithm, ciphertext } = source;
      const { EncryptionContext: context } = input;
      const key = claimedKey(faces, source);
      // ④ the alias may name another key by now: what is used is what is decided on.
      call.authority.demand(demandOn(key, action, context, algorithmCondition(algorithm)));
      const { plaintext, keyArn, materialId } = decryptBy(faces, key, { algorithm, ciphertext, context });
      return unlessDryRun(input, {
        ...{ Plaintext: plaintext, KeyId: keyArn, EncryptionAlgorithm: algorithm ?? symmetricDefault },
        ...(materialId !== undefined && { KeyMaterialId: materialId }),
      });
    },
  });

function sourceOf(input: Pick<DecryptCommandInput, "CiphertextBlob" | "EncryptionAlgorithm" | "KeyId">): Source {
  const { CiphertextBlob: ciphertext = new Uint8Array(), EncryptionAlgorithm, KeyId: keyId } = input;
  return { ciphertext, algorithm: maybeChosen(algorithmMember, EncryptionAlgorithm), keyId };
}
