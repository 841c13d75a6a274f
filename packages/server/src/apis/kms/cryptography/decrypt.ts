import { DecryptCommand } from "@aws-sdk/client-kms";
import type { Keys, KeyUse } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { contextMap, demandOn, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { askedKey, checkNamedKey, ciphertextBlob, sourceKey } from "./source-key.ts";
import { algorithmMember, symmetricDefault } from "./symmetric-default.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const decrypt = (keys: Pick<Keys, "find">, keyUse: Pick<KeyUse, "keyOf" | "decrypt">) =>
  operation(DecryptCommand, {
    members: {
      CiphertextBlob: ciphertextBlob,
      EncryptionContext: contextMap,
      KeyId: keyIdText,
      EncryptionAlgorithm: algorithmMember,
    },
    permissions: (input) => {
      const source = sourceKey(keyUse, input.CiphertextBlob ?? new Uint8Array());
      return [demandOn(askedKey(keys, source, input.KeyId), "kms:Decrypt", input.EncryptionContext)];
    },
    mutates: false,
    handle: (input) => {
      const ciphertext = input.CiphertextBlob ?? new Uint8Array();
      checkNamedKey(keys, input.KeyId, sourceKey(keyUse, ciphertext));
      const { plaintext, keyArn } = accepted(keyUse.decrypt(ciphertext, input.EncryptionContext ?? {}));
      return { Plaintext: plaintext, KeyId: keyArn, EncryptionAlgorithm: symmetricDefault };
    },
  });
