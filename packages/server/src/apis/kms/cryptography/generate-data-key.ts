import { GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import type { Keys, KeyUse } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { claimKey, contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { dataKeyBytes, keySpecMember, numberOfBytesMember } from "./data-key-size.ts";

const action = "kms:GenerateDataKey";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const generateDataKey = (keys: Pick<Keys, "find">, keyUse: Pick<KeyUse, "generateUnder">) =>
  operation(GenerateDataKeyCommand, {
    members: {
      KeyId: keyIdText,
      EncryptionContext: contextMap,
      NumberOfBytes: numberOfBytesMember,
      KeySpec: keySpecMember,
    },
    permissions: (input) => [keyDemand(keys, action, input.KeyId, input.EncryptionContext)],
    mutates: false,
    handle: (input, call) => {
      const context = input.EncryptionContext ?? {};
      const key = claimKey(keys, call, action, input.KeyId, context);
      const made = accepted(keyUse.generateUnder(key, dataKeyBytes(input), context));
      return { CiphertextBlob: made.wrapped, Plaintext: made.plaintext, KeyId: made.keyArn };
    },
  });
