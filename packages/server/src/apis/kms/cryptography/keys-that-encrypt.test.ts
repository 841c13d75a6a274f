import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, publicEncrypt, constants } from "node:crypto";
import { test } from "node:test";
import {
  CreateAliasCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DisabledException,
  DisableKeyCommand,
  DryRunOperationException,
  EncryptCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetPublicKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  InvalidKeyUsageException,
  NotFoundException,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import type { DataKeyPairSpec, KMSClient } from "@aws-sdk/client-kms";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const Plaintext = Buffer.from("a secret of the project");
const rsaKey = { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" } as const;
const context = { EncryptionContext: { project: "credit" } };

test("RSA keys encrypt and decrypt by both algorithms, up to what they take", async () => {
  await withClient(async (client) => {
    const { KeyId, Arn, EncryptionAlgorithms } = await newKey(client, rsaKey);
    assert.deepEqual(EncryptionAlgorithms, ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]);
    const sizes = [
      ["RSAES_OAEP_SHA_1", 214],
      ["RSAES_OAEP_SHA_256", 190],
    ] as const;
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
    for (const [EncryptionAlgorithm, bytesMax] of sizes) {
      const asked = { KeyId, EncryptionAlgorithm };
      const most = Buffer.alloc(bytesMax, 7);
      const { CiphertextBlob } = await client.send(new EncryptCommand({ ...asked, Plaintext: most }));
      const opened = await client.send(new DecryptCommand({ ...asked, CiphertextBlob }));
      assert.deepEqual([Buffer.from(opened.Plaintext ?? []), opened.KeyId], [most, Arn]);
      const tooMuch = new EncryptCommand({ ...asked, Plaintext: Buffer.alloc(bytesMax + 1) });
      await assert.rejects(client.send(tooMuch), named("ValidationException"));
      const oaepHash = EncryptionAlgorithm.endsWith("1") ? "sha1" : "sha256";
      const elsewhere = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, Plaintext);
      const read = await client.send(new DecryptCommand({ ...asked, CiphertextBlob: elsewhere }));
      assert.deepEqual(Buffer.from(read.Plaintext ?? []), Plaintext);
      const changed = Buffer.from(elsewhere);
      changed[10] = (changed[10] ?? 0) ^ 1;
      await assert.rejects(
        client.send(new DecryptCommand({ ...asked, CiphertextBlob: changed })),
        InvalidCiphertextException,
      );
    }
  });
});

test("an RSA ciphertext needs its key and its algorithm, and takes no context", async () => {
  await withClient(async (client) => {
    const [one, other, symmetric] = [await newKey(client, rsaKey), await newKey(client, rsaKey), await newKey(client)];
    const EncryptionAlgorithm = "RSAES_OAEP_SHA_256" as const;
    const asked = { KeyId: one.KeyId, EncryptionAlgorithm };
    const { CiphertextBlob } = await client.send(new EncryptCommand({ ...asked, Plaintext }));
    const refusals = [
      [{ EncryptionAlgorithm }, named("ValidationException", /KeyId/)],
      [{ ...asked, KeyId: other.KeyId }, InvalidCiphertextException],
      [{ ...asked, EncryptionAlgorithm: "RSAES_OAEP_SHA_1" as const }, InvalidCiphertextException],
      [{ ...asked, ...context }, named("ValidationException", /EncryptionContext/)],
      [{ ...asked, KeyId: symmetric.KeyId }, InvalidKeyUsageException],
      [{ ...asked, KeyId: "00000000-0000-4000-8000-000000000000" }, NotFoundException],
    ] as const;
    for (const [input, refusal] of refusals) {
      await assert.rejects(
        client.send(new DecryptCommand({ CiphertextBlob, ...input })),
        refusal,
        JSON.stringify(input),
      );
    }
    const withContext = new EncryptCommand({ ...asked, Plaintext, ...context });
    await assert.rejects(client.send(withContext), named("ValidationException", /EncryptionContext/));
    await assert.rejects(client.send(new EncryptCommand({ KeyId: one.KeyId, Plaintext })), InvalidKeyUsageException);
    const bySymmetric = new EncryptCommand({ ...asked, KeyId: symmetric.KeyId, Plaintext });
    await assert.rejects(client.send(bySymmetric), InvalidKeyUsageException);
  });
});

test("ReEncrypt moves between symmetric and RSA keys", async () => {
  await withClient(async (client) => {
    const [rsa, symmetric] = [await newKey(client, rsaKey), await newKey(client)];
    const algorithm = "RSAES_OAEP_SHA_256" as const;
    const first = await client.send(new EncryptCommand({ KeyId: symmetric.KeyId, Plaintext, ...context }));
    const { CiphertextBlob } = await client.send(
      new ReEncryptCommand({
        CiphertextBlob: first.CiphertextBlob,
        SourceEncryptionContext: context.EncryptionContext,
        DestinationKeyId: rsa.KeyId,
        DestinationEncryptionAlgorithm: algorithm,
      }),
    );
    const source = { SourceKeyId: rsa.KeyId, SourceEncryptionAlgorithm: algorithm };
    const back = await client.send(
      new ReEncryptCommand({ CiphertextBlob, ...source, DestinationKeyId: symmetric.KeyId }),
    );
    assert.deepEqual(
      [back.SourceEncryptionAlgorithm, back.DestinationEncryptionAlgorithm],
      [algorithm, "SYMMETRIC_DEFAULT"],
    );
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: back.CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
    const other = { SourceKeyId: symmetric.KeyId, DestinationKeyId: rsa.KeyId, CiphertextBlob: back.CiphertextBlob };
    const foreign = new ReEncryptCommand({ ...other, SourceKeyId: (await newKey(client)).KeyId });
    await assert.rejects(client.send(foreign), IncorrectKeyException);
  });
});

test("GenerateDataKeyPair and GenerateDataKeyPairWithoutPlaintext, of every spec", async () => {
  await withClient(async (client, house) => {
    const { KeyId, Arn, CurrentKeyMaterialId } = await newKey(client);
    const specs: DataKeyPairSpec[] = [
      "RSA_2048",
      "RSA_3072",
      "ECC_NIST_P256",
      "ECC_NIST_P384",
      "ECC_NIST_P521",
      "ECC_SECG_P256K1",
      "ECC_NIST_EDWARDS25519",
    ];
    for (const KeyPairSpec of specs) {
      const made = await client.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec, ...context }));
      assert.deepEqual([made.KeyId, made.KeyPairSpec, made.KeyMaterialId], [Arn, KeyPairSpec, CurrentKeyMaterialId]);
      const privateKey = createPrivateKey({
        key: Buffer.from(made.PrivateKeyPlaintext ?? []),
        format: "der",
        type: "pkcs8",
      });
      const publicDer = createPublicKey(privateKey).export({ format: "der", type: "spki" });
      assert.deepEqual(Buffer.from(made.PublicKey ?? []), publicDer);
      const opened = await client.send(
        new DecryptCommand({ CiphertextBlob: made.PrivateKeyCiphertextBlob, ...context }),
      );
      assert.deepEqual(opened.Plaintext, made.PrivateKeyPlaintext);
    }
    const asked = { KeyId, KeyPairSpec: "ECC_NIST_P256" as const };
    const sealed = await client.send(new GenerateDataKeyPairWithoutPlaintextCommand(asked));
    assert.ok(!("PrivateKeyPlaintext" in sealed));
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: sealed.PrivateKeyCiphertextBlob }));
    const privateKey = createPrivateKey({ key: Buffer.from(opened.Plaintext ?? []), format: "der", type: "pkcs8" });
    assert.deepEqual(
      createPublicKey(privateKey).export({ format: "der", type: "spki" }),
      Buffer.from(sealed.PublicKey ?? []),
    );
    for (const KeyPairSpec of ["SM2", "ML_KEM_768"] as const) {
      await assert.rejects(
        client.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec })),
        named("ValidationException"),
      );
    }
    const rsa = await newKey(client, rsaKey);
    const wrong = new GenerateDataKeyPairCommand({ ...asked, KeyId: rsa.KeyId });
    await assert.rejects(client.send(wrong), InvalidKeyUsageException);
    const Condition = { StringEquals: { "kms:DataKeyPairSpec": "ECC_NIST_P256" } };
    const statement = { Effect: "Allow", Action: "kms:GenerateDataKeyPair*", Resource: "*", Condition };
    const limited = kmsClient(house, house.user("limited", statement));
    await limited.send(new GenerateDataKeyPairCommand(asked));
    const other = { ...asked, KeyPairSpec: "ECC_NIST_P384" as const };
    await assert.rejects(limited.send(new GenerateDataKeyPairCommand(other)), named("AccessDeniedException"));
    await assert.rejects(
      limited.send(new GenerateDataKeyPairWithoutPlaintextCommand(other)),
      named("AccessDeniedException"),
    );
    await client.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(client.send(new GenerateDataKeyPairCommand(asked)), DisabledException);
  });
});

test("a symmetric ciphertext whose key id was changed is an invalid one, not a missing key", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
    for (let at = 0; at < 21; at += 1) {
      const changed = Buffer.from(CiphertextBlob ?? []);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const asked = { CiphertextBlob: changed };
      await assert.rejects(client.send(new DecryptCommand(asked)), InvalidCiphertextException, `byte ${at}`);
      const moved = new ReEncryptCommand({ ...asked, DestinationKeyId: KeyId });
      await assert.rejects(client.send(moved), InvalidCiphertextException, `byte ${at}`);
    }
  });
});

test("no two ciphertexts of a key have a part in common that could be exchanged", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const blobs: Buffer[] = [];
    for (const project of ["credit", "credit", "other"]) {
      const made = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { project } }));
      blobs.push(Buffer.from(made.CiphertextBlob ?? []));
    }
    // Header, version, salt, commitment, ciphertext, tag: each taken from another blob.
    const ends = [21, 22, 54, 86, 86 + Plaintext.byteLength, 86 + Plaintext.byteLength + 16];
    for (const [i, a] of blobs.entries()) {
      assert.equal(a.byteLength, ends.at(-1));
      for (const [j, b] of blobs.entries()) {
        if (i === j) continue;
        for (const [part, end] of ends.entries()) {
          const start = ends[part - 1] ?? 0;
          const swapped = Buffer.concat([a.subarray(0, start), b.subarray(start, end), a.subarray(end)]);
          if (swapped.equals(a)) continue;
          const asked = { CiphertextBlob: swapped, EncryptionContext: { project: i === 2 ? "other" : "credit" } };
          await assert.rejects(client.send(new DecryptCommand(asked)), InvalidCiphertextException, `part ${part}`);
        }
      }
    }
  });
});

test("DryRun checks all and answers nothing", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client);
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
    const trials = (DryRun: true): ((to: KMSClient) => Promise<unknown>)[] => [
      (to) => to.send(new EncryptCommand({ KeyId, Plaintext, DryRun })),
      (to) => to.send(new DecryptCommand({ CiphertextBlob, DryRun })),
      (to) => to.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId, DryRun })),
      (to) => to.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", DryRun })),
      (to) => to.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256", DryRun })),
      (to) => to.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256", DryRun })),
      (to) => to.send(new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256", DryRun })),
    ];
    const stranger = kmsClient(house, house.user("eve"));
    for (const trial of trials(true)) {
      await assert.rejects(trial(client), DryRunOperationException);
      await assert.rejects(trial(stranger), named("AccessDeniedException"));
    }
    await client.send(new DisableKeyCommand({ KeyId }));
    for (const trial of trials(true)) await assert.rejects(trial(client), DisabledException);
  });
});

test("an alias of an RSA key is decided on as the key it names when it is used", async () => {
  await withClient(async (client, house) => {
    const [mine, other] = [await newKey(client, rsaKey), await newKey(client, rsaKey)];
    const AliasName = "alias/mine";
    const asked = { KeyId: AliasName, EncryptionAlgorithm: "RSAES_OAEP_SHA_256" as const };
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: mine.KeyId }));
    const user = kmsClient(house, house.user("ada", { Effect: "Allow", Action: "kms:*crypt", Resource: mine.Arn }));
    const { CiphertextBlob } = await user.send(new EncryptCommand({ ...asked, Plaintext }));
    await user.send(new DecryptCommand({ ...asked, CiphertextBlob }));
    await client.send(new DeleteAliasCommand({ AliasName }));
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: other.KeyId }));
    await assert.rejects(user.send(new DecryptCommand({ ...asked, CiphertextBlob })), named("AccessDeniedException"));
  });
});
