import type { KeyMetadata } from "@aws-sdk/client-kms";
import { encryptionAlgorithms, keyAgreementAlgorithms } from "../../../encryption/index.ts";
import { macAlgorithms, signingAlgorithms } from "../../../encryption/index.ts";
import type { KeyDescription, KeyKind } from "../../../encryption/index.ts";

/** A key as KMS describes it. */
export function keyMetadata(key: KeyDescription, accountId: string): KeyMetadata & { KeyId: string } {
  const macs = macAlgorithms(key);
  return {
    AWSAccountId: accountId,
    KeyId: key.keyId,
    Arn: key.keyArn,
    CreationDate: key.createdAt,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
    Origin: key.origin,
    ...(key.origin === "EXTERNAL" && key.state !== "PendingImport" && expiry(key.materialExpiresAt)),
    KeyManager: key.manager === "AWS" ? "AWS" : "CUSTOMER",
    ...olderSpec(key),
    KeySpec: key.spec,
    ...publicAlgorithms(key),
    ...(macs.length > 0 && { MacAlgorithms: [...macs] }),
    MultiRegion: false,
    ...(key.materialId !== undefined && { CurrentKeyMaterialId: key.materialId }),
  };
}

/** What a key can do that whoever holds its public key has to do with; GetPublicKey tells the same. */
export function publicAlgorithms(kind: Pick<KeyKind, "spec" | "usage">) {
  const encryption = encryptionAlgorithms(kind);
  const signing = signingAlgorithms(kind);
  const agreement = keyAgreementAlgorithms(kind);
  return {
    ...(encryption.length > 0 && { EncryptionAlgorithms: [...encryption] }),
    ...(signing.length > 0 && { SigningAlgorithms: [...signing] }),
    ...(agreement.length > 0 && { KeyAgreementAlgorithms: [...agreement] }),
  };
}

/** Older clients read the key's spec here; the kinds that came after them are not told. */
export function olderSpec({ spec }: Pick<KeyKind, "spec">): Pick<KeyMetadata, "CustomerMasterKeySpec"> {
  if (spec === "ML_DSA_44" || spec === "ML_DSA_65" || spec === "ML_DSA_87") return {};
  if (spec === "ECC_NIST_EDWARDS25519") return {};
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return { CustomerMasterKeySpec: spec };
}

function expiry(at: Date | undefined): Pick<KeyMetadata, "ExpirationModel" | "ValidTo"> {
  if (at === undefined) return { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" };
  return { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: at };
}
