import assert from "node:assert/strict";
import { createECDH, generateKeyPairSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { test } from "node:test";
import {
  DeleteImportedKeyMaterialCommand,
  GenerateMacCommand,
  GetParametersForImportCommand,
  GetPublicKeyCommand,
  ImportKeyMaterialCommand,
  SignCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import type { AlgorithmSpec, ImportKeyMaterialCommandInput, KMSClient, WrappingKeySpec } from "@aws-sdk/client-kms";
import type { WrappingAlgorithm } from "../../../encryption/import-wrapping.ts";
import { wrapForImport } from "../../../encryption/testing/bring-material.ts";
import { allowAll } from "../../../encryption/testing/key-house.ts";
import { bring, external, parametersFor, stays } from "../testing/bring.ts";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const hourMs = 3_600_000;
const dayMs = 24 * 3_600_000;
const Plaintext = Buffer.from("a secret of the project");

const pendingImport = (arn: string) => named("KMSInvalidStateException", new RegExp(`^${arn} is pending import\\.$`));

function encodedPair(pair: { privateKey: KeyObject; publicKey: KeyObject }) {
  return {
    privateKey: pair.privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: pair.publicKey.export({ format: "der", type: "spki" }),
  };
}

test("a private or secret key of every kind that KMS takes, wrapped in every way that fits it", async () => {
  await withClient(async (client, house) => {
    const rsa = (modulusLength: number) => encodedPair(generateKeyPairSync("rsa", { modulusLength }));
    const ec = (namedCurve: string) => encodedPair(generateKeyPairSync("ec", { namedCurve }));
    const ed25519 = () => encodedPair(generateKeyPairSync("ed25519"));
    const wide: readonly WrappingAlgorithm[] = ["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"];
    const both: readonly WrappingAlgorithm[] = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
    const pairs = [
      { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY", pair: rsa(2048), ways: wide },
      { KeySpec: "RSA_3072", KeyUsage: "ENCRYPT_DECRYPT", pair: rsa(3072), ways: wide },
      { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT", pair: ec("prime256v1"), ways: [...both, ...wide] },
      { KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY", pair: ec("secp384r1"), ways: both },
      { KeySpec: "ECC_SECG_P256K1", KeyUsage: "SIGN_VERIFY", pair: ec("secp256k1"), ways: both },
      { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY", pair: ed25519(), ways: [...both, ...wide] },
    ] as const;
    for (const { KeySpec, KeyUsage, pair, ways } of pairs) {
      const { KeyId } = await external(client, { KeySpec, KeyUsage });
      for (const algorithm of ways) {
        const imported = await bring(client, { KeyId, material: pair.privateKey, algorithm });
        assert.equal(imported.KeyMaterialId, undefined);
        const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
        assert.deepEqual(Buffer.from(PublicKey ?? []), pair.publicKey, `${KeySpec} by ${algorithm}`);
      }
    }
    for (const [KeySpec, bytes] of [
      ["HMAC_224", 28],
      ["HMAC_256", 32],
      ["HMAC_384", 48],
      ["HMAC_512", 64],
    ] as const) {
      const { KeyId } = await external(client, { KeySpec, KeyUsage: "GENERATE_VERIFY_MAC" });
      await assert.rejects(
        bring(client, { KeyId, material: randomBytes(bytes - 1) }),
        named("IncorrectKeyMaterialException", /key spec HMAC/),
      );
      await bring(client, { KeyId, material: randomBytes(bytes), spec: "RSA_4096" });
      const MacAlgorithm = `HMAC_SHA_${KeySpec.slice(5)}` as "HMAC_SHA_256";
      const { Mac } = await client.send(new GenerateMacCommand({ KeyId, MacAlgorithm, Message: Plaintext }));
      const verdict = await client.send(new VerifyMacCommand({ KeyId, MacAlgorithm, Message: Plaintext, Mac }));
      assert.equal(verdict.MacValid, true);
    }
    const large = await external(client, { KeySpec: "ECC_NIST_P521", KeyUsage: "SIGN_VERIFY" });
    await bring(client, { KeyId: large.KeyId, material: ec("secp521r1").privateKey, spec: "RSA_3072" });
    const signing = { KeyId: large.KeyId, Message: Plaintext, SigningAlgorithm: "ECDSA_SHA_512" } as const;
    await client.send(new SignCommand(signing));
    await client.send(new DeleteImportedKeyMaterialCommand({ KeyId: large.KeyId }));
    await assert.rejects(client.send(new SignCommand(signing)), pendingImport(large.Arn));
    await assert.rejects(client.send(new GetPublicKeyCommand({ KeyId: large.KeyId })), pendingImport(large.Arn));
    await assert.rejects(
      bring(client, { KeyId: large.KeyId, material: ec("secp521r1").privateKey, spec: "RSA_3072" }),
      named("IncorrectKeyMaterialException"),
    );
    assert.ok(house.keys.find(large.KeyId).kind === "found");
  });
});

test("a private key that is none for the key, or not sound, is not taken", async () => {
  await withClient(async (client) => {
    const { KeyId } = await external(client, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
    const pair = (curve: string) => generateKeyPairSync("ec", { namedCurve: curve }).privateKey;
    const der = (key: ReturnType<typeof pair>) => key.export({ format: "der", type: "pkcs8" });
    const own = der(pair("prime256v1"));
    const other = createECDH("prime256v1");
    other.generateKeys();
    // Another pair's public half in place of its own: signatures of the one would pass for the other's.
    const mixed = Buffer.concat([own.subarray(0, -65), other.getPublicKey()]);
    const broken = Buffer.from(own);
    broken[2] = 7;
    for (const [what, material] of [
      ["another curve", der(pair("secp256k1"))],
      ["another kind", generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" })],
      ["a public key of another pair", mixed],
      ["something behind it", Buffer.concat([own, Buffer.of(0)])],
      ["no DER", randomBytes(138)],
      ["a broken one", broken],
      ["SEC 1 in place of PKCS #8", pair("prime256v1").export({ format: "der", type: "sec1" })],
    ] as const) {
      const refused = named("IncorrectKeyMaterialException", /key spec ECC_NIST_P256/);
      await assert.rejects(bring(client, { KeyId, material }), refused, what);
    }
    await bring(client, { KeyId, material: own });

    const rsaKey = await external(client, { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
    const algorithm = "RSA_AES_KEY_WRAP_SHA_256" as const;
    const rsa = (over: { modulusLength?: number; publicExponent?: number }) =>
      generateKeyPairSync("rsa", { modulusLength: 2048, ...over }).privateKey;
    const sound = rsa({}).export({ format: "der", type: "pkcs8" });
    const bent = Buffer.from(sound);
    // The last bytes are the coefficient, with which the faster half of every signature is made.
    bent[bent.byteLength - 1] = (bent.at(-1) ?? 0) ^ 1;
    for (const material of [
      rsa({ modulusLength: 3072 }).export({ format: "der", type: "pkcs8" }),
      rsa({ publicExponent: 3 }).export({ format: "der", type: "pkcs8" }),
      bent,
    ]) {
      const refused = named("IncorrectKeyMaterialException", /key spec RSA_2048/);
      await assert.rejects(bring(client, { KeyId: rsaKey.KeyId, material, algorithm }), refused);
    }
    await bring(client, { KeyId: rsaKey.KeyId, material: sound, algorithm });
  });
});

test("an import token counts for its key, its wrapping key and 24 hours, over a restart too", async () => {
  await withClient(async (client, house) => {
    const [one, two] = [await external(client), await external(client)];
    const material = randomBytes(32);
    const first = await parametersFor(client, { KeyId: one.KeyId });
    const second = await parametersFor(client, { KeyId: one.KeyId, algorithm: "RSA_AES_KEY_WRAP_SHA_256" });
    const send = (
      to: KMSClient,
      KeyId: string,
      ImportToken: Uint8Array | undefined,
      EncryptedKeyMaterial: Uint8Array,
    ) => to.send(new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ...stays }));
    const wrapped = wrapForImport(first.PublicKey, "RSAES_OAEP_SHA_256", material);
    const invalidToken = named("InvalidImportTokenException");
    await assert.rejects(send(client, two.KeyId, first.ImportToken, wrapped), invalidToken);
    await assert.rejects(send(client, one.KeyId, randomBytes(200), wrapped), invalidToken);
    const bent = Buffer.from(first.ImportToken ?? []);
    bent[bent.byteLength - 1] = (bent.at(-1) ?? 0) ^ 1;
    await assert.rejects(send(client, one.KeyId, bent, wrapped), invalidToken);

    const invalid = named("InvalidCiphertextException");
    await assert.rejects(send(client, one.KeyId, second.ImportToken, wrapped), invalid);
    await assert.rejects(send(client, one.KeyId, first.ImportToken, wrapped.subarray(1)), invalid);
    await assert.rejects(send(client, one.KeyId, first.ImportToken, material), invalid);
    const otherDigest = wrapForImport(first.PublicKey, "RSAES_OAEP_SHA_1", material);
    await assert.rejects(send(client, one.KeyId, first.ImportToken, otherDigest), invalid);
    const throughAes = wrapForImport(second.PublicKey, "RSA_AES_KEY_WRAP_SHA_256", material);
    for (let at = 250; at < throughAes.byteLength; at += 7) {
      const changed = Buffer.from(throughAes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assert.rejects(send(client, one.KeyId, second.ImportToken, changed), invalid, `byte ${at}`);
    }

    await house.restart();
    const later = kmsClient(house, house.user("later", allowAll));
    house.clock.advance(dayMs - 1);
    await send(later, one.KeyId, first.ImportToken, wrapped);
    house.clock.advance(1);
    const expired = named("ExpiredImportTokenException");
    await assert.rejects(send(later, one.KeyId, first.ImportToken, wrapped), expired);
    house.keys.sweep();
    await assert.rejects(send(later, one.KeyId, second.ImportToken, throughAes), expired);
  });
});

test("of one key's import tokens the last sixteen count", async () => {
  await withClient(async (client) => {
    const { KeyId } = await external(client);
    const material = randomBytes(32);
    const first = await parametersFor(client, { KeyId });
    const second = await parametersFor(client, { KeyId });
    for (let i = 0; i < 15; i += 1) await parametersFor(client, { KeyId });
    const send = ({ ImportToken, PublicKey }: typeof first) => {
      const EncryptedKeyMaterial = wrapForImport(PublicKey, "RSAES_OAEP_SHA_256", material);
      return client.send(new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ...stays }));
    };
    await assert.rejects(send(first), named("InvalidImportTokenException", /too many/));
    await send(second);
  });
});

test("members that do not go together, and what is over a limit, is refused by name", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await external(client);
    const material = randomBytes(32);
    const now = house.clock.now().getTime();
    const refusedBy = async (over: Partial<ImportKeyMaterialCommandInput>, message: RegExp, id = KeyId) => {
      const parameters = await parametersFor(client, { KeyId: id });
      const EncryptedKeyMaterial = wrapForImport(parameters.PublicKey, "RSAES_OAEP_SHA_256", material);
      const base = { KeyId: id, ImportToken: parameters.ImportToken, EncryptedKeyMaterial };
      const name = id === KeyId ? "ValidationException" : "UnsupportedOperationException";
      await assert.rejects(client.send(new ImportKeyMaterialCommand({ ...base, ...over })), named(name, message));
    };
    await refusedBy({}, /ValidTo must be specified/);
    await refusedBy({ ...stays, ValidTo: new Date(now + hourMs) }, /ValidTo is not valid/);
    await refusedBy({ ValidTo: new Date(now) }, /in the future/);
    await refusedBy({ ValidTo: new Date(now + 365 * dayMs + 1000) }, /365 days/);
    const both = { ImportType: "NEW_KEY_MATERIAL", KeyMaterialId: "0".repeat(64) } as const;
    await refusedBy({ ...stays, ...both }, /KeyMaterialId is not valid/);
    await refusedBy({ ...stays, KeyMaterialId: "0".repeat(63) }, /keyMaterialId/i);
    await refusedBy({ ...stays, KeyMaterialDescription: "x".repeat(257) }, /keyMaterialDescription/i);
    await refusedBy({ ...stays, EncryptedKeyMaterial: randomBytes(6145) }, /encryptedKeyMaterial/i);
    await refusedBy({ ...stays, ImportToken: randomBytes(6145) }, /importToken/i);
    await assert.rejects(
      bring(client, { KeyId, material, over: { ImportType: "EXISTING_KEY_MATERIAL" } }),
      named("IncorrectKeyMaterialException"),
    );
    const hmac = await external(client, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    await refusedBy({ ...stays, ImportType: "NEW_KEY_MATERIAL" }, /ImportType is supported for symmetric/, hmac.KeyId);
    await refusedBy({ ...stays, KeyMaterialDescription: "x" }, /KeyMaterialDescription/, hmac.KeyId);
    const ask = (KeySpec: "RSA_2048" | "ECC_NIST_P521", WrappingAlgorithm: string, WrappingKeySpec: string) =>
      external(client, { KeySpec, KeyUsage: "SIGN_VERIFY" }).then((key) =>
        client.send(
          new GetParametersForImportCommand({
            KeyId: key.KeyId,
            WrappingAlgorithm: WrappingAlgorithm as AlgorithmSpec,
            WrappingKeySpec: WrappingKeySpec as WrappingKeySpec,
          }),
        ),
      );
    const unsupported = named("UnsupportedOperationException", /Wrapping algorithm RSAES_OAEP_SHA_256/);
    await assert.rejects(ask("RSA_2048", "RSAES_OAEP_SHA_256", "RSA_4096"), unsupported);
    await assert.rejects(ask("ECC_NIST_P521", "RSAES_OAEP_SHA_256", "RSA_2048"), unsupported);
    await ask("ECC_NIST_P521", "RSA_AES_KEY_WRAP_SHA_256", "RSA_2048");
    await assert.rejects(
      ask("RSA_2048", "RSAES_PKCS1_V1_5", "RSA_2048"),
      named("ValidationException", /wrappingAlgorithm/i),
    );
    await assert.rejects(ask("RSA_2048", "RSAES_OAEP_SHA_1", "SM2"), named("ValidationException", /wrappingKeySpec/i));
  });
});

test("conditions on the wrapping, on the origin and on how long the material stays hold", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await external(client);
    const material = randomBytes(32);
    const seconds = Math.floor(house.clock.now().getTime() / 1000) + 86_400;
    const limited = kmsClient(
      house,
      house.user(
        "limited",
        {
          Effect: "Allow",
          Action: "kms:CreateKey",
          Resource: "*",
          Condition: { StringEquals: { "kms:KeyOrigin": "AWS_KMS" } },
        },
        {
          ...{ Effect: "Allow", Action: "kms:GetParametersForImport", Resource: "*" },
          Condition: {
            StringEquals: { "kms:WrappingAlgorithm": "RSAES_OAEP_SHA_256", "kms:WrappingKeySpec": "RSA_3072" },
          },
        },
        {
          ...{ Effect: "Allow", Action: "kms:ImportKeyMaterial", Resource: "*" },
          Condition: {
            StringEquals: { "kms:ExpirationModel": "KEY_MATERIAL_EXPIRES" },
            NumericLessThanEquals: { "kms:ValidTo": String(seconds) },
            DateLessThanEquals: { "kms:ValidTo": new Date(seconds * 1000).toISOString() },
          },
        },
      ),
    );
    const denied = named("AccessDeniedException");
    await assert.rejects(external(limited), denied);
    await newKey(limited);
    await assert.rejects(parametersFor(limited, { KeyId }), denied);
    await assert.rejects(parametersFor(limited, { KeyId, spec: "RSA_3072", algorithm: "RSAES_OAEP_SHA_1" }), denied);
    const ValidTo = (over: number) => ({ ValidTo: new Date((seconds + over) * 1000) });
    await assert.rejects(bring(limited, { KeyId, material, spec: "RSA_3072", over: ValidTo(1) }), denied);
    await assert.rejects(bring(limited, { KeyId, material, spec: "RSA_3072", over: stays }), denied);
    await bring(limited, { KeyId, material, spec: "RSA_3072", over: ValidTo(0) });
  });
});
