import { strict as assert } from "node:assert";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { timedId, TurnableClock, uuid } from "../platform/index.ts";
import { listSegments, segmentName } from "./segment.ts";
import { event, memoryAnchor, opened as openTrailOf, temporaryFolder, trailSettings } from "./testing/fixtures.ts";
import type { Trail } from "./trail.ts";

interface TestTrail extends AsyncDisposable {
  readonly trail: Trail;
  readonly folder: string;
  readonly clock: TurnableClock;
}

async function openTestTrail(more: { readonly segmentBytesMax?: number } = {}): Promise<TestTrail> {
  await using making = new AsyncDisposableStack();
  const folder = making.use(await temporaryFolder()).path;
  const clock = new TurnableClock(new Date("2026-10-01T12:00:00Z"));
  const trail = making.use(await openTrailOf({ ...trailSettings(folder, memoryAnchor()), clock, ...more }));
  const owned = making.move();
  return { trail, folder, clock, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const eventNamed = (eventName: string) => event(0, { eventName });

describe("a request in the trail", () => {
  it("is found by its id wherever it stands, its outcome before its intent", async () => {
    await using opened = await openTestTrail({ segmentBytesMax: 2000 });
    const { trail, clock } = opened;
    const ids: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      const requestID = timedId(clock.now());
      ids.push(requestID);
      await trail.record({ ...eventNamed(`Call${n}`), requestID, phase: "intent" });
      clock.turnTo(new Date(clock.now().getTime() + 90_000));
      await trail.record({ ...eventNamed(`Call${n}`), requestID, phase: "outcome" });
    }
    assert.ok((await listSegments(opened.folder)).length > 10, "there are many segments");
    for (const [n, id] of ids.entries()) {
      const found = await trail.findRequest(id);
      assert.equal(found.kind, "found");
      assert.equal(found.event.eventName, `Call${n}`);
      assert.equal(found.event.phase, "outcome");
    }
  });

  it("is found in a long segment, whichever of its records it is", async () => {
    await using opened = await openTestTrail();
    const { trail, clock } = opened;
    const ids: string[] = [];
    for (let n = 0; n < 2000; n += 1) {
      if (n % 50 === 0) clock.turnTo(new Date(clock.now().getTime() + 900_000));
      const requestID = timedId(clock.now());
      ids.push(requestID);
      void trail.record({ ...eventNamed(`Call${n}`), requestID, phase: "outcome" });
    }
    await trail.record(eventNamed("Last"));
    assert.ok((await stat(join(opened.folder, segmentName(1)))).size > 1_000_000);
    for (const [n, id] of ids.entries()) {
      if (n % 7 !== 0 && n < 1990) continue;
      const found = await trail.findRequest(id);
      assert.equal(found.kind === "found" && found.event.eventName, `Call${n}`);
    }
  });

  it("is told by its intent while it has no outcome", async () => {
    await using opened = await openTestTrail();
    const requestID = timedId(opened.clock.now());
    await opened.trail.record({ ...eventNamed("Begun"), requestID, phase: "intent" });
    const found = await opened.trail.findRequest(requestID);
    assert.equal(found.kind === "found" && found.event.phase, "intent");
  });

  it("is not found where there is none, whatever its id says", async () => {
    await using opened = await openTestTrail();
    const at = opened.clock.now().getTime();
    for (const id of [timedId(new Date(at)), timedId(new Date(0)), timedId(new Date(at + 1e9)), uuid(), "nothing"]) {
      assert.equal((await opened.trail.findRequest(id)).kind, "not-found", id);
    }
  });

  it("is found among the newest where its id tells no time", async () => {
    await using opened = await openTestTrail();
    const requestID = uuid();
    await opened.trail.record({ ...eventNamed("OfTheServer"), requestID, phase: "outcome" });
    assert.equal((await opened.trail.findRequest(requestID)).kind, "found");
  });

  it("is not looked for past a segment that was changed", async () => {
    await using opened = await openTestTrail();
    const requestID = timedId(opened.clock.now());
    await opened.trail.record({ ...eventNamed("Changed"), requestID, phase: "outcome" });
    const file = join(opened.folder, segmentName(1));
    const text = await readFile(file, "latin1");
    await writeFile(
      file,
      text.replace(/"box":"(.)/, (_, first: string) => `"box":"${first === "A" ? "B" : "A"}`),
      "latin1",
    );
    const found = await opened.trail.findRequest(requestID);
    assert.equal(found.kind, "damaged");
  });
});

describe("an id that tells its time", () => {
  it("is a UUID of version 7, and sorts by its time", () => {
    const clock = new TurnableClock(new Date("2026-10-01T12:00:00.123Z"));
    const first = timedId(clock.now());
    assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(first, timedId(clock.now()));
    assert.ok(first < timedId(new Date("2026-10-01T12:00:00.124Z")));
  });
});
