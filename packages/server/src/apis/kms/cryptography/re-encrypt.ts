import { ReEncryptCommand } from "@aws-sdk/client-kms";
import type { Permission } from "../../../access/index.ts";
import type { Keys, KeyUse } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { contextMap, demandOn, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted, kmsError } from "../kms-error.ts";
import { askedKey, checkNamedKey, ciphertextBlob, sourceKey } from "./source-key.ts";
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
      const from = demandOn(
        askedKey(keys, source, input.SourceKeyId),
        "kms:ReEncryptFrom",
        input.SourceEncryptionContext,
      );
      const to = keyDemand(keys, "kms:ReEncryptTo", input.DestinationKeyId, input.DestinationEncryptionContext);
      return [onSameKey(from, from.resource === to.resource), onSameKey(to, from.resource === to.resource)];
    },
    actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    mutates: false,
    handle: (input, call) => {
      const ciphertext = input.CiphertextBlob ?? new Uint8Array();
      checkNamedKey(keys, input.SourceKeyId, sourceKey(keyUse, ciphertext));
      const context = input.DestinationEncryptionContext ?? {};
      const destination = keys.find(input.DestinationKeyId);
      // ④ the alias may name another key by now: what is used is what is decided on.
      const demand = demandOn(destination, "kms:ReEncryptTo", context);
      const from = sourceKey(keyUse, ciphertext);
      call.authority.demand(onSameKey(demand, from.kind === "found" && from.keyArn === demand.resource));
      if (destination.kind === "absent") throw kmsError(destination.refusal);
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

/** Both sides of a re-encryption tell whether it stays under one key. */
function onSameKey(permission: Permission, same: boolean): Permission {
  return { ...permission, context: { ...permission.context, "kms:ReEncryptOnSameKey": String(same) } };
}
