import { GenerateDataKeyPairWithoutPlaintextCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { makePair, pairCondition, pairSpecMember } from "./data-key-pair.ts";

const action = "kms:GenerateDataKeyPairWithoutPlaintext";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html */
export const generateDataKeyPairWithoutPlaintext = (faces: CryptographyFaces) =>
  operation(GenerateDataKeyPairWithoutPlaintextCommand, {
    members: { KeyId: keyIdText, KeyPairSpec: pairSpecMember, EncryptionContext: contextMap, ...useMembers },
    permissions: (input) => {
      const conditions = pairCondition(input.KeyPairSpec);
      return [keyDemand(faces.keys, action, input.KeyId, input.EncryptionContext, conditions)];
    },
    mutates: false,
    handle: async (input, call) => {
      checkUse(faces, input);
      const { KeyId: keyId, EncryptionContext: context = {} } = input;
      const spec = chosen(pairSpecMember, input.KeyPairSpec);
      const { privateKey, told } = await makePair(faces, call, { action, keyId, spec, context });
      // ④ the plaintext key never leaves this function.
      privateKey.fill(0);
      return unlessDryRun(input, told);
    },
  });
