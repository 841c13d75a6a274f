import { isAsymmetric, isHmac } from "./key-kind.ts";
import type { KeyKind } from "./key-kind.ts";

const always = ["CreateGrant", "RetireGrant", "DescribeKey"];

/**
 * The operations that a grant on such a key may name.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
 */
export function grantableOperations({ spec, usage }: Pick<KeyKind, "spec" | "usage">): readonly string[] {
  if (isHmac(spec)) return [...always, "GenerateMac", "VerifyMac"];
  if (!isAsymmetric(spec)) return [...always, ...encrypting, ...dataKeys];
  switch (usage) {
    case "ENCRYPT_DECRYPT":
      return [...always, ...encrypting, "GetPublicKey"];
    case "SIGN_VERIFY":
      return [...always, "Sign", "Verify", "GetPublicKey"];
    case "KEY_AGREEMENT":
      return [...always, "DeriveSharedSecret", "GetPublicKey"];
    case "GENERATE_VERIFY_MAC":
      return always;
  }
}

const encrypting = ["Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo"];
const dataKeys = [
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
];
