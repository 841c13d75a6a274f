import { ReEncryptCommand } from "@aws-sdk/client-kms";
import type { ReEncryptCommandInput } from "@aws-sdk/client-kms";
import type { Permission } from "../../../access/index.ts";
import type { AbsentKey, EncryptionAlgorithm, FoundKey } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { maybeChosen } from "../chosen.ts";
import { contextMap, demandOn, keyIdText } from "../key-claim.ts";
import { kmsError } from "../kms-error.ts";
import { algorithmCondition, algorithmMember, decryptBy, encryptBy, symmetricDefault } from "./algorithms.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { askedKey, ciphertextBlob, claimedKey } from "./source-key.ts";
import type { Source } from "./source-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export const reEncrypt = (faces: CryptographyFaces) =>
  operation(ReEncryptCommand, {
    members: {
      CiphertextBlob: ciphertextBlob,
      SourceEncryptionContext: contextMap,
      SourceKeyId: keyIdText,
      DestinationKeyId: keyIdText,
      DestinationEncryptionContext: contextMap,
      SourceEncryptionAlgorithm: algorithmMember,
      DestinationEncryptionAlgorithm: algorithmMember,
      ...useMembers,
    },
    permissions: (input) => demandsOf(askedKey(faces, sourceOf(input)), faces.keys.find(input.DestinationKeyId), input),
    actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const key = claimedKey(faces, sourceOf(input));
      const destination = faces.keys.find(input.DestinationKeyId);
      // ④ an alias may name another key by now: what is used is what is decided on.
      for (const permission of demandsOf(key, destination, input)) call.authority.demand(permission);
      if (destination.kind === "absent") throw kmsError(destination.refusal);
      return unlessDryRun(input, moved(faces, key, destination, input));
    },
  });

type Input = Omit<ReEncryptCommandInput, "GrantTokens" | "DryRunModifiers">;

function moved(faces: CryptographyFaces, key: FoundKey, destination: FoundKey, input: Input) {
  const { ciphertext, algorithm } = sourceOf(input);
  const source = decryptBy(faces, key, { ciphertext, algorithm, context: input.SourceEncryptionContext });
  try {
    const { plaintext } = source;
    const asked = { algorithm: toAlgorithm(input), plaintext, context: input.DestinationEncryptionContext };
    const encrypted = encryptBy(faces, destination, asked);
    return {
      CiphertextBlob: encrypted.ciphertext,
      SourceKeyId: source.keyArn,
      KeyId: encrypted.keyArn,
      SourceEncryptionAlgorithm: algorithm ?? symmetricDefault,
      DestinationEncryptionAlgorithm: asked.algorithm ?? symmetricDefault,
      ...(source.materialId !== undefined && { SourceKeyMaterialId: source.materialId }),
      ...(encrypted.materialId !== undefined && { DestinationKeyMaterialId: encrypted.materialId }),
    };
  } finally {
    // ④ the plaintext never leaves this function.
    source.plaintext.fill(0);
  }
}

/** Both sides of a re-encryption tell whether it stays under one key. */
function demandsOf(source: FoundKey | AbsentKey, destination: FoundKey | AbsentKey, input: Input): Permission[] {
  const from = demandOn(
    source,
    "kms:ReEncryptFrom",
    input.SourceEncryptionContext,
    algorithmCondition(sourceOf(input).algorithm),
  );
  const to = demandOn(
    destination,
    "kms:ReEncryptTo",
    input.DestinationEncryptionContext,
    algorithmCondition(toAlgorithm(input)),
  );
  const same = { "kms:ReEncryptOnSameKey": String(from.resource === to.resource) };
  return [from, to].map((permission) => ({ ...permission, context: { ...permission.context, ...same } }));
}

function sourceOf(input: Input): Source {
  const { CiphertextBlob: ciphertext = new Uint8Array(), SourceKeyId: keyId } = input;
  const algorithm = maybeChosen(algorithmMember, input.SourceEncryptionAlgorithm);
  return { ciphertext, algorithm, keyId };
}

function toAlgorithm(input: Input): EncryptionAlgorithm | undefined {
  return maybeChosen(algorithmMember, input.DestinationEncryptionAlgorithm);
}
