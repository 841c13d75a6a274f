import assert from "node:assert/strict";
import { constants, createHash, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { test } from "node:test";
import {
  CreateAliasCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  DryRunOperationException,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  InvalidKeyUsageException,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  NotFoundException,
  ScheduleKeyDeletionCommand,
  SignCommand,
  UnsupportedOperationException,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import type { KeySpec, KMSClient, MessageType, SigningAlgorithmSpec, VerifyCommandOutput } from "@aws-sdk/client-kms";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const message = Buffer.from("what was agreed");
const KeyUsage = "SIGN_VERIFY" as const;

const rsa: readonly SigningAlgorithmSpec[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

const specs: readonly (readonly [KeySpec, readonly SigningAlgorithmSpec[]])[] = [
  ["RSA_2048", rsa],
  ["RSA_3072", rsa.slice(0, 1)],
  ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
  ["ECC_NIST_P384", ["ECDSA_SHA_384"]],
  ["ECC_NIST_P521", ["ECDSA_SHA_512"]],
  ["ECC_SECG_P256K1", ["ECDSA_SHA_256"]],
  ["ECC_NIST_EDWARDS25519", ["ED25519_SHA_512", "ED25519_PH_SHA_512"]],
  ["ML_DSA_44", ["ML_DSA_SHAKE_256"]],
  ["ML_DSA_65", ["ML_DSA_SHAKE_256"]],
  ["ML_DSA_87", ["ML_DSA_SHAKE_256"]],
];

const hashOf = (algorithm: string): string => `sha${algorithm.slice(-3)}`;
const digestOf = (algorithm: string, bytes: Uint8Array) => createHash(hashOf(algorithm)).update(bytes).digest();

/** What node:crypto says of a signature over the message, beside the server. */
function holdsElsewhere(publicKey: KeyObject, algorithm: string, signature: Uint8Array): boolean {
  if (algorithm.startsWith("ML_DSA") || algorithm === "ED25519_SHA_512") {
    return verify(null, message, publicKey, signature);
  }
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const key = { key: publicKey, ...(algorithm.includes("PSS") && pss) };
  return verify(hashOf(algorithm), message, key, signature);
}

/** The message types that KMS takes for an algorithm. */
function typesOf(algorithm: SigningAlgorithmSpec): readonly MessageType[] {
  if (algorithm === "ED25519_PH_SHA_512") return ["DIGEST"];
  return algorithm.startsWith("ML_DSA") || algorithm === "ED25519_SHA_512" ? ["RAW"] : ["RAW", "DIGEST"];
}

async function publicKeyOf(client: KMSClient, KeyId: string): Promise<KeyObject> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
}

test("Sign and Verify by every algorithm; a message and its digest have the same signatures", async () => {
  await withClient(async (client) => {
    for (const [KeySpec, algorithms] of specs) {
      const { KeyId, Arn, ...made } = await newKey(client, { KeySpec, KeyUsage });
      if (algorithms.length > 1 || !KeySpec.startsWith("RSA")) assert.deepEqual(made.SigningAlgorithms, algorithms);
      const publicKey = await publicKeyOf(client, KeyId);
      for (const SigningAlgorithm of algorithms) {
        const types = typesOf(SigningAlgorithm);
        const bytesOf = (type: MessageType) => (type === "RAW" ? message : digestOf(SigningAlgorithm, message));
        for (const MessageType of types) {
          const asked = { KeyId, SigningAlgorithm, MessageType, Message: bytesOf(MessageType) };
          const { Signature, KeyId: usedKey } = await client.send(new SignCommand(asked));
          assert.ok(Signature !== undefined && usedKey === Arn);
          // node:crypto has no Ed25519ph: digest-signatures.test.ts compares it with what RFC 8032 gives.
          if (SigningAlgorithm !== "ED25519_PH_SHA_512")
            assert.ok(holdsElsewhere(publicKey, SigningAlgorithm, Signature), `${SigningAlgorithm} ${MessageType}`);
          for (const type of types) {
            const held: VerifyCommandOutput = await client.send(
              new VerifyCommand({ ...asked, MessageType: type, Message: bytesOf(type), Signature }),
            );
            assert.equal(held.SignatureValid, true);
            for (const at of [0, Signature.byteLength >> 1, Signature.byteLength - 1]) {
              const changed = Buffer.from(Signature);
              changed[at] = (changed[at] ?? 0) ^ 1;
              const wrong = { ...asked, MessageType: type, Message: bytesOf(type), Signature: changed };
              await assert.rejects(client.send(new VerifyCommand(wrong)), KMSInvalidSignatureException);
            }
          }
          const other = {
            ...asked,
            Message: MessageType === "RAW" ? Buffer.from("other") : digestOf(SigningAlgorithm, Buffer.from("other")),
          };
          await assert.rejects(client.send(new VerifyCommand({ ...other, Signature })), KMSInvalidSignatureException);
        }
      }
    }
  });
});

test("what another key signed does not hold", async () => {
  await withClient(async (client) => {
    for (const [KeySpec, SigningAlgorithm] of [
      ["RSA_2048", "RSASSA_PSS_SHA_256"],
      ["ECC_NIST_P256", "ECDSA_SHA_256"],
    ] as const) {
      const [one, other] = [await newKey(client, { KeySpec, KeyUsage }), await newKey(client, { KeySpec, KeyUsage })];
      for (const MessageType of ["RAW", "DIGEST"] as const) {
        const Message = MessageType === "RAW" ? message : digestOf(SigningAlgorithm, message);
        const asked = { Message, MessageType, SigningAlgorithm };
        const { Signature } = await client.send(new SignCommand({ ...asked, KeyId: one.KeyId }));
        const elsewhere = new VerifyCommand({ ...asked, KeyId: other.KeyId, Signature });
        await assert.rejects(client.send(elsewhere), KMSInvalidSignatureException);
      }
    }
  });
});

test("GetPublicKey tells the key and what it is for; symmetric and HMAC keys have none", async () => {
  await withClient(async (client) => {
    const { KeyId, Arn } = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage });
    const { PublicKey, ...told } = await client.send(new GetPublicKeyCommand({ KeyId }));
    assert.deepEqual(told, {
      $metadata: told.$metadata,
      KeyId: Arn,
      CustomerMasterKeySpec: "ECC_NIST_P256",
      KeySpec: "ECC_NIST_P256",
      KeyUsage,
      SigningAlgorithms: ["ECDSA_SHA_256"],
    });
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
    assert.equal(key.asymmetricKeyDetails?.namedCurve, "prime256v1");
    const without = [
      await newKey(client),
      await newKey(client, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }),
    ];
    for (const other of without) {
      await assert.rejects(client.send(new GetPublicKeyCommand(other)), UnsupportedOperationException);
    }
  });
});

test("a key does what it was made for, by its own algorithms, while it is enabled", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage });
    const { KeyId: symmetric } = await newKey(client);
    const { KeyId: encrypting } = await newKey(client, { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
    const signing = (id: string, SigningAlgorithm: SigningAlgorithmSpec) =>
      client.send(new SignCommand({ KeyId: id, Message: message, SigningAlgorithm }));
    await assert.rejects(signing(KeyId, "ECDSA_SHA_384"), InvalidKeyUsageException);
    await assert.rejects(signing(KeyId, "RSASSA_PSS_SHA_256"), InvalidKeyUsageException);
    await assert.rejects(signing(symmetric, "ECDSA_SHA_256"), InvalidKeyUsageException);
    await assert.rejects(signing(encrypting, "RSASSA_PSS_SHA_256"), InvalidKeyUsageException);
    await assert.rejects(signing("00000000-0000-4000-8000-000000000000", "ECDSA_SHA_256"), NotFoundException);
    await assert.rejects(client.send(new EncryptCommand({ KeyId, Plaintext: message })), InvalidKeyUsageException);
    const dataKey = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" });
    await assert.rejects(client.send(dataKey), InvalidKeyUsageException);
    await client.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(signing(KeyId, "ECDSA_SHA_256"), DisabledException);
    await assert.rejects(client.send(new GetPublicKeyCommand({ KeyId })), DisabledException);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await assert.rejects(signing(KeyId, "ECDSA_SHA_256"), KMSInvalidStateException);
    assert.equal((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState, "PendingDeletion");
  });
});

test("limits: 4096 bytes, digests of the right length, message types that are offered, DryRun", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage });
    const SigningAlgorithm = "ECDSA_SHA_256";
    await client.send(new SignCommand({ KeyId, SigningAlgorithm, Message: Buffer.alloc(4096) }));
    const wrong = [
      { Message: Buffer.alloc(4097) },
      { Message: Buffer.alloc(0) },
      { Message: Buffer.alloc(31), MessageType: "DIGEST" as const },
      { Message: Buffer.alloc(64), MessageType: "EXTERNAL_MU" as const },
      { Message: message, SigningAlgorithm: "SM2DSA" as const },
    ];
    for (const one of wrong) {
      const command = new SignCommand({ KeyId, SigningAlgorithm, ...one });
      await assert.rejects(client.send(command), named("ValidationException"), JSON.stringify(one));
    }
    await assert.rejects(
      client.send(new SignCommand({ KeyId, SigningAlgorithm: "ED25519_SHA_512", Message: message })),
      InvalidKeyUsageException,
    );
    const { KeyId: edwards } = await newKey(client, { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage });
    for (const one of [
      { MessageType: "DIGEST", SigningAlgorithm: "ED25519_SHA_512", Message: Buffer.alloc(64) },
      { MessageType: "RAW", SigningAlgorithm: "ED25519_PH_SHA_512", Message: Buffer.alloc(64) },
      { MessageType: "DIGEST", SigningAlgorithm: "ED25519_PH_SHA_512", Message: Buffer.alloc(63) },
    ] as const) {
      const command = new SignCommand({ KeyId: edwards, ...one });
      await assert.rejects(client.send(command), named("ValidationException"), JSON.stringify(one));
    }
    const mlDsa = await newKey(client, { KeySpec: "ML_DSA_44", KeyUsage });
    const digest = {
      Message: Buffer.alloc(64),
      MessageType: "DIGEST" as const,
      SigningAlgorithm: "ML_DSA_SHAKE_256" as const,
    };
    await assert.rejects(client.send(new SignCommand({ KeyId: mlDsa.KeyId, ...digest })), named("ValidationException"));
    const asked = { KeyId, SigningAlgorithm, Message: message } as const;
    const { Signature } = await client.send(new SignCommand(asked));
    const trials = [
      new SignCommand({ ...asked, DryRun: true }),
      new VerifyCommand({ ...asked, Signature, DryRun: true }),
    ] as const;
    await assert.rejects(client.send(trials[0]), DryRunOperationException);
    await assert.rejects(client.send(trials[1]), DryRunOperationException);
  });
});

test("CreateKey takes specs with the usages that fit them", async () => {
  await withClient(async (client) => {
    const wrong = [
      { KeySpec: "RSA_2048" },
      { KeySpec: "RSA_2048", KeyUsage: "KEY_AGREEMENT" },
      { KeySpec: "ECC_NIST_P256", KeyUsage: "ENCRYPT_DECRYPT" },
      { KeySpec: "ECC_SECG_P256K1", KeyUsage: "KEY_AGREEMENT" },
      { KeySpec: "HMAC_256", KeyUsage: "SIGN_VERIFY" },
      { KeySpec: "ML_DSA_44", KeyUsage: "ENCRYPT_DECRYPT" },
      { KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "SIGN_VERIFY" },
      { KeySpec: "RSA_2048", CustomerMasterKeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" },
    ] as const;
    for (const input of wrong) {
      await assert.rejects(
        newKey(client, input),
        named("ValidationException", /Key(Spec|Usage)/),
        JSON.stringify(input),
      );
    }
  });
});

test("conditions on algorithm, message type, kind of key and alias hold", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client, { KeySpec: "RSA_2048", KeyUsage });
    const other = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage });
    await client.send(new CreateAliasCommand({ AliasName: "alias/signer", TargetKeyId: KeyId }));
    const asked = { KeyId, Message: message, SigningAlgorithm: "RSASSA_PSS_SHA_256" as const };
    const elsewhere = { ...asked, KeyId: other.KeyId, SigningAlgorithm: "ECDSA_SHA_256" as const };
    const digest = { Message: digestOf("SHA_256", message), MessageType: "DIGEST" as const };
    const cases = [
      [
        "kms:SigningAlgorithm",
        "RSASSA_PSS_SHA_256",
        asked,
        { ...asked, SigningAlgorithm: "RSASSA_PSS_SHA_384" as const },
      ],
      ["kms:MessageType", "RAW", asked, { ...asked, ...digest }],
      ["kms:KeySpec", "RSA_2048", asked, elsewhere],
      ["kms:CustomerMasterKeySpec", "RSA_2048", asked, elsewhere],
      ["kms:RequestAlias", "alias/signer", { ...asked, KeyId: "alias/signer" }, asked],
    ] as const;
    for (const [index, [key, value, has, lacks]] of cases.entries()) {
      const Condition = { StringEquals: { [key]: value } };
      const statement = { Effect: "Allow", Action: "kms:Sign", Resource: "*", Condition };
      const signer = kmsClient(house, house.user(`signer-${index}`, statement));
      await signer.send(new SignCommand(has));
      await assert.rejects(signer.send(new SignCommand(lacks)), named("AccessDeniedException"), key);
    }
  });
});

test("a signature made elsewhere with either half of s holds", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client, { KeySpec: "ECC_SECG_P256K1", KeyUsage });
    const key = house.privateKeyOf(KeyId);
    for (let i = 0; i < 16; i += 1) {
      const Signature = sign("sha256", message, key);
      const asked = {
        KeyId,
        Message: digestOf("SHA_256", message),
        MessageType: "DIGEST",
        SigningAlgorithm: "ECDSA_SHA_256",
      } as const;
      assert.equal((await client.send(new VerifyCommand({ ...asked, Signature }))).SignatureValid, true);
    }
  });
});
