import assert from "node:assert/strict";
import { test } from "node:test";
import * as client from "@aws-sdk/client-kms";
import type { KMSClient } from "@aws-sdk/client-kms";
import { allowAll, inKeyHouse } from "../../encryption/testing/key-house.ts";
import { kmsClient } from "./testing/kms-client.ts";

const absent = "00000000-0000-4000-8000-000000000000";
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
});

interface Case {
  readonly action: string;
  readonly send: (to: KMSClient, x: { KeyId: string; CiphertextBlob: Uint8Array }) => Promise<unknown>;
}

const Plaintext = Buffer.from("x");
const AliasName = "alias/present";
const grant = { GranteePrincipal: "arn:aws:iam::111122223333:user/ada", Operations: ["Encrypt" as const] };
const GrantId = "0".repeat(64);
const Tags = [{ TagKey: "a", TagValue: "b" }];

/** One command for every permission that the service demands. */
const cases: readonly Case[] = [
  { action: "kms:CreateKey", send: (to) => to.send(new client.CreateKeyCommand({})) },
  { action: "kms:TagResource", send: (to) => to.send(new client.CreateKeyCommand({ Tags })) },
  { action: "kms:DescribeKey", send: (to, { KeyId }) => to.send(new client.DescribeKeyCommand({ KeyId })) },
  { action: "kms:ListKeys", send: (to) => to.send(new client.ListKeysCommand({})) },
  { action: "kms:EnableKey", send: (to, { KeyId }) => to.send(new client.EnableKeyCommand({ KeyId })) },
  { action: "kms:DisableKey", send: (to, { KeyId }) => to.send(new client.DisableKeyCommand({ KeyId })) },
  {
    action: "kms:ScheduleKeyDeletion",
    send: (to, { KeyId }) => to.send(new client.ScheduleKeyDeletionCommand({ KeyId })),
  },
  { action: "kms:CancelKeyDeletion", send: (to, { KeyId }) => to.send(new client.CancelKeyDeletionCommand({ KeyId })) },
  {
    action: "kms:UpdateKeyDescription",
    send: (to, { KeyId }) => to.send(new client.UpdateKeyDescriptionCommand({ KeyId, Description: "x" })),
  },
  { action: "kms:GetKeyPolicy", send: (to, { KeyId }) => to.send(new client.GetKeyPolicyCommand({ KeyId })) },
  {
    action: "kms:PutKeyPolicy",
    send: (to, { KeyId }) => to.send(new client.PutKeyPolicyCommand({ KeyId, Policy: policy })),
  },
  { action: "kms:ListKeyPolicies", send: (to, { KeyId }) => to.send(new client.ListKeyPoliciesCommand({ KeyId })) },
  {
    action: "kms:CreateAlias",
    send: (to, { KeyId }) => to.send(new client.CreateAliasCommand({ AliasName: "alias/new", TargetKeyId: KeyId })),
  },
  {
    action: "kms:UpdateAlias",
    send: (to, { KeyId }) => to.send(new client.UpdateAliasCommand({ AliasName, TargetKeyId: KeyId })),
  },
  { action: "kms:DeleteAlias", send: (to) => to.send(new client.DeleteAliasCommand({ AliasName })) },
  { action: "kms:ListAliases", send: (to) => to.send(new client.ListAliasesCommand({})) },
  { action: "kms:Encrypt", send: (to, { KeyId }) => to.send(new client.EncryptCommand({ KeyId, Plaintext })) },
  { action: "kms:Decrypt", send: (to, { CiphertextBlob }) => to.send(new client.DecryptCommand({ CiphertextBlob })) },
  {
    action: "kms:ReEncryptFrom",
    send: (to, { KeyId, CiphertextBlob }) =>
      to.send(new client.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId })),
  },
  {
    action: "kms:ReEncryptTo",
    send: (to, { KeyId, CiphertextBlob }) =>
      to.send(new client.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId })),
  },
  {
    action: "kms:GenerateDataKey",
    send: (to, { KeyId }) => to.send(new client.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })),
  },
  {
    action: "kms:GenerateDataKeyWithoutPlaintext",
    send: (to, { KeyId }) => to.send(new client.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256" })),
  },
  {
    action: "kms:EnableKeyRotation",
    send: (to, { KeyId }) => to.send(new client.EnableKeyRotationCommand({ KeyId })),
  },
  {
    action: "kms:DisableKeyRotation",
    send: (to, { KeyId }) => to.send(new client.DisableKeyRotationCommand({ KeyId })),
  },
  {
    action: "kms:GetKeyRotationStatus",
    send: (to, { KeyId }) => to.send(new client.GetKeyRotationStatusCommand({ KeyId })),
  },
  {
    action: "kms:RotateKeyOnDemand",
    send: (to, { KeyId }) => to.send(new client.RotateKeyOnDemandCommand({ KeyId })),
  },
  {
    action: "kms:GetParametersForImport",
    send: (to, { KeyId }) =>
      to.send(
        new client.GetParametersForImportCommand({
          KeyId,
          WrappingAlgorithm: "RSAES_OAEP_SHA_256",
          WrappingKeySpec: "RSA_2048",
        }),
      ),
  },
  {
    action: "kms:ImportKeyMaterial",
    send: (to, { KeyId }) =>
      to.send(
        new client.ImportKeyMaterialCommand({
          KeyId,
          ImportToken: Plaintext,
          EncryptedKeyMaterial: Plaintext,
          ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }),
      ),
  },
  {
    action: "kms:DeleteImportedKeyMaterial",
    send: (to, { KeyId }) => to.send(new client.DeleteImportedKeyMaterialCommand({ KeyId })),
  },
  { action: "kms:ListKeyRotations", send: (to, { KeyId }) => to.send(new client.ListKeyRotationsCommand({ KeyId })) },
  { action: "kms:CreateGrant", send: (to, { KeyId }) => to.send(new client.CreateGrantCommand({ KeyId, ...grant })) },
  { action: "kms:ListGrants", send: (to, { KeyId }) => to.send(new client.ListGrantsCommand({ KeyId })) },
  {
    action: "kms:ListRetirableGrants",
    send: (to) => to.send(new client.ListRetirableGrantsCommand({ RetiringPrincipal: grant.GranteePrincipal })),
  },
  { action: "kms:RetireGrant", send: (to, { KeyId }) => to.send(new client.RetireGrantCommand({ KeyId, GrantId })) },
  { action: "kms:RevokeGrant", send: (to, { KeyId }) => to.send(new client.RevokeGrantCommand({ KeyId, GrantId })) },
  {
    action: "kms:GenerateDataKeyPair",
    send: (to, { KeyId }) => to.send(new client.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" })),
  },
  {
    action: "kms:GenerateDataKeyPairWithoutPlaintext",
    send: (to, { KeyId }) =>
      to.send(new client.GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" })),
  },
  {
    action: "kms:Sign",
    send: (to, { KeyId }) =>
      to.send(new client.SignCommand({ KeyId, Message: Plaintext, SigningAlgorithm: "ECDSA_SHA_256" })),
  },
  {
    action: "kms:Verify",
    send: (to, { KeyId }) =>
      to.send(
        new client.VerifyCommand({
          KeyId,
          Message: Plaintext,
          Signature: Plaintext,
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      ),
  },
  {
    action: "kms:GenerateMac",
    send: (to, { KeyId }) =>
      to.send(new client.GenerateMacCommand({ KeyId, Message: Plaintext, MacAlgorithm: "HMAC_SHA_256" })),
  },
  {
    action: "kms:VerifyMac",
    send: (to, { KeyId }) =>
      to.send(new client.VerifyMacCommand({ KeyId, Message: Plaintext, Mac: Plaintext, MacAlgorithm: "HMAC_SHA_256" })),
  },
  {
    action: "kms:DeriveSharedSecret",
    send: (to, { KeyId }) =>
      to.send(new client.DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: Plaintext })),
  },
  { action: "kms:GetPublicKey", send: (to, { KeyId }) => to.send(new client.GetPublicKeyCommand({ KeyId })) },
  { action: "kms:GenerateRandom", send: (to) => to.send(new client.GenerateRandomCommand({ NumberOfBytes: 1 })) },
  { action: "kms:TagResource", send: (to, { KeyId }) => to.send(new client.TagResourceCommand({ KeyId, Tags })) },
  {
    action: "kms:UntagResource",
    send: (to, { KeyId }) => to.send(new client.UntagResourceCommand({ KeyId, TagKeys: ["a"] })),
  },
  { action: "kms:ListResourceTags", send: (to, { KeyId }) => to.send(new client.ListResourceTagsCommand({ KeyId })) },
];

const denied = (action: string) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal(error.name, "AccessDeniedException");
  assert.ok(error.message.includes(action), error.message);
  return true;
};

test("each permission is demanded: without it the operation is denied, and the message names it", async () => {
  await inKeyHouse(async (house) => {
    const created = house.keys.create({});
    assert.ok(created.kind === "key");
    const KeyId = created.key.keyId;
    house.aliases.create(AliasName, KeyId);
    const encrypted = house.keyUse.encrypt(KeyId, Plaintext, {});
    assert.ok(encrypted.kind === "encrypted");
    for (const [index, { action, send }] of cases.entries()) {
      const denial = { Effect: "Deny", Action: action, Resource: "*" };
      const sender = kmsClient(house, house.user(`user-${index}`, allowAll, denial));
      await assert.rejects(send(sender, { KeyId, CiphertextBlob: encrypted.ciphertext }), denied(action), action);
    }
  });
});

test("a permission counts for its key only, however the key is named", async () => {
  await inKeyHouse(async (house) => {
    const [mine, other] = [house.keys.create({}), house.keys.create({})];
    assert.ok(mine.kind === "key" && other.kind === "key");
    house.aliases.create("alias/mine", mine.key.keyId);
    house.aliases.create("alias/other", other.key.keyId);
    const allowed = { Effect: "Allow", Action: "kms:Encrypt", Resource: mine.key.keyArn };
    const sender = kmsClient(house, house.user("ada", allowed));
    for (const KeyId of [mine.key.keyId, mine.key.keyArn, "alias/mine", house.aliases.arnOf("alias/mine")]) {
      await sender.send(new client.EncryptCommand({ KeyId, Plaintext }));
    }
    for (const KeyId of [other.key.keyId, other.key.keyArn, "alias/other", house.aliases.arnOf("alias/other")]) {
      await assert.rejects(sender.send(new client.EncryptCommand({ KeyId, Plaintext })), denied("kms:Encrypt"));
    }
  });
});

test("that a key does not exist is told to those only who may ask for it", async () => {
  await inKeyHouse(async (house) => {
    const administrator = kmsClient(house, house.user("administrator", allowAll));
    const stranger = kmsClient(house, house.user("eve"));
    for (const KeyId of [absent, "alias/none", "nonsense", `arn:aws:kms:us-east-1:999999999999:key/${absent}`]) {
      await assert.rejects(stranger.send(new client.DescribeKeyCommand({ KeyId })), denied("kms:DescribeKey"), KeyId);
    }
    for (const KeyId of [absent, "alias/none", "nonsense"]) {
      await assert.rejects(administrator.send(new client.DescribeKeyCommand({ KeyId })), client.NotFoundException);
    }
  });
});

test("conditions on the encryption context and on the alias hold", async () => {
  await inKeyHouse(async (house) => {
    const created = house.keys.create({});
    assert.ok(created.kind === "key");
    house.aliases.create("alias/project", created.key.keyId);
    const condition = {
      StringEquals: { "kms:EncryptionContext:project": "credit" },
      StringLike: { "kms:RequestAlias": "alias/pro*" },
    };
    const statement = { Effect: "Allow", Action: "kms:Encrypt", Resource: "*", Condition: condition };
    const sender = kmsClient(house, house.user("ada", statement));
    const encrypt = (KeyId: string, EncryptionContext: Record<string, string>) =>
      sender.send(new client.EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    await encrypt("alias/project", { project: "credit" });
    await assert.rejects(encrypt("alias/project", { project: "other" }), denied("kms:Encrypt"));
    await assert.rejects(encrypt("alias/project", {}), denied("kms:Encrypt"));
    await assert.rejects(encrypt(created.key.keyId, { project: "credit" }), denied("kms:Encrypt"));
    const ambiguous = encrypt("alias/project", { project: "credit", PROJECT: "other" });
    await assert.rejects(ambiguous, { name: "ValidationException" });
  });
});
