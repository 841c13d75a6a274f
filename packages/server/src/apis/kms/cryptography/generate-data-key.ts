import { GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { claimKey, contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { dataKeyBytes, keySpecMember, numberOfBytesMember } from "./data-key-size.ts";

const action = "kms:GenerateDataKey";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const generateDataKey = (faces: CryptographyFaces) =>
  operation(GenerateDataKeyCommand, {
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
      const used = { KeyId: made.keyArn, KeyMaterialId: made.materialId };
      return unlessDryRun(input, { CiphertextBlob: made.wrapped, Plaintext: made.plaintext, ...used });
    },
  });
