import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { NumberedEvent, Trail } from "./index.ts";
import { event, memoryAnchor, opened, temporaryFolder, trailSettings } from "./testing/fixtures.ts";

async function idsAfter(trail: Trail, after: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event: found } of trail.follow(after)) ids.push(found.eventID);
  return ids;
}

test("observers are told of every record in its order, once it is durable", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  const told: NumberedEvent[] = [];
  trail.observe((recorded) => {
    assert.ok(trail.head().n >= recorded.n);
    told.push(recorded);
  });
  await Promise.all(Array.from({ length: 50 }, (_, i) => trail.record(event(i))));
  assert.deepEqual(
    told.map(({ n }) => n),
    Array.from({ length: 50 }, (_, i) => i + 2),
  );
  assert.deepEqual(
    told.map(({ event: { eventID } }) => eventID),
    Array.from({ length: 50 }, (_, i) => `event-${i}`),
  );
});

test("records are read from any place on, across segments and after a restart", async () => {
  await using folder = await temporaryFolder();
  const settings = { ...trailSettings(folder.path, memoryAnchor()), segmentBytesMax: 5000 };
  {
    await using trail = await opened(settings);
    for (let i = 0; i < 40; i += 1) await trail.record(event(i));
    assert.deepEqual(await idsAfter(trail, 41), []);
  }
  await using trail = await opened(settings);
  for (const after of [0, 1, 2, 17, 39, 40]) {
    const expected = Array.from({ length: 40 }, (_, i) => `event-${i}`).slice(Math.max(0, after - 1));
    const found = (await idsAfter(trail, after)).filter((id) => id.startsWith("event-"));
    assert.deepEqual(found, expected, `after ${after}`);
  }
  assert.deepEqual(await idsAfter(trail, 42), []);
});

test("a record that was changed ends the reading", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  await trail.record(event(1));
  await writeFile(join(folder.path, "000001.log"), "changed\n");
  await assert.rejects(idsAfter(trail, 0), /000001.log was changed/);
});
