import { EncryptCommand } from "@aws-sdk/client-kms";
import { blob } from "@strongroom/wire";
import { plaintextBytesMax } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { maybeChosen } from "../chosen.ts";
import { claimKey, contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { algorithmCondition, algorithmMember, encryptBy, symmetricDefault } from "./algorithms.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

const action = "kms:Encrypt";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const encrypt = (faces: CryptographyFaces) =>
  operation(EncryptCommand, {
    members: {
      KeyId: keyIdText,
      Plaintext: blob({ min: 1, max: plaintextBytesMax }),
      EncryptionContext: contextMap,
      EncryptionAlgorithm: algorithmMember,
      ...useMembers,
    },
    permissions: (input) => {
      const conditions = algorithmCondition(input.EncryptionAlgorithm);
      return [keyDemand(faces.keys, action, input.KeyId, input.EncryptionContext, conditions)];
    },
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const { EncryptionContext: context, Plaintext: plaintext } = input;
      const algorithm = maybeChosen(algorithmMember, input.EncryptionAlgorithm);
      const key = claimKey(faces.keys, call, action, input.KeyId, context, algorithmCondition(algorithm));
      const { ciphertext, keyArn } = encryptBy(faces, key, { algorithm, plaintext, context });
      const used = { KeyId: keyArn, EncryptionAlgorithm: algorithm ?? symmetricDefault };
      return unlessDryRun(input, { CiphertextBlob: ciphertext, ...used });
    },
  });
