import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { KeyDescription } from "../../../encryption/index.ts";

/** A key as KMS describes it. */
export function keyMetadata(key: KeyDescription, accountId: string): KeyMetadata & { KeyId: string } {
  return {
    AWSAccountId: accountId,
    KeyId: key.keyId,
    Arn: key.keyArn,
    CreationDate: key.createdAt,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: key.state,
    ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
    Origin: "AWS_KMS",
    KeyManager: key.manager === "AWS" ? "AWS" : "CUSTOMER",
    // Older clients read the key's spec here.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  };
}
