import assert from "node:assert/strict";
import { createHmac, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import {
  DeriveSharedSecretCommand,
  DisabledException,
  DisableKeyCommand,
  DryRunOperationException,
  GenerateMacCommand,
  GetPublicKeyCommand,
  InvalidKeyUsageException,
  KMSInvalidMacException,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const Message = Buffer.from("what was agreed");
const macs = [
  ["HMAC_224", "HMAC_SHA_224", 28],
  ["HMAC_256", "HMAC_SHA_256", 32],
  ["HMAC_384", "HMAC_SHA_384", 48],
  ["HMAC_512", "HMAC_SHA_512", 64],
] as const;
const forMacs = { KeyUsage: "GENERATE_VERIFY_MAC" } as const;
const forAgreement = { KeyUsage: "KEY_AGREEMENT" } as const;

test("GenerateMac and VerifyMac by every algorithm", async () => {
  await withClient(async (client, { materialOf }) => {
    for (const [KeySpec, MacAlgorithm, bytes] of macs) {
      const { KeyId, Arn, MacAlgorithms } = await newKey(client, { KeySpec, ...forMacs });
      assert.deepEqual(MacAlgorithms, [MacAlgorithm]);
      const asked = { KeyId, Message, MacAlgorithm };
      const { Mac, KeyId: used } = await client.send(new GenerateMacCommand(asked));
      const secret = materialOf(KeyId);
      assert.equal(secret.byteLength, bytes);
      const elsewhere = createHmac(`sha${bytes * 8}`, secret)
        .update(Message)
        .digest();
      assert.deepEqual([Buffer.from(Mac ?? []), used], [elsewhere, Arn]);
      assert.equal((await client.send(new VerifyMacCommand({ ...asked, Mac }))).MacValid, true);
      const changed = Buffer.from(elsewhere);
      changed[0] = (changed[0] ?? 0) ^ 1;
      for (const wrong of [{ Mac: changed }, { Mac: elsewhere.subarray(1) }, { Mac, Message: Buffer.from("other") }]) {
        await assert.rejects(client.send(new VerifyMacCommand({ ...asked, ...wrong })), KMSInvalidMacException);
      }
      const other = await newKey(client, { KeySpec, ...forMacs });
      await assert.rejects(
        client.send(new VerifyMacCommand({ ...asked, Mac, KeyId: other.KeyId })),
        KMSInvalidMacException,
      );
    }
  });
});

test("MACs: wrong algorithms, other keys, limits, states, DryRun, conditions", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client, { KeySpec: "HMAC_256", ...forMacs });
    const asked = { KeyId, Message, MacAlgorithm: "HMAC_SHA_256" as const };
    const sha512 = { ...asked, MacAlgorithm: "HMAC_SHA_512" as const };
    await assert.rejects(client.send(new GenerateMacCommand(sha512)), InvalidKeyUsageException);
    const symmetric = (await newKey(client)).KeyId;
    await assert.rejects(client.send(new GenerateMacCommand({ ...asked, KeyId: symmetric })), InvalidKeyUsageException);
    await client.send(new GenerateMacCommand({ ...asked, Message: Buffer.alloc(4096) }));
    for (const size of [0, 4097]) {
      const command = new GenerateMacCommand({ ...asked, Message: Buffer.alloc(size) });
      await assert.rejects(client.send(command), named("ValidationException"));
    }
    const { Mac } = await client.send(new GenerateMacCommand(asked));
    await assert.rejects(client.send(new GenerateMacCommand({ ...asked, DryRun: true })), DryRunOperationException);
    await assert.rejects(client.send(new VerifyMacCommand({ ...asked, Mac, DryRun: true })), DryRunOperationException);
    const Condition = { StringEquals: { "kms:MacAlgorithm": "HMAC_SHA_512" } };
    const statement = { Effect: "Allow", Action: "kms:*Mac", Resource: "*", Condition };
    const limited = kmsClient(house, house.user("limited", statement));
    await assert.rejects(limited.send(new GenerateMacCommand(asked)), named("AccessDeniedException"));
    await assert.rejects(limited.send(new VerifyMacCommand({ ...asked, Mac })), named("AccessDeniedException"));
    const long = await newKey(client, { KeySpec: "HMAC_512", ...forMacs });
    await limited.send(new GenerateMacCommand({ ...sha512, KeyId: long.KeyId }));
    await client.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(client.send(new GenerateMacCommand(asked)), DisabledException);
    await assert.rejects(client.send(new VerifyMacCommand({ ...asked, Mac })), DisabledException);
  });
});

test("DeriveSharedSecret agrees with whoever has the other key", async () => {
  await withClient(async (client) => {
    const curves = [
      ["ECC_NIST_P256", "prime256v1"],
      ["ECC_NIST_P384", "secp384r1"],
      ["ECC_NIST_P521", "secp521r1"],
    ] as const;
    for (const [KeySpec, namedCurve] of curves) {
      const { KeyId, Arn, KeyAgreementAlgorithms } = await newKey(client, { KeySpec, ...forAgreement });
      assert.deepEqual(KeyAgreementAlgorithms, ["ECDH"]);
      const theirs = generateKeyPairSync("ec", { namedCurve });
      const PublicKey = theirs.publicKey.export({ format: "der", type: "spki" });
      const asked = { KeyId, KeyAgreementAlgorithm: "ECDH" as const, PublicKey };
      const derived = await client.send(new DeriveSharedSecretCommand(asked));
      const told = await client.send(new GetPublicKeyCommand({ KeyId }));
      const ours = createPublicKey({ key: Buffer.from(told.PublicKey ?? []), format: "der", type: "spki" });
      const expected = diffieHellman({ privateKey: theirs.privateKey, publicKey: ours });
      assert.deepEqual(
        [Buffer.from(derived.SharedSecret ?? []), derived.KeyId, derived.KeyOrigin],
        [expected, Arn, "AWS_KMS"],
      );
    }
  });
});

test("DeriveSharedSecret refuses other curves, what is no key, other keys and states", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client, { KeySpec: "ECC_NIST_P256", ...forAgreement });
    const spki = (namedCurve: string) =>
      generateKeyPairSync("ec", { namedCurve }).publicKey.export({ format: "der", type: "spki" });
    const PublicKey = spki("prime256v1");
    const asked = { KeyId, KeyAgreementAlgorithm: "ECDH" as const, PublicKey };
    const offCurve = Buffer.from(PublicKey);
    offCurve[offCurve.byteLength - 1] = (offCurve.at(-1) ?? 0) ^ 1;
    const explicit = generateKeyPairSync("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" });
    const wrong = [
      ...[spki("secp384r1"), spki("secp256k1"), offCurve, Buffer.from("x"), Buffer.concat([PublicKey, Buffer.of(0)])],
      explicit.publicKey.export({ format: "der", type: "spki" }),
      generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "der", type: "spki" }),
    ];
    for (const [index, key] of wrong.entries()) {
      const command = new DeriveSharedSecretCommand({ ...asked, PublicKey: key });
      await assert.rejects(client.send(command), named("ValidationException", /PublicKey/), String(index));
    }
    const signing = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
    const bySigning = new DeriveSharedSecretCommand({ ...asked, KeyId: signing.KeyId });
    await assert.rejects(client.send(bySigning), InvalidKeyUsageException);
    await assert.rejects(
      client.send(new DeriveSharedSecretCommand({ ...asked, DryRun: true })),
      DryRunOperationException,
    );
    const Condition = { StringNotEquals: { "kms:KeyAgreementAlgorithm": "ECDH" } };
    const statement = { Effect: "Allow", Action: "kms:DeriveSharedSecret", Resource: "*", Condition };
    const limited = kmsClient(house, house.user("limited", statement));
    await assert.rejects(limited.send(new DeriveSharedSecretCommand(asked)), named("AccessDeniedException"));
    await client.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(client.send(new DeriveSharedSecretCommand(asked)), DisabledException);
  });
});
