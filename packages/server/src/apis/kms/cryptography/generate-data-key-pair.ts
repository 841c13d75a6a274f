import { GenerateDataKeyPairCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { makePair, pairCondition, pairSpecMember } from "./data-key-pair.ts";

const action = "kms:GenerateDataKeyPair";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html */
export const generateDataKeyPair = (faces: CryptographyFaces) =>
  operation(GenerateDataKeyPairCommand, {
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
      return unlessDryRun(input, { ...told, PrivateKeyPlaintext: privateKey });
    },
  });
