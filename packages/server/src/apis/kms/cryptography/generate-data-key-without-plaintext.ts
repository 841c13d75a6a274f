import { GenerateDataKeyWithoutPlaintextCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { claimKey, contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { dataKeyBytes, keySpecMember, numberOfBytesMember } from "./data-key-size.ts";

const action = "kms:GenerateDataKeyWithoutPlaintext";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html */
export const generateDataKeyWithoutPlaintext = (faces: CryptographyFaces) =>
  operation(GenerateDataKeyWithoutPlaintextCommand, {
    members: {
      KeyId: keyIdText,
      EncryptionContext: contextMap,
      NumberOfBytes: numberOfBytesMember,
      KeySpec: keySpecMember,
      ...useMembers,
    },
    permissions: (input) => [keyDemand(faces.keys, action, input.KeyId, input.EncryptionContext)],
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const context = input.EncryptionContext ?? {};
      const key = claimKey(faces.keys, call, action, input.KeyId, context);
      const made = accepted(faces.keyUse.generateUnder(key, dataKeyBytes(input), context));
      // ④ the plaintext key never leaves this function.
      made.plaintext.fill(0);
      const answer = { CiphertextBlob: made.wrapped, KeyId: made.keyArn, KeyMaterialId: made.materialId };
      return unlessDryRun(input, answer);
    },
  });
