import { ReEncryptCommand } from "@aws-sdk/client-kms";
import type { Keys, KeyUse } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { claimKey, contextMap, demandOn, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkNamedKey, ciphertextBlob, sourceKey } from "./source-key.ts";
import { algorithmMember, symmetricDefault } from "./symmetric-default.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export const reEncrypt = (keys: Pick<Keys, "find">, keyUse: Pick<KeyUse, "keyOf" | "decrypt" | "encryptUnder">) =>
  operation(ReEncryptCommand, {
    members: {
      CiphertextBlob: ciphertextBlob,
      SourceEncryptionContext: contextMap,
      SourceKeyId: keyIdText,
      DestinationKeyId: keyIdText,
      DestinationEncryptionContext: contextMap,
      SourceEncryptionAlgorithm: algorithmMember,
      DestinationEncryptionAlgorithm: algorithmMember,
    },
    permissions: (input) => {
      const source = sourceKey(keyUse, input.CiphertextBlob ?? new Uint8Array());
      return [
        demandOn(source, "kms:ReEncryptFrom", input.SourceEncryptionContext),
        keyDemand(keys, "kms:ReEncryptTo", input.DestinationKeyId, input.DestinationEncryptionContext),
      ];
    },
    actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    mutates: false,
    handle: (input, call) => {
      const ciphertext = input.CiphertextBlob ?? new Uint8Array();
      checkNamedKey(keys, input.SourceKeyId, sourceKey(keyUse, ciphertext));
      const context = input.DestinationEncryptionContext ?? {};
      const destination = claimKey(keys, call, "kms:ReEncryptTo", input.DestinationKeyId, context);
      const source = accepted(keyUse.decrypt(ciphertext, input.SourceEncryptionContext ?? {}));
      try {
        const encrypted = accepted(keyUse.encryptUnder(destination, source.plaintext, context));
        return {
          CiphertextBlob: encrypted.ciphertext,
          SourceKeyId: source.keyArn,
          KeyId: encrypted.keyArn,
          SourceEncryptionAlgorithm: symmetricDefault,
          DestinationEncryptionAlgorithm: symmetricDefault,
        };
      } finally {
        // ④ the plaintext never leaves this function.
        source.plaintext.fill(0);
      }
    },
  });
