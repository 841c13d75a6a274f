import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  InvalidMarkerException,
  KMSInvalidStateException,
  LimitExceededException,
  ListKeyRotationsCommand,
  NotFoundException,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { KMSClient } from "@aws-sdk/client-kms";
import { allowAll } from "../../../encryption/testing/key-house.ts";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const dayMs = 86_400_000;
const Plaintext = Buffer.from("a secret of the project");

async function encrypted(client: KMSClient, KeyId: string): Promise<Uint8Array> {
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
  assert.ok(CiphertextBlob !== undefined);
  return CiphertextBlob;
}

async function materialIn(client: KMSClient, CiphertextBlob: Uint8Array | undefined): Promise<string> {
  const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
  return opened.KeyMaterialId ?? "";
}

test("rotation on demand: new material for what is new, the old one for what is old, ReEncrypt moves", async () => {
  await withClient(async (client, house) => {
    const { KeyId, Arn, CurrentKeyMaterialId: first } = await newKey(client);
    const old = await encrypted(client, KeyId);
    assert.deepEqual((await client.send(new RotateKeyOnDemandCommand({ KeyId }))).KeyId, Arn);
    const described = await client.send(new DescribeKeyCommand({ KeyId }));
    const second = described.KeyMetadata?.CurrentKeyMaterialId ?? "";
    assert.notEqual(second, first);
    assert.equal(await materialIn(client, old), first);
    assert.equal(await materialIn(client, await encrypted(client, KeyId)), second);
    const dataKey = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
    assert.equal(dataKey.KeyMaterialId, second);
    const moved = await client.send(new ReEncryptCommand({ CiphertextBlob: old, DestinationKeyId: KeyId }));
    assert.deepEqual([moved.SourceKeyMaterialId, moved.DestinationKeyMaterialId], [first, second]);
    assert.equal(await materialIn(client, moved.CiphertextBlob), second);
    await house.restart();
    const again = kmsClient(house, house.user("another", allowAll));
    assert.equal(await materialIn(again, old), first);
    assert.equal(await materialIn(again, moved.CiphertextBlob), second);
  });
});

test("a ciphertext opens under the version of the material that it names, and no other", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const old = await encrypted(client, KeyId);
    await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    const fresh = await encrypted(client, KeyId);
    for (const [blob, version] of [[old, 2] as const, [fresh, 1] as const, [fresh, 3] as const]) {
      const changed = Buffer.from(blob);
      changed.writeUInt32BE(version, 17);
      await assert.rejects(
        client.send(new DecryptCommand({ CiphertextBlob: changed })),
        named("InvalidCiphertextException"),
      );
    }
  });
});

test("automatic rotation, by use and by the sweep, in the period that was asked for", async () => {
  await withClient(async (client, { clock, keys }) => {
    const { KeyId, Arn, CurrentKeyMaterialId: first } = await newKey(client);
    const before = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.deepEqual([before.KeyId, before.KeyRotationEnabled], [Arn, false]);
    await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    const due = new Date(clock.now().getTime() + 90 * dayMs);
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    const expected = { KeyId: Arn, KeyRotationEnabled: true, RotationPeriodInDays: 90, NextRotationDate: due };
    assert.deepEqual({ ...status, $metadata: undefined }, { ...expected, $metadata: undefined });
    // The same again changes nothing; what is not said stays.
    clock.advance(dayMs);
    await client.send(new EnableKeyRotationCommand({ KeyId }));
    assert.deepEqual((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).NextRotationDate, due);

    clock.advance(89 * dayMs - 1);
    const old = await encrypted(client, KeyId);
    assert.equal(await materialIn(client, old), first);
    clock.advance(1);
    const second = await materialIn(client, await encrypted(client, KeyId));
    assert.notEqual(second, first);
    assert.equal(await materialIn(client, old), first);
    const next = new Date(due.getTime() + 90 * dayMs);
    assert.deepEqual((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).NextRotationDate, next);

    // Nobody uses the key for three periods: one rotation makes up for them, and the days stay as they were.
    clock.advance(3 * 90 * dayMs + dayMs);
    keys.sweep();
    const listed = await client.send(new ListKeyRotationsCommand({ KeyId }));
    assert.deepEqual(
      listed.Rotations?.map(({ RotationType, RotationDate }) => [RotationType, RotationDate]),
      [
        ["AUTOMATIC", due],
        ["AUTOMATIC", clock.now()],
      ],
    );
    const afterwards = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.deepEqual(afterwards.NextRotationDate, new Date(next.getTime() + 3 * 90 * dayMs));
    await client.send(new DisableKeyRotationCommand({ KeyId }));
    assert.equal((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
    clock.advance(1000 * dayMs);
    keys.sweep();
    assert.equal((await client.send(new ListKeyRotationsCommand({ KeyId }))).Rotations?.length, 2);
  });
});

test("a disabled key is not rotated until it is enabled; one that waits for its deletion never", async () => {
  await withClient(async (client, { clock, keys }) => {
    const { KeyId } = await newKey(client);
    await client.send(new EnableKeyRotationCommand({ KeyId }));
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.equal(status.RotationPeriodInDays, 365);
    await client.send(new DisableKeyCommand({ KeyId }));
    clock.advance(400 * dayMs);
    keys.sweep();
    const rotations = async () => (await client.send(new ListKeyRotationsCommand({ KeyId }))).Rotations?.length;
    assert.equal(await rotations(), 0);
    for (const command of [
      () => client.send(new EnableKeyRotationCommand({ KeyId })),
      () => client.send(new DisableKeyRotationCommand({ KeyId })),
      () => client.send(new RotateKeyOnDemandCommand({ KeyId })),
    ]) {
      await assert.rejects(command(), DisabledException);
    }
    await client.send(new EnableKeyCommand({ KeyId }));
    assert.equal(await rotations(), 1);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
    assert.equal((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
    await assert.rejects(client.send(new RotateKeyOnDemandCommand({ KeyId })), KMSInvalidStateException);
    await assert.rejects(client.send(new EnableKeyRotationCommand({ KeyId })), KMSInvalidStateException);
  });
});

test("rotations are listed page by page, with the first material where that is asked for", async () => {
  await withClient(async (client) => {
    const [{ KeyId, CurrentKeyMaterialId: first }, other] = [await newKey(client), await newKey(client)];
    for (let i = 0; i < 3; i += 1) await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    const page = await client.send(new ListKeyRotationsCommand({ KeyId, Limit: 2 }));
    assert.deepEqual([page.Rotations?.length, page.Truncated], [2, true]);
    const rest = await client.send(new ListKeyRotationsCommand({ KeyId, Marker: page.NextMarker }));
    assert.deepEqual([rest.Rotations?.length, rest.Truncated], [1, false]);
    assert.equal(rest.Rotations?.[0]?.KeyMaterialState, "CURRENT");
    const all = await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" }));
    assert.equal(all.Rotations?.length, 4);
    assert.deepEqual(
      [all.Rotations[0]?.KeyMaterialId, all.Rotations[0]?.RotationType, all.Rotations[0]?.KeyMaterialState],
      [first, undefined, "NON_CURRENT"],
    );
    const foreign = new ListKeyRotationsCommand({ KeyId: other.KeyId, Marker: page.NextMarker });
    await assert.rejects(client.send(foreign), InvalidMarkerException);
  });
});

test("limits: 25 rotations on demand, periods of 90 to 2560 days", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    for (let i = 0; i < 25; i += 1) await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    await assert.rejects(client.send(new RotateKeyOnDemandCommand({ KeyId })), LimitExceededException);
    for (const RotationPeriodInDays of [89, 2561]) {
      const command = new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays });
      await assert.rejects(client.send(command), named("ValidationException", /rotationPeriodInDays/i));
    }
    const absent = { KeyId: "00000000-0000-4000-8000-000000000000" };
    await assert.rejects(client.send(new GetKeyRotationStatusCommand(absent)), NotFoundException);
    await assert.rejects(client.send(new RotateKeyOnDemandCommand(absent)), NotFoundException);
  });
});

test("a condition on the period holds, also where the period is left out", async () => {
  await withClient(async (client, house) => {
    const { KeyId } = await newKey(client);
    const Condition = { NumericLessThanEquals: { "kms:RotationPeriodInDays": "180" } };
    const statement = { Effect: "Allow", Action: "kms:EnableKeyRotation", Resource: "*", Condition };
    const limited = kmsClient(house, house.user("limited", statement));
    await limited.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 180 }));
    for (const RotationPeriodInDays of [181, 365]) {
      const command = new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays });
      await assert.rejects(limited.send(command), named("AccessDeniedException"));
    }
    const other = await newKey(client);
    const silent = new EnableKeyRotationCommand({ KeyId: other.KeyId });
    await assert.rejects(limited.send(silent), named("AccessDeniedException"));
  });
});

test("a service's own key is rotated every year", async () => {
  await withClient(async (client, { dataKeys }) => {
    const KeyId = dataKeys.serviceManaged("s3");
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 365]);
    await assert.rejects(client.send(new DisableKeyRotationCommand({ KeyId })), named("AccessDeniedException"));
  });
});
