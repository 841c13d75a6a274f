/**
 * Keys: the seal over the root of them all, the account's KMS keys, data keys for those who store
 * things, and the server's certificates.
 *
 * Promise: nothing that this folder is given to protect, key material before all, reaches the disk
 * other than sealed under a key that leads back to the root; and the root lies on disk only wrapped
 * under the operator's secret. A key is used for somebody only where the key's policy allows it, and
 * from the call on that disables it, it is used for nobody.
 *
 * Invariants: key material lives in memory for one call only; every ciphertext is bound to the key's
 * ARN, its version and the encryption context; every outcome that can be expected is a value, and
 * its message names the key.
 *
 * It must not know buckets, jobs or the wire, log secrets, or decide permissions itself.
 */
export { createSeal, openSeal } from "./seal.ts";
export type { Seal } from "./seal.ts";
export { secretNames } from "./seal-secret.ts";
export type { NewSecret, SealSecret } from "./seal-secret.ts";
export { changeSeal, sweepSeals } from "./change-seal.ts";
export type { SealChange } from "./change-seal.ts";
export { readShares } from "./read-shares.ts";
export { openUnsealing } from "./unsealing.ts";
export type { Offer, Unsealing } from "./unsealing.ts";
export { openEncryption } from "./encryption.ts";
export type { Encryption } from "./encryption.ts";
export { keyMigrations as migrations } from "./key-store.ts";
export type { TagRow } from "./key-store.ts";
export { Keys, tagsMax } from "./keys.ts";
export type { KeyDescription } from "./keys.ts";
export { Aliases } from "./aliases.ts";
export { Rotations } from "./rotations.ts";
export { Imports } from "./imports.ts";
export { takesBrought } from "./imported-material.ts";
export { Grants, isGrantId, isGrantPrincipal } from "./grants.ts";
export type { GrantRequest } from "./grants.ts";
export type { Grant } from "./grant-store.ts";
export { contextPairPrefix, grantIdKey } from "./grant-decision.ts";
export { contextBytesMax, dataKeyBytesMax, KeyUse, plaintextBytesMax } from "./key-use.ts";
export { DataKeys } from "./data-keys.ts";
export type { NoteKeyDeed } from "./key-deed.ts";
export type { NoteKeyUse, ServiceKeyUse } from "./data-keys.ts";
export { hostNames, openCertificates } from "./certificates.ts";
export type { Certificates } from "./certificates.ts";
export { openOperatorCertificate } from "./operator-certificate.ts";
export type { OperatorCertificate } from "./operator-certificate.ts";
export { contextFault, keyPermission, kindConditions } from "./key-condition.ts";
export type { UseConditions } from "./key-condition.ts";
export { encryptionAlgorithms, keyAgreementAlgorithms, kindFault } from "./key-kind.ts";
export { macAlgorithms, signingAlgorithms } from "./key-kind.ts";
export type { EncryptionAlgorithm, KeyKind } from "./key-kind.ts";
export { newMaterial, newPair } from "./key-material.ts";
export { KeyPairUse } from "./key-pair-use.ts";
export type { EncryptionContext } from "./ciphertext-blob.ts";
export type { AbsentKey, FoundKey } from "./key-ring.ts";
export type { KeyRefusal, Refusal } from "./key-refusal.ts";
export { throwawayTlsOptions } from "./throwaway-certificate.ts";
