/**
 * AWS Key Management Service: symmetric keys, aliases, policies, tags, and what keys do.
 *
 * Gaps: grants, rotation, imported and asymmetric keys, multi-Region keys, custom key stores, and the
 * request members GrantTokens, DryRun and Recipient, which are refused by name.
 *
 * By design: the permission is decided on the key's ARN, after an alias was resolved, and a second
 * time when the key is used. A key that does not exist is told only to those whose IAM policies would
 * allow the action on it. Decrypt is decided on the key that the ciphertext names. An encryption
 * context whose names differ in case only is refused, since condition keys could not tell them apart. The lock-out safety check asks whether the author of a policy
 * could change it again, by the policies of IAM too.
 *
 * Client quirks: aliases serve as KeyId only where AWS takes them; EnableKey and its like want an id
 * or a key ARN.
 */
import * as client from "@aws-sdk/client-kms";
import { awsServices, service } from "@strongroom/wire";
import type { Aliases, Keys, KeyUse } from "../../encryption/index.ts";
import type { ServerService } from "../operation.ts";
import { createAlias } from "./alias/create-alias.ts";
import { deleteAlias } from "./alias/delete-alias.ts";
import { listAliases } from "./alias/list-aliases.ts";
import { updateAlias } from "./alias/update-alias.ts";
import { decrypt } from "./cryptography/decrypt.ts";
import { encrypt } from "./cryptography/encrypt.ts";
import { generateDataKeyWithoutPlaintext } from "./cryptography/generate-data-key-without-plaintext.ts";
import { generateDataKey } from "./cryptography/generate-data-key.ts";
import { generateRandom } from "./cryptography/generate-random.ts";
import { reEncrypt } from "./cryptography/re-encrypt.ts";
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
import { listResourceTags } from "./tag/list-resource-tags.ts";
import { tagResource } from "./tag/tag-resource.ts";
import { untagResource } from "./tag/untag-resource.ts";

export const kms = (faces: { keys: Keys; aliases: Aliases; keyUse: KeyUse }): ServerService => {
  const { keys, aliases, keyUse } = faces;
  return service(awsServices.kms, client, [
    createKey(keys),
    describeKey(keys),
    listKeys(keys),
    enableKey(keys),
    disableKey(keys),
    scheduleKeyDeletion(keys),
    cancelKeyDeletion(keys),
    updateKeyDescription(keys),
    getKeyPolicy(keys),
    putKeyPolicy(keys),
    listKeyPolicies(keys),
    createAlias(keys, aliases),
    updateAlias(keys, aliases),
    deleteAlias(keys, aliases),
    listAliases(aliases),
    encrypt(keys, keyUse),
    decrypt(keys, keyUse),
    reEncrypt(keys, keyUse),
    generateDataKey(keys, keyUse),
    generateDataKeyWithoutPlaintext(keys, keyUse),
    generateRandom(),
    tagResource(keys),
    untagResource(keys),
    listResourceTags(keys),
  ]);
};
