import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ImportKeyMaterialCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { KMSClient } from "@aws-sdk/client-kms";
import { wrapForImport } from "../../../encryption/testing/bring-material.ts";
import { allowAll } from "../../../encryption/testing/key-house.ts";
import { bring, external, parametersFor, stays } from "../testing/bring.ts";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const hourMs = 3_600_000;
const dayMs = 24 * 3_600_000;
const Plaintext = Buffer.from("a secret of the project");

const stateOf = async (client: KMSClient, KeyId: string) =>
  (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

const encrypted = async (client: KMSClient, KeyId: string) =>
  (await client.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob;

async function opens(client: KMSClient, CiphertextBlob: Uint8Array | undefined): Promise<void> {
  const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
}

const pendingImport = (arn: string) => named("KMSInvalidStateException", new RegExp(`^${arn} is pending import\\.$`));

test("a key without material waits for it, takes it, loses it and takes the same one again", async () => {
  await withClient(async (client, house) => {
    const { KeyId, Arn, ...made } = await external(client);
    assert.deepEqual(
      [made.Origin, made.KeyState, made.Enabled, made.ExpirationModel, made.CurrentKeyMaterialId],
      ["EXTERNAL", "PendingImport", false, undefined, undefined],
    );
    await assert.rejects(encrypted(client, KeyId), pendingImport(Arn));
    await assert.rejects(client.send(new EnableKeyCommand({ KeyId })), pendingImport(Arn));

    const material = randomBytes(32);
    const parameters = await parametersFor(client, { KeyId });
    assert.deepEqual(
      [parameters.KeyId, parameters.ParametersValidTo],
      [Arn, new Date(house.clock.now().getTime() + dayMs)],
    );
    const imported = await bring(client, { KeyId, material });
    assert.equal(imported.KeyId, Arn);
    assert.match(imported.KeyMaterialId ?? "", /^[0-9a-f]{64}$/);
    const described = await stateOf(client, KeyId);
    assert.deepEqual(
      [described?.KeyState, described?.ExpirationModel, described?.CurrentKeyMaterialId],
      ["Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE", imported.KeyMaterialId],
    );
    const sealed = await encrypted(client, KeyId);
    assert.deepEqual(house.materialOf(KeyId), material);

    const deleted = await client.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    assert.deepEqual([deleted.KeyId, deleted.KeyMaterialId], [Arn, imported.KeyMaterialId]);
    await assert.rejects(encrypted(client, KeyId), pendingImport(Arn));
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob: sealed })), pendingImport(Arn));
    assert.equal((await stateOf(client, KeyId))?.KeyState, "PendingImport");
    // To delete what is gone changes nothing.
    await client.send(new DeleteImportedKeyMaterialCommand({ KeyId }));

    await assert.rejects(
      bring(client, { KeyId, material: randomBytes(32) }),
      named("IncorrectKeyMaterialException", new RegExp(Arn)),
    );
    await house.restart();
    const later = kmsClient(house, house.user("later", allowAll));
    const again = await bring(later, { KeyId, material });
    assert.equal(again.KeyMaterialId, imported.KeyMaterialId);
    await opens(later, sealed);
  });
});

test("material expires on its day, whether or not a sweep has run, and comes back", async () => {
  await withClient(async (client, house) => {
    const { KeyId, Arn } = await external(client);
    const material = randomBytes(32);
    const ValidTo = new Date(house.clock.now().getTime() + hourMs);
    const { KeyMaterialId } = await bring(client, { KeyId, material, over: { ValidTo } });
    const described = await stateOf(client, KeyId);
    assert.deepEqual([described?.ExpirationModel, described?.ValidTo], ["KEY_MATERIAL_EXPIRES", ValidTo]);
    const listed = await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" }));
    assert.deepEqual(listed.Rotations, [
      {
        ...{ KeyId: Arn, KeyMaterialId, KeyMaterialState: "CURRENT", ImportState: "IMPORTED" },
        ...{ ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo },
      },
    ]);
    const sealed = await encrypted(client, KeyId);
    house.clock.advance(hourMs - 1);
    await opens(client, sealed);
    house.clock.advance(1);
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob: sealed })), pendingImport(Arn));
    assert.deepEqual(house.deeds, [{ name: "DeleteExpiredKeyMaterial", keyArn: Arn, materialId: KeyMaterialId }]);
    const after = await stateOf(client, KeyId);
    assert.deepEqual(
      [after?.KeyState, after?.ExpirationModel, after?.ValidTo],
      ["PendingImport", undefined, undefined],
    );
    const gone = await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" }));
    assert.deepEqual([gone.Rotations?.[0]?.ImportState, gone.Rotations?.[0]?.ValidTo], ["PENDING_IMPORT", undefined]);

    // To bring the same one once more sets another day, also while it is still there.
    const later = new Date(house.clock.now().getTime() + 365 * dayMs);
    await bring(client, { KeyId, material, over: { ValidTo: later } });
    assert.deepEqual((await stateOf(client, KeyId))?.ValidTo, later);
    await bring(client, { KeyId, material });
    assert.equal((await stateOf(client, KeyId))?.ExpirationModel, "KEY_MATERIAL_DOES_NOT_EXPIRE");
    await opens(client, sealed);
    house.clock.advance(400 * dayMs);
    assert.equal(house.keys.sweep(), 0);
    await opens(client, sealed);
  });
});

test("new material waits for a rotation on demand, and the key needs all that it ever encrypted with", async () => {
  await withClient(async (client, house) => {
    const { KeyId, Arn } = await external(client);
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const one = await bring(client, { KeyId, material: first, over: { KeyMaterialDescription: "from the safe" } });
    const old = await encrypted(client, KeyId);
    await assert.rejects(
      client.send(new RotateKeyOnDemandCommand({ KeyId })),
      named("KMSInvalidStateException", /waits for a rotation/),
    );
    const isNew = { ImportType: "NEW_KEY_MATERIAL" } as const;
    await assert.rejects(
      bring(client, { KeyId, material: first, over: isNew }),
      named("IncorrectKeyMaterialException"),
    );
    const two = await bring(client, { KeyId, material: second, over: isNew });
    const states = async () => {
      const listed = await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" }));
      return listed.Rotations?.map((entry) => [entry.KeyMaterialId, entry.KeyMaterialState, entry.ImportState]);
    };
    assert.deepEqual(await states(), [
      [one.KeyMaterialId, "CURRENT", "IMPORTED"],
      [two.KeyMaterialId, "PENDING_ROTATION", "IMPORTED"],
    ]);
    assert.equal((await client.send(new ListKeyRotationsCommand({ KeyId }))).Rotations?.length, 0);
    await assert.rejects(
      bring(client, { KeyId, material: randomBytes(32), over: isNew }),
      named("KMSInvalidStateException", /waits for its rotation/),
    );
    // What waits can be taken away without a trace, and does not stop the key.
    await client.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId: two.KeyMaterialId }));
    assert.deepEqual(await states(), [[one.KeyMaterialId, "CURRENT", "IMPORTED"]]);
    const ValidTo = new Date(house.clock.now().getTime() + hourMs);
    await bring(client, { KeyId, material: second, over: { ...isNew, ValidTo } });
    house.clock.advance(hourMs);
    assert.deepEqual(await states(), [[one.KeyMaterialId, "CURRENT", "IMPORTED"]]);
    await opens(client, old);
    await bring(client, { KeyId, material: second, over: isNew });

    await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    assert.equal((await stateOf(client, KeyId))?.CurrentKeyMaterialId, two.KeyMaterialId);
    const fresh = await encrypted(client, KeyId);
    await opens(client, old);
    const rotations = await client.send(new ListKeyRotationsCommand({ KeyId }));
    assert.deepEqual(
      rotations.Rotations?.map(({ RotationType, RotationDate }) => [RotationType, RotationDate]),
      [["ON_DEMAND", house.clock.now()]],
    );

    await client.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId: one.KeyMaterialId }));
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob: fresh })), pendingImport(Arn));
    const wrongId = { ImportType: "EXISTING_KEY_MATERIAL", KeyMaterialId: two.KeyMaterialId } as const;
    await assert.rejects(
      bring(client, { KeyId, material: first, over: wrongId }),
      named("IncorrectKeyMaterialException", /not the one with the id/),
    );
    await bring(client, { KeyId, material: first, over: { KeyMaterialId: one.KeyMaterialId } });
    const described = await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" }));
    assert.equal(described.Rotations?.[0]?.KeyMaterialDescription, "from the safe");
    await opens(client, old);
    await opens(client, fresh);
    const absent = new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId: "0".repeat(64) });
    await assert.rejects(client.send(absent), named("NotFoundException"));
  });
});

test("a key whose material is imported is not rotated by itself; keys of KMS's own take no imports", async () => {
  await withClient(async (client) => {
    const { KeyId } = await external(client);
    await bring(client, { KeyId, material: randomBytes(32) });
    await assert.rejects(
      client.send(new EnableKeyRotationCommand({ KeyId })),
      named("UnsupportedOperationException", /origin is EXTERNAL/),
    );
    assert.equal((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
    const own = await newKey(client);
    const unsupported = named("UnsupportedOperationException", /origin is AWS_KMS/);
    await assert.rejects(parametersFor(client, { KeyId: own.KeyId }), unsupported);
    await assert.rejects(client.send(new DeleteImportedKeyMaterialCommand({ KeyId: own.KeyId })), unsupported);
    const { ImportToken } = await parametersFor(client, { KeyId });
    const foreign = { KeyId: own.KeyId, ImportToken, EncryptedKeyMaterial: randomBytes(256), ...stays };
    await assert.rejects(client.send(new ImportKeyMaterialCommand(foreign)), unsupported);
    const lattice = { KeySpec: "ML_DSA_44", KeyUsage: "SIGN_VERIFY", Origin: "EXTERNAL" } as const;
    await assert.rejects(
      client.send(new CreateKeyCommand(lattice)),
      named("UnsupportedOperationException", /Origin EXTERNAL.*ML_DSA_44/),
    );
  });
});

test("a key that waits for its deletion takes no material, but loses it", async () => {
  await withClient(async (client) => {
    const { KeyId, Arn } = await external(client);
    const material = randomBytes(32);
    await bring(client, { KeyId, material });
    const { ImportToken, PublicKey } = await parametersFor(client, { KeyId });
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const pending = named("KMSInvalidStateException", new RegExp(`${Arn} is pending deletion`));
    await assert.rejects(parametersFor(client, { KeyId }), pending);
    const EncryptedKeyMaterial = wrapForImport(PublicKey, "RSAES_OAEP_SHA_256", material);
    const importing = new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ...stays });
    await assert.rejects(client.send(importing), pending);
    await client.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    assert.equal((await stateOf(client, KeyId))?.KeyState, "PendingDeletion");
    await client.send(new CancelKeyDeletionCommand({ KeyId }));
    assert.equal((await stateOf(client, KeyId))?.KeyState, "PendingImport");
    await bring(client, { KeyId, material });
    assert.equal((await stateOf(client, KeyId))?.KeyState, "Enabled");
  });
});
