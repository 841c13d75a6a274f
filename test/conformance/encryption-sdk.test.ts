/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: off -- the library makes its classes by functions */
import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { buildClient, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node";
import type { KmsKeyringNodeInput } from "@aws-crypto/client-node";
import type { DecryptCommandInput, EncryptCommandInput, GenerateDataKeyCommandInput } from "@aws-sdk/client-kms";
import {
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const context = { project: "credit", purpose: "conformance" };
const plaintext = Buffer.from("what the bank must not lose");

describe("the AWS Encryption SDK for JavaScript", { skip: await hostLacks() }, () => {
  const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
  });

  /** A keyring whose data keys are made and opened by this KMS. */
  function keyringOf(generatorKeyId: string, ...keyIds: string[]): KmsKeyringNode {
    const { kms } = house.clients;
    const client = {
      generateDataKey: (x: GenerateDataKeyCommandInput) => kms.send(new GenerateDataKeyCommand(x)),
      encrypt: (x: EncryptCommandInput) => kms.send(new EncryptCommand(x)),
      decrypt: (x: DecryptCommandInput) => kms.send(new DecryptCommand(x)),
    };
    // Its types are those of an older client, which told optional members otherwise.
    const clientProvider = (() => client) as unknown as NonNullable<KmsKeyringNodeInput["clientProvider"]>;
    return new KmsKeyringNode({ generatorKeyId, keyIds, clientProvider });
  }

  async function newKey(): Promise<string> {
    const { KeyMetadata } = await house.clients.kms.send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  }

  test("encrypts and decrypts under this KMS, commitment required, after a rotation too", async () => {
    const keyArn = await newKey();
    const { result } = await encrypt(keyringOf(keyArn), plaintext, { encryptionContext: context });
    assert.ok(!result.includes(plaintext));
    await house.clients.kms.send(new RotateKeyOnDemandCommand({ KeyId: keyArn }));
    const opened = await decrypt(keyringOf(keyArn), result);
    assert.deepEqual(opened.plaintext, plaintext);
    for (const [name, value] of Object.entries(context)) {
      assert.equal(opened.messageHeader.encryptionContext[name], value);
    }
    const suite = opened.messageHeader.suiteId;
    assert.equal(suite, 0x0578, "HKDF with key commitment and a signature");
  });

  test("either of two keys opens what both wrapped", async () => {
    const [one, other] = [await newKey(), await newKey()];
    const { result } = await encrypt(keyringOf(one, other), plaintext, { encryptionContext: context });
    await house.clients.kms.send(new DisableKeyCommand({ KeyId: one }));
    assert.deepEqual((await decrypt(keyringOf(other), result)).plaintext, plaintext);
    await assert.rejects(decrypt(keyringOf(one), result), /unable to decrypt data key/i);
  });

  test("a message whose context was changed opens under no key", async () => {
    const keyArn = await newKey();
    const { result } = await encrypt(keyringOf(keyArn), plaintext, { encryptionContext: context });
    const changed = Buffer.from(result);
    const at = changed.indexOf("credit");
    assert.ok(at > 0);
    changed.write("debits", at);
    await assert.rejects(decrypt(keyringOf(keyArn), changed), /unable to decrypt data key/i);
  });

  test("another key does not open it, nor a disabled one, which wraps nothing either", async () => {
    const [keyArn, other] = [await newKey(), await newKey()];
    const { result } = await encrypt(keyringOf(keyArn), plaintext, { encryptionContext: context });
    // The library asks no key that the message does not name.
    await assert.rejects(decrypt(keyringOf(other), result), /unencryptedDataKey has not been set/);
    await house.clients.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    await assert.rejects(decrypt(keyringOf(keyArn), result), /is disabled/);
    await assert.rejects(encrypt(keyringOf(keyArn), plaintext, { encryptionContext: context }), /disabled/);
  });
});
