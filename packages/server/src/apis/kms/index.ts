/**
 * AWS Key Management Service: symmetric, HMAC, RSA, elliptic-curve and ML-DSA keys, imported material, rotation,
 * grants, aliases, policies and tags, and what keys do.
 *
 * Gaps: multi-Region keys, custom key stores, the key specs SM2 and ML_KEM, the message type
 * EXTERNAL_MU, material of ML-DSA keys that is imported, wrapping by SM2PKE and RSAES_PKCS1_V1_5, grants to services
 * and their SourceArn, and the request members Recipient and DryRunModifiers. All of them are refused by name.
 *
 * By design: the permission is decided on the key's ARN, after an alias was resolved, and a second time when
 * the key is used. A key that does not exist is told only to those whose IAM policies would allow the action
 * on it. Decrypt is decided on the key that the ciphertext names; a ciphertext that names none of these keys is
 * an invalid one. An encryption context whose names differ in case only is refused, since condition keys could
 * not tell them apart. The lock-out safety check asks whether the author of a policy could change it again, by
 * the policies of IAM too. Key policies and grants keep users and roles by their unique ids; those of this account
 * have to be there. A grant that was made before ids were kept goes by ARNs. Grants and rotations count when they are
 * answered, so grant tokens are checked and add nothing. Of a key's import tokens the last 16 count. RetireGrant tells
 * policies the grant in kms:GrantId, which AWS does not have. EnableKeyRotation tells policies the period also where it is left out.
 *
 * Client quirks: aliases serve as KeyId only where AWS takes them; EnableKey and its like want an id
 * or a key ARN.
 */
import * as client from "@aws-sdk/client-kms";
import { awsServices, service } from "@strongroom/wire";
import type { Aliases, Grants, Imports, KeyPairUse, Keys, KeyUse, Rotations } from "../../encryption/index.ts";
import type { ServerService } from "../operation.ts";
import { createAlias } from "./alias/create-alias.ts";
import { deleteAlias } from "./alias/delete-alias.ts";
import { listAliases } from "./alias/list-aliases.ts";
import { updateAlias } from "./alias/update-alias.ts";
import { decrypt } from "./cryptography/decrypt.ts";
import { deriveSharedSecret } from "./cryptography/derive-shared-secret.ts";
import { encrypt } from "./cryptography/encrypt.ts";
import { generateDataKeyPairWithoutPlaintext } from "./cryptography/generate-data-key-pair-without-plaintext.ts";
import { generateDataKeyPair } from "./cryptography/generate-data-key-pair.ts";
import { generateDataKeyWithoutPlaintext } from "./cryptography/generate-data-key-without-plaintext.ts";
import { generateDataKey } from "./cryptography/generate-data-key.ts";
import { generateMac } from "./cryptography/generate-mac.ts";
import { generateRandom } from "./cryptography/generate-random.ts";
import { getPublicKey } from "./cryptography/get-public-key.ts";
import { reEncrypt } from "./cryptography/re-encrypt.ts";
import { sign } from "./cryptography/sign.ts";
import { verifyMac } from "./cryptography/verify-mac.ts";
import { verify } from "./cryptography/verify.ts";
import { createGrant } from "./grant/create-grant.ts";
import { listGrants } from "./grant/list-grants.ts";
import { listRetirableGrants } from "./grant/list-retirable-grants.ts";
import { retireGrant } from "./grant/retire-grant.ts";
import { revokeGrant } from "./grant/revoke-grant.ts";
import { deleteImportedKeyMaterial } from "./import/delete-imported-key-material.ts";
import { getParametersForImport } from "./import/get-parameters-for-import.ts";
import { importKeyMaterial } from "./import/import-key-material.ts";
import { cancelKeyDeletion } from "./key/cancel-key-deletion.ts";
import { createKey } from "./key/create-key.ts";
import { describeKey } from "./key/describe-key.ts";
import { disableKey } from "./key/disable-key.ts";
import { enableKey } from "./key/enable-key.ts";
import { listKeys } from "./key/list-keys.ts";
import { scheduleKeyDeletion } from "./key/schedule-key-deletion.ts";
import { updateKeyDescription } from "./key/update-key-description.ts";
import { getKeyPolicy } from "./policy/get-key-policy.ts";
import { listKeyPolicies } from "./policy/list-key-policies.ts";
import { putKeyPolicy } from "./policy/put-key-policy.ts";
import { disableKeyRotation } from "./rotation/disable-key-rotation.ts";
import { enableKeyRotation } from "./rotation/enable-key-rotation.ts";
import { getKeyRotationStatus } from "./rotation/get-key-rotation-status.ts";
import { listKeyRotations } from "./rotation/list-key-rotations.ts";
import { rotateKeyOnDemand } from "./rotation/rotate-key-on-demand.ts";
import { listResourceTags } from "./tag/list-resource-tags.ts";
import { tagResource } from "./tag/tag-resource.ts";
import { untagResource } from "./tag/untag-resource.ts";

interface KmsFaces {
  readonly keys: Keys;
  readonly aliases: Aliases;
  readonly rotations: Rotations;
  readonly imports: Imports;
  readonly grants: Grants;
  readonly keyUse: KeyUse;
  readonly keyPairUse: KeyPairUse;
}

export const kms = (faces: KmsFaces): ServerService => {
  const { keys, aliases, rotations, imports, grants } = faces;
  return service(awsServices.kms, client, [
    createKey(keys),
    describeKey(keys, grants),
    listKeys(keys),
    enableKey(keys),
    disableKey(keys),
    scheduleKeyDeletion(keys),
    cancelKeyDeletion(keys),
    updateKeyDescription(keys),
    getParametersForImport(keys, imports),
    importKeyMaterial(keys, imports),
    deleteImportedKeyMaterial(keys, imports),
    getKeyPolicy(keys),
    putKeyPolicy(keys),
    listKeyPolicies(keys),
    createAlias(keys, aliases),
    updateAlias(keys, aliases),
    deleteAlias(keys, aliases),
    listAliases(aliases),
    enableKeyRotation(keys, rotations),
    disableKeyRotation(keys, rotations),
    getKeyRotationStatus(keys, rotations),
    rotateKeyOnDemand(keys, rotations),
    listKeyRotations(keys, rotations),
    createGrant(keys, grants),
    listGrants(keys, grants),
    listRetirableGrants(keys, grants),
    retireGrant(keys, grants),
    revokeGrant(keys, grants),
    encrypt(faces),
    decrypt(faces),
    reEncrypt(faces),
    generateDataKey(faces),
    generateDataKeyWithoutPlaintext(faces),
    generateDataKeyPair(faces),
    generateDataKeyPairWithoutPlaintext(faces),
    sign(faces),
    verify(faces),
    generateMac(faces),
    verifyMac(faces),
    deriveSharedSecret(faces),
    getPublicKey(faces),
    generateRandom(),
    tagResource(keys),
    untagResource(keys),
    listResourceTags(keys),
  ]);
};
