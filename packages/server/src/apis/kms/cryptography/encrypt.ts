import { EncryptCommand } from "@aws-sdk/client-kms";
import { blob } from "@strongroom/wire";
import { plaintextBytesMax } from "../../../encryption/index.ts";
import type { Keys, KeyUse } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { claimKey, contextMap, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { algorithmMember, symmetricDefault } from "./symmetric-default.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const encrypt = (keys: Pick<Keys, "find">, keyUse: Pick<KeyUse, "encryptUnder">) =>
  operation(EncryptCommand, {
    members: {
      KeyId: keyIdText,
      Plaintext: blob({ min: 1, max: plaintextBytesMax }),
      EncryptionContext: contextMap,
      EncryptionAlgorithm: algorithmMember,
    },
    permissions: (input) => [keyDemand(keys, "kms:Encrypt", input.KeyId, input.EncryptionContext)],
    mutates: false,
    handle: (input, call) => {
      const context = input.EncryptionContext ?? {};
      const key = claimKey(keys, call, "kms:Encrypt", input.KeyId, context);
      const { ciphertext, keyArn } = accepted(keyUse.encryptUnder(key, input.Plaintext, context));
      return { CiphertextBlob: ciphertext, KeyId: keyArn, EncryptionAlgorithm: symmetricDefault };
    },
  });
