/** How AWS KMS names what a key is made of, what it is for, and where its material comes from. */
export type KeySpec = AsymmetricSpec | HmacSpec | "SYMMETRIC_DEFAULT";
export type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT";
export type KeyOrigin = "AWS_KMS" | "EXTERNAL";

export type RsaSpec = "RSA_2048" | "RSA_3072" | "RSA_4096";
export type EcSpec = "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1";
export type EdwardsSpec = "ECC_NIST_EDWARDS25519";
export type MlDsaSpec = "ML_DSA_44" | "ML_DSA_65" | "ML_DSA_87";
export type HmacSpec = "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512";
export type PairSpec = RsaSpec | EcSpec | EdwardsSpec;
export type AsymmetricSpec = PairSpec | MlDsaSpec;

export type EncryptionAlgorithm = "SYMMETRIC_DEFAULT" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256";
export type EcdsaAlgorithm = "ECDSA_SHA_256" | "ECDSA_SHA_384" | "ECDSA_SHA_512";
export type EdwardsAlgorithm = "ED25519_SHA_512" | "ED25519_PH_SHA_512";
export type RsaSigningAlgorithm = `RSASSA_${"PSS" | "PKCS1_V1_5"}_SHA_${"256" | "384" | "512"}`;
export type SigningAlgorithm = EcdsaAlgorithm | EdwardsAlgorithm | RsaSigningAlgorithm | "ML_DSA_SHAKE_256";
export type MacAlgorithm = `HMAC_SHA_${"224" | "256" | "384" | "512"}`;
export type KeyAgreementAlgorithm = "ECDH";

/** What a key is; it never changes. */
export interface KeyKind {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: KeyOrigin;
}

export const symmetricKind: KeyKind = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", origin: "AWS_KMS" };

const rsaUsages = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"] as const;
const nistUsages = ["SIGN_VERIFY", "KEY_AGREEMENT"] as const;
const signingOnly = ["SIGN_VERIFY"] as const;
const macOnly = ["GENERATE_VERIFY_MAC"] as const;

/** What keys of each spec may be for. https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const usagesOf: Readonly<Record<KeySpec, readonly KeyUsage[]>> = {
  SYMMETRIC_DEFAULT: ["ENCRYPT_DECRYPT"],
  RSA_2048: rsaUsages,
  RSA_3072: rsaUsages,
  RSA_4096: rsaUsages,
  ECC_NIST_P256: nistUsages,
  ECC_NIST_P384: nistUsages,
  ECC_NIST_P521: nistUsages,
  ECC_SECG_P256K1: signingOnly,
  ECC_NIST_EDWARDS25519: signingOnly,
  ML_DSA_44: signingOnly,
  ML_DSA_65: signingOnly,
  ML_DSA_87: signingOnly,
  HMAC_224: macOnly,
  HMAC_256: macOnly,
  HMAC_384: macOnly,
  HMAC_512: macOnly,
};

/** Why there can be no key of this spec for this usage. */
export function kindFault(spec: KeySpec, usage: KeyUsage | undefined): string | undefined {
  if (usage === undefined) {
    if (spec === "SYMMETRIC_DEFAULT") return undefined;
    return "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
  }
  if (usagesOf[spec].includes(usage)) return undefined;
  return `KeyUsage ${usage} is not compatible with KeySpec ${spec}`;
}

const oaep: readonly EncryptionAlgorithm[] = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
const rsaSigning: readonly SigningAlgorithm[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

const signingOf: Readonly<Record<AsymmetricSpec, readonly SigningAlgorithm[]>> = {
  RSA_2048: rsaSigning,
  RSA_3072: rsaSigning,
  RSA_4096: rsaSigning,
  ECC_NIST_P256: ["ECDSA_SHA_256"],
  ECC_NIST_P384: ["ECDSA_SHA_384"],
  ECC_NIST_P521: ["ECDSA_SHA_512"],
  ECC_SECG_P256K1: ["ECDSA_SHA_256"],
  ECC_NIST_EDWARDS25519: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
  ML_DSA_44: ["ML_DSA_SHAKE_256"],
  ML_DSA_65: ["ML_DSA_SHAKE_256"],
  ML_DSA_87: ["ML_DSA_SHAKE_256"],
};

const macOf: Readonly<Record<HmacSpec, MacAlgorithm>> = {
  HMAC_224: "HMAC_SHA_224",
  HMAC_256: "HMAC_SHA_256",
  HMAC_384: "HMAC_SHA_384",
  HMAC_512: "HMAC_SHA_512",
};

type Kind = Pick<KeyKind, "spec" | "usage">;

export function encryptionAlgorithms({ spec, usage }: Kind): readonly EncryptionAlgorithm[] {
  if (usage !== "ENCRYPT_DECRYPT") return [];
  return spec === "SYMMETRIC_DEFAULT" ? ["SYMMETRIC_DEFAULT"] : oaep;
}

export function signingAlgorithms({ spec, usage }: Kind): readonly SigningAlgorithm[] {
  return usage === "SIGN_VERIFY" && isAsymmetric(spec) ? signingOf[spec] : [];
}

export function macAlgorithms({ spec }: Kind): readonly MacAlgorithm[] {
  return isHmac(spec) ? [macOf[spec]] : [];
}

export function keyAgreementAlgorithms({ usage }: Kind): readonly KeyAgreementAlgorithm[] {
  return usage === "KEY_AGREEMENT" ? ["ECDH"] : [];
}

export function isAsymmetric(spec: KeySpec): spec is AsymmetricSpec {
  return spec !== "SYMMETRIC_DEFAULT" && !isHmac(spec);
}

export function isHmac(spec: KeySpec): spec is HmacSpec {
  return spec in macOf;
}

/** Only these have a ciphertext that names their material's version, and so can be given new material. */
export function isSymmetric({ spec }: Pick<KeyKind, "spec">): boolean {
  return spec === "SYMMETRIC_DEFAULT";
}
