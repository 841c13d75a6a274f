import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateCustomKeyStoreCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  IncorrectKeyException,
  InvalidAliasNameException,
  InvalidCiphertextException,
  InvalidMarkerException,
  KMSInvalidStateException,
  LimitExceededException,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  MalformedPolicyDocumentException,
  NotFoundException,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  UpdatePrimaryRegionCommand,
} from "@aws-sdk/client-kms";
import type { KMSClient, KeyMetadata } from "@aws-sdk/client-kms";
import { accountId, allowAll, inKeyHouse } from "../../encryption/testing/key-house.ts";
import type { KeyHouse } from "../../encryption/testing/key-house.ts";
import { kmsClient } from "./testing/kms-client.ts";

const plaintext = Buffer.from("a secret of the project");
const context = { EncryptionContext: { project: "credit" } };

async function withClient(body: (client: KMSClient, house: KeyHouse) => Promise<void>): Promise<void> {
  await inKeyHouse(async (house) => {
    await body(kmsClient(house, house.user("administrator", allowAll)), house);
  });
}

async function newKey(client: KMSClient): Promise<KeyMetadata & { KeyId: string; Arn: string }> {
  const { KeyMetadata: made } = await client.send(new CreateKeyCommand({}));
  assert.ok(made?.KeyId !== undefined && made.Arn !== undefined);
  return { ...made, KeyId: made.KeyId, Arn: made.Arn };
}

const named = (name: string, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal(error.name, name);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

test("CreateKey and DescribeKey", async () => {
  await withClient(async (client, { clock }) => {
    const { KeyMetadata: made } = await client.send(
      new CreateKeyCommand({ Description: "the project's key", Tags: [{ TagKey: "project", TagValue: "credit" }] }),
    );
    assert.ok(made?.KeyId);
    assert.deepEqual(made, {
      AWSAccountId: accountId,
      KeyId: made.KeyId,
      Arn: `arn:aws:kms:us-east-1:${accountId}:key/${made.KeyId}`,
      CreationDate: clock.now(),
      Enabled: true,
      Description: "the project's key",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: "Enabled",
      Origin: "AWS_KMS",
      KeyManager: "CUSTOMER",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      MultiRegion: false,
      CurrentKeyMaterialId: made.CurrentKeyMaterialId,
    });
    assert.match(made.CurrentKeyMaterialId ?? "", /^[0-9a-f]{64}$/);
    const described = await client.send(new DescribeKeyCommand({ KeyId: made.KeyId }));
    assert.deepEqual(described.KeyMetadata, made);
    await client.send(new UpdateKeyDescriptionCommand({ KeyId: made.KeyId, Description: "another" }));
    const again = await client.send(new DescribeKeyCommand({ KeyId: made.KeyId }));
    assert.equal(again.KeyMetadata?.Description, "another");
  });
});

test("what is not supported is refused by name", async () => {
  await withClient(async (client) => {
    const refusals = [
      [new CreateKeyCommand({ KeySpec: "SM2", KeyUsage: "SIGN_VERIFY" }), /KeySpec|keySpec/],
      [new CreateKeyCommand({ KeySpec: "ML_KEM_768", KeyUsage: "ENCAPSULATE_DECAPSULATE" }), /KeySpec|KeyUsage/i],
      [new CreateKeyCommand({ Origin: "AWS_CLOUDHSM" }), /Origin|origin/],
      [new CreateKeyCommand({ Origin: "AWS_CLOUDHSM" }), /Origin|origin/],
      [new CreateKeyCommand({ Origin: "EXTERNAL_KEY_STORE" }), /Origin|origin/],
      [new CreateKeyCommand({ XksKeyId: "x" }), /XksKeyId|xksKeyId/],
      [new CreateKeyCommand({ MultiRegion: true }), /MultiRegion|multiRegion/],
      [new CreateKeyCommand({ CustomKeyStoreId: "cks-1" }), /CustomKeyStoreId|customKeyStoreId/],
    ] as const;
    for (const [command, message] of refusals) {
      await assert.rejects(client.send(command), named("ValidationException", message));
    }
    const { KeyId } = await newKey(client);
    const Recipient = { KeyEncryptionAlgorithm: "RSAES_OAEP_SHA_256" as const, AttestationDocument: plaintext };
    const enclave = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", Recipient });
    await assert.rejects(client.send(enclave), named("ValidationException", /Recipient|recipient/));
  });
});

test("Encrypt and Decrypt, without a KeyId and with the right or a wrong one", async () => {
  await withClient(async (client) => {
    const [one, other] = [await newKey(client), await newKey(client)];
    const { CiphertextBlob, KeyId } = await client.send(
      new EncryptCommand({ KeyId: one.KeyId, Plaintext: plaintext, ...context }),
    );
    assert.equal(KeyId, one.Arn);
    assert.ok(CiphertextBlob !== undefined && !Buffer.from(CiphertextBlob).includes(plaintext));
    const answer = await client.send(new DecryptCommand({ CiphertextBlob, ...context }));
    assert.deepEqual(Buffer.from(answer.Plaintext ?? []), plaintext);
    assert.equal(answer.KeyId, one.Arn);
    await client.send(new DecryptCommand({ CiphertextBlob, ...context, KeyId: one.Arn }));
    await assert.rejects(
      client.send(new DecryptCommand({ CiphertextBlob, ...context, KeyId: other.KeyId })),
      IncorrectKeyException,
    );
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob })), InvalidCiphertextException);
    await assert.rejects(
      client.send(new DecryptCommand({ CiphertextBlob: plaintext, ...context })),
      InvalidCiphertextException,
    );
  });
});

test("Encrypt takes 4096 bytes and no more", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const encrypted = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4096) }));
    const { CiphertextBlob } = encrypted;
    assert.equal((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext?.byteLength, 4096);
    for (const size of [0, 4097]) {
      const command = new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(size) });
      await assert.rejects(client.send(command), named("ValidationException", /[Pp]laintext/));
    }
  });
});

test("GenerateDataKey and GenerateDataKeyWithoutPlaintext, in every size", async () => {
  await withClient(async (client) => {
    const { KeyId, Arn } = await newKey(client);
    const sizes = [
      [{ KeySpec: "AES_256" }, 32],
      [{ KeySpec: "AES_128" }, 16],
      [{ NumberOfBytes: 64 }, 64],
    ] as const;
    for (const [size, bytes] of sizes) {
      const made = await client.send(new GenerateDataKeyCommand({ KeyId, ...size, ...context }));
      assert.equal(made.KeyId, Arn);
      assert.equal(made.Plaintext?.byteLength, bytes);
      const { CiphertextBlob } = made;
      const opened = await client.send(new DecryptCommand({ CiphertextBlob, ...context }));
      assert.deepEqual(opened.Plaintext, made.Plaintext);
      const sealed = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, ...size }));
      assert.ok(!("Plaintext" in sealed));
      const unsealed = await client.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
      assert.equal(unsealed.Plaintext?.byteLength, bytes);
    }
    for (const size of [{}, { KeySpec: "AES_256", NumberOfBytes: 32 } as const, { NumberOfBytes: 1025 }]) {
      await assert.rejects(client.send(new GenerateDataKeyCommand({ KeyId, ...size })), named("ValidationException"));
    }
  });
});

test("ReEncrypt moves a ciphertext to another key and context", async () => {
  await withClient(async (client) => {
    const [one, other] = [await newKey(client), await newKey(client)];
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: one.KeyId, Plaintext: plaintext, ...context }),
    );
    const moved = await client.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: context.EncryptionContext,
        DestinationKeyId: other.KeyId,
      }),
    );
    assert.deepEqual([moved.SourceKeyId, moved.KeyId], [one.Arn, other.Arn]);
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), plaintext);
  });
});

test("DisableKey and EnableKey; the refusal names the key", async () => {
  await withClient(async (client) => {
    const { KeyId, Arn } = await newKey(client);
    await client.send(new DisableKeyCommand({ KeyId }));
    const described = await client.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual([described.KeyMetadata?.KeyState, described.KeyMetadata?.Enabled], ["Disabled", false]);
    await assert.rejects(
      client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })),
      (error) => error instanceof DisabledException && error.message === `${Arn} is disabled.`,
    );
    await client.send(new EnableKeyCommand({ KeyId: Arn }));
    await client.send(new EncryptCommand({ KeyId, Plaintext: plaintext }));
  });
});

test("ScheduleKeyDeletion and CancelKeyDeletion", async () => {
  await withClient(async (client, { clock }) => {
    const { KeyId, Arn } = await newKey(client);
    const dueIn7Days = new Date(clock.now().getTime() + 7 * 86_400_000);
    const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal(scheduled.KeyId, Arn);
    assert.deepEqual([scheduled.KeyState, scheduled.DeletionDate], ["PendingDeletion", dueIn7Days]);
    await assert.rejects(client.send(new EnableKeyCommand({ KeyId })), KMSInvalidStateException);
    await assert.rejects(
      client.send(new EncryptCommand({ KeyId, Plaintext: plaintext })),
      (error) => error instanceof KMSInvalidStateException && error.message.includes(Arn),
    );
    assert.equal((await client.send(new CancelKeyDeletionCommand({ KeyId }))).KeyId, Arn);
    await assert.rejects(client.send(new CancelKeyDeletionCommand({ KeyId })), KMSInvalidStateException);
    const tooSoon = new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 6 });
    await assert.rejects(client.send(tooSoon), named("ValidationException"));
  });
});

test("aliases", async () => {
  await withClient(async (client) => {
    const [one, other] = [await newKey(client), await newKey(client)];
    const AliasName = "alias/project";
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: one.KeyId }));
    const aliasArn = `arn:aws:kms:us-east-1:${accountId}:${AliasName}`;
    assert.equal((await client.send(new DescribeKeyCommand({ KeyId: aliasArn }))).KeyMetadata?.KeyId, one.KeyId);
    await assert.rejects(
      client.send(new CreateAliasCommand({ AliasName, TargetKeyId: other.KeyId })),
      AlreadyExistsException,
    );
    await assert.rejects(
      client.send(new CreateAliasCommand({ AliasName: "project", TargetKeyId: one.KeyId })),
      InvalidAliasNameException,
    );
    await assert.rejects(
      client.send(new CreateAliasCommand({ AliasName: "alias/aws/mine", TargetKeyId: one.KeyId })),
      named("NotAuthorizedException", /alias\/aws\//),
    );
    await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.Arn }));
    const listed = await client.send(new ListAliasesCommand({ KeyId: other.KeyId }));
    assert.equal(listed.Truncated, false);
    assert.deepEqual(
      listed.Aliases?.map((alias) => [alias.AliasName, alias.AliasArn, alias.TargetKeyId]),
      [[AliasName, aliasArn, other.KeyId]],
    );
    // Operations that change a key want the key itself.
    await assert.rejects(client.send(new DisableKeyCommand({ KeyId: AliasName })), NotFoundException);
    await client.send(new DeleteAliasCommand({ AliasName }));
    await assert.rejects(
      client.send(new DescribeKeyCommand({ KeyId: AliasName })),
      named("NotFoundException", /Alias/),
    );
    await assert.rejects(client.send(new DeleteAliasCommand({ AliasName })), NotFoundException);
  });
});

test("ListKeys goes page by page, and takes its own markers only", async () => {
  await withClient(async (client) => {
    const made = [await newKey(client), await newKey(client), await newKey(client)].map(({ Arn }) => Arn);
    const first = await client.send(new ListKeysCommand({ Limit: 2 }));
    assert.equal(first.Truncated, true);
    const second = await client.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
    assert.deepEqual([second.Truncated, second.NextMarker], [false, undefined]);
    const listed = [...(first.Keys ?? []), ...(second.Keys ?? [])].map(({ KeyArn }) => KeyArn);
    assert.deepEqual(listed.sort(), made.sort());
    await assert.rejects(client.send(new ListKeysCommand({ Marker: "nonsense" })), InvalidMarkerException);
    await assert.rejects(client.send(new ListAliasesCommand({ Marker: first.NextMarker })), InvalidMarkerException);
  });
});

test("GetKeyPolicy, PutKeyPolicy and ListKeyPolicies", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client);
    const before = await client.send(new GetKeyPolicyCommand({ KeyId }));
    assert.match(before.Policy ?? "", /arn:aws:iam::111122223333:root/);
    const statement = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:user/administrator` },
      Action: "kms:*",
      Resource: "*",
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await client.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    assert.equal((await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy, Policy);
    assert.deepEqual((await client.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames, ["default"]);
    // From this call on, nobody else may do anything with the key, whatever IAM says.
    const other = kmsClient(house, house.user("another-administrator", allowAll));
    await assert.rejects(other.send(new DescribeKeyCommand({ KeyId })), named("AccessDeniedException"));
    await assert.rejects(
      client.send(new PutKeyPolicyCommand({ KeyId, Policy: "{}" })),
      MalformedPolicyDocumentException,
    );
    await assert.rejects(
      client.send(new CreateKeyCommand({ Policy: '{"Version":"2012-10-17","Statement":[{}]}' })),
      MalformedPolicyDocumentException,
    );
  });
});

test("a policy that shuts its author out is refused, unless that is meant", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const before = await client.send(new GetKeyPolicyCommand({ KeyId }));
    const statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Describe*", Resource: "*" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const refused = (error: unknown) =>
      error instanceof MalformedPolicyDocumentException && /will not allow you to update/.test(error.message);
    await assert.rejects(client.send(new PutKeyPolicyCommand({ KeyId, Policy })), refused);
    assert.equal((await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy, before.Policy);
    await assert.rejects(client.send(new CreateKeyCommand({ Policy })), refused);
    assert.equal((await client.send(new ListKeysCommand({}))).Keys?.length, 1);
    const meant = { Policy, BypassPolicyLockoutSafetyCheck: true };
    await client.send(new CreateKeyCommand(meant));
    await client.send(new PutKeyPolicyCommand({ KeyId, ...meant }));
    await client.send(new DescribeKeyCommand({ KeyId }));
    await assert.rejects(client.send(new GetKeyPolicyCommand({ KeyId })), named("AccessDeniedException"));
  });
});

test("tags", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const tags = [
      { TagKey: "a", TagValue: "1" },
      { TagKey: "b", TagValue: "" },
    ];
    await client.send(new TagResourceCommand({ KeyId, Tags: tags }));
    assert.deepEqual((await client.send(new ListResourceTagsCommand({ KeyId }))).Tags, tags);
    await client.send(new UntagResourceCommand({ KeyId, TagKeys: ["a"] }));
    assert.deepEqual((await client.send(new ListResourceTagsCommand({ KeyId }))).Tags, tags.slice(1));
    const fifty = Array.from({ length: 50 }, (_, i) => ({ TagKey: `t${i}`, TagValue: "" }));
    await assert.rejects(client.send(new TagResourceCommand({ KeyId, Tags: fifty })), LimitExceededException);
  });
});

test("GenerateRandom", async () => {
  await withClient(async (client) => {
    const { Plaintext } = await client.send(new GenerateRandomCommand({ NumberOfBytes: 32 }));
    assert.equal(Plaintext?.byteLength, 32);
    await assert.rejects(client.send(new GenerateRandomCommand({})), named("ValidationException"));
    await assert.rejects(client.send(new GenerateRandomCommand({ NumberOfBytes: 1025 })), named("ValidationException"));
  });
});

test("an operation that is not served answers a named error", async () => {
  await withClient(async (client) => {
    const KeyId = "00000000-0000-4000-8000-000000000000";
    const notServed = [
      () => client.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: "us-west-2" })),
      () => client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: "us-west-2" })),
      () => client.send(new CreateCustomKeyStoreCommand({ CustomKeyStoreName: "store" })),
      () => client.send(new DescribeCustomKeyStoresCommand({})),
    ];
    for (const send of notServed) await assert.rejects(send(), named("UnknownOperationException"));
  });
});
