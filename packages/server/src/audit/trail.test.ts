import assert from "node:assert/strict";
import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openTrail, TrailBroken, type TrailEvent } from "./index.ts";
import type { OpenSegment } from "./appender.ts";
import { segmentsOn } from "./appender.ts";
import { diskFiles } from "../platform/index.ts";
import { event, memoryAnchor, opened, temporaryFolder, trailSettings } from "./testing/fixtures.ts";

test("what was recorded is there, in order, after the trail is closed and opened again", async () => {
  await using folder = await temporaryFolder();
  const anchor = memoryAnchor();
  {
    await using trail = await opened(trailSettings(folder.path, anchor));
    await Promise.all(Array.from({ length: 50 }, (_, i) => trail.record(event(i))));
    const verdict = await trail.verify();
    assert.ok(verdict.held);
    assert.equal(verdict.records, 51);
  }
  assert.equal(anchor.head?.n, 51);
  await using again = await opened(trailSettings(folder.path, anchor));
  const page = await again.lookup({ limit: 1000 });
  assert.ok(page.kind === "page");
  const names = page.events.map(({ eventID }) => eventID).filter((id) => id.startsWith("event-"));
  assert.deepEqual(
    names,
    Array.from({ length: 50 }, (_, i) => `event-${49 - i}`),
  );
});

test("nothing that an event says can be read off the disk", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  await trail.record(event(1, { requestParameters: { canary: "a-planted-canary" } }));
  for (const name of await readdir(folder.path)) {
    const text = await readFile(join(folder.path, name), "utf8");
    const boxes = text.matchAll(/"box":"([^"]+)"/g);
    for (const [, box = ""] of boxes) {
      const bytes = Buffer.from(box, "base64");
      // Long enough that base64 does not hold them by chance.
      for (const word of ["canary", "job-1", "userName", "Training", "AKIAEXAMPLE"]) {
        assert.ok(!bytes.includes(word) && !text.includes(word), word);
      }
    }
  }
});

test("segments are rotated by size, and the chain goes on from one to the next", async () => {
  await using folder = await temporaryFolder();
  const settings = { ...trailSettings(folder.path, memoryAnchor()), segmentBytesMax: 2000 };
  {
    await using trail = await opened(settings);
    for (let i = 0; i < 20; i += 1) await trail.record(event(i));
    const verdict = await trail.verify();
    assert.ok(verdict.held && verdict.segments > 5);
  }
  await using trail = await opened(settings);
  await trail.record(event(20));
  const verdict = await trail.verify();
  assert.ok(verdict.held && verdict.records === 23);
});

test("a line that a crash tore is cut off, and the cut is recorded", async () => {
  await using folder = await temporaryFolder();
  const anchor = memoryAnchor();
  const settings = trailSettings(folder.path, anchor);
  await (await opened(settings))[Symbol.asyncDispose]();
  const path = join(folder.path, "000001.log");
  const whole = await readFile(path);
  for (const torn of [whole.subarray(0, 100), whole.subarray(0, -1), Buffer.alloc(300)]) {
    const before = await readFile(path);
    await appendFile(path, torn);
    await using trail = await opened(settings);
    assert.deepEqual((await readFile(path)).subarray(0, before.length), before);
    const page = await trail.lookup({ limit: 1, eventName: "TrailOpened" });
    assert.ok(page.kind === "page");
    assert.equal(page.events[0]?.requestParameters?.["tornBytesCutOff"], torn.length);
    assert.ok((await trail.verify()).held);
  }
});

test("a trail that was changed is not opened", async () => {
  await using folder = await temporaryFolder();
  const anchor = memoryAnchor();
  const settings = trailSettings(folder.path, anchor);
  {
    await using trail = await opened(settings);
    for (let i = 0; i < 3; i += 1) await trail.record(event(i));
  }
  const path = join(folder.path, "000001.log");
  const whole = await readFile(path);
  const changed = Buffer.from(whole);
  changed[200] = (changed[200] ?? 0) ^ 1;
  for (const content of [
    changed,
    whole.subarray(0, -10),
    whole.subarray(0, whole.indexOf(0x0a) + 1),
    Buffer.alloc(0),
  ]) {
    await writeFile(path, content);
    const outcome = await openTrail(settings);
    assert.equal(outcome.kind, "damaged");
    assert.deepEqual(await readFile(path), content, "a damaged trail is left as it was found");
  }
  await writeFile(path, whole);
  await using trail = await opened(settings);
  assert.ok((await trail.verify()).held);
});

test("a call that was under way when the server stopped gets an outcome at the next start", async () => {
  await using folder = await temporaryFolder();
  const anchor = memoryAnchor();
  const settings = trailSettings(folder.path, anchor);
  {
    await using trail = await opened(settings);
    await trail.record(event(1, { phase: "intent" }));
    await trail.record(event(1, { phase: "outcome" }));
    await trail.record(event(2, { phase: "intent" }));
  }
  await using trail = await opened(settings);
  const page = await trail.lookup({ limit: 10, requestId: "request-2" });
  assert.ok(page.kind === "page");
  assert.deepEqual(
    page.events.map(({ errorCode }) => errorCode),
    ["ServerStopped"],
  );
  const other = await trail.lookup({ limit: 10, requestId: "request-1" });
  assert.ok(other.kind === "page" && other.events.length === 1 && other.events[0]?.errorCode === undefined);
});

for (const code of ["ENOSPC", "EIO"]) {
  for (const where of ["write", "sync"] as const) {
    test(`${code} from ${where} breaks the trail for good`, async () => {
      await using folder = await temporaryFolder();
      let failing = false;
      const openSegment: OpenSegment = async (...place) => {
        const file = await segmentsOn(diskFiles)(...place);
        const fail = () => (failing ? Promise.reject(Object.assign(new Error(code), { code })) : undefined);
        return {
          write: (bytes) => (where === "write" ? fail() : undefined) ?? file.write(bytes),
          sync: () => (where === "sync" ? fail() : undefined) ?? file.sync(),
          close: () => file.close(),
        };
      };
      const causes: unknown[] = [];
      const anchor = memoryAnchor();
      const settings = {
        ...trailSettings(folder.path, anchor),
        openSegment,
        onBroken: (cause: unknown) => causes.push(cause),
      };
      const trail = await opened(settings);
      await trail.record(event(1));
      failing = true;
      const together = await Promise.allSettled([
        trail.record(event(2)),
        trail.record(event(3)),
        trail.record(event(4)),
      ]);
      assert.ok(together.every(({ status }) => status === "rejected"));
      failing = false;
      await assert.rejects(trail.record(event(5)), TrailBroken);
      assert.equal(causes.length, 1);
      await trail[Symbol.asyncDispose]();
      assert.ok((anchor.head?.n ?? 0) <= 2);
      await using again = await opened(settings);
      assert.ok((await again.verify()).held);
    });
  }
}

test("records that come together share a sync", async () => {
  await using folder = await temporaryFolder();
  let syncs = 0;
  const openSegment: OpenSegment = async (...place) => {
    const file = await segmentsOn(diskFiles)(...place);
    return {
      ...file,
      sync: () => {
        syncs += 1;
        return file.sync();
      },
    };
  };
  await using trail = await opened({ ...trailSettings(folder.path, memoryAnchor()), openSegment });
  await Promise.all(Array.from({ length: 2000 }, (_, i) => trail.record(event(i))));
  assert.ok(syncs < 20, `${syncs} syncs`);
});

test("an event that is too long keeps everything but its parameters", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  await trail.record(event(1, { requestParameters: { text: "x".repeat(400_000) } }));
  const page = await trail.lookup({ limit: 1 });
  assert.ok(page.kind === "page");
  assert.equal(page.events[0]?.requestParameters?.["omitted"], true);
  assert.ok((await stat(join(folder.path, "000001.log"))).size < 20_000);
});

test("lookups find by name, resource, key, user and time, newest first and in pages", async () => {
  await using folder = await temporaryFolder();
  const settings = { ...trailSettings(folder.path, memoryAnchor()), segmentBytesMax: 4000 };
  await using trail = await opened(settings);
  const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, "0")}:00Z`;
  for (let i = 0; i < 30; i += 1) {
    await trail.record(
      event(i, {
        eventTime: at(i),
        eventName: i % 3 === 0 ? "DeleteModel" : "CreateModel",
        ...(i === 7 ? { resources: [{ ARN: "arn:aws:sagemaker:us-east-1:111122223333:model/churn" }] } : {}),
        ...(i === 8
          ? { userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/r/bob" } }
          : {}),
      }),
    );
  }
  const find = async (query: Partial<Parameters<typeof trail.lookup>[0]>): Promise<string[]> => {
    const found: TrailEvent[] = [];
    for (let before: number | undefined; ;) {
      const page = await trail.lookup({ limit: 4, ...query, before });
      assert.ok(page.kind === "page");
      assert.ok(page.events.length <= 4);
      found.push(...page.events);
      before = page.next;
      if (before === undefined) break;
    }
    return found.map(({ requestID }) => requestID.replace("request-", "")).filter((id) => /^\d+$/.test(id));
  };
  assert.deepEqual(await find({ eventName: "DeleteModel" }), ["27", "24", "21", "18", "15", "12", "9", "6", "3", "0"]);
  assert.deepEqual(await find({ resource: "churn" }), ["7"]);
  assert.deepEqual(await find({ resource: "job-9" }), ["9"]);
  assert.deepEqual(await find({ userName: "bob" }), ["8"]);
  assert.equal((await find({ accessKeyId: "AKIAEXAMPLE000000000" })).length, 29);
  assert.deepEqual(await find({ from: new Date(0), to: new Date(at(2)) }), ["2", "1", "0"]);
  assert.equal((await find({ readOnly: true })).length, 0);
});

test("a write that lost sectors when the power went is cut off; one behind the anchor is damage", async () => {
  await using folder = await temporaryFolder();
  const anchor = memoryAnchor();
  {
    await using trail = await opened(trailSettings(folder.path, anchor));
    await trail.record(event(1));
  }
  const path = join(folder.path, "000001.log");
  const whole = await readFile(path);
  await appendFile(path, Buffer.concat([Buffer.from('{"n":3,"time'), Buffer.alloc(512), Buffer.from('"}\n{"n":4}\n')]));
  {
    await using trail = await opened(trailSettings(folder.path, anchor));
    assert.ok((await trail.verify()).held);
    const found = await trail.lookup({ limit: 1, eventName: "TrailOpened" });
    assert.ok(found.kind === "page");
    assert.equal(found.events[0]?.requestParameters?.["tornBytesCutOff"], 12 + 512 + 3 + 8);
  }
  await writeFile(path, Buffer.from(whole).fill(0, whole.byteLength - 100, whole.byteLength - 50));
  const refused = await openTrail(trailSettings(folder.path, anchor));
  assert.equal(refused.kind, "damaged");
});

test("events that are recorded together take one write, stand one behind the other and are all observed", async () => {
  await using folder = await temporaryFolder();
  let writes = 0;
  const openSegment: OpenSegment = async (path, segment) => {
    const file = await segmentsOn(diskFiles)(path, segment);
    return {
      write: async (bytes) => {
        writes += 1;
        await file.write(bytes);
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  };
  await using trail = await opened({ ...trailSettings(folder.path, memoryAnchor()), openSegment });
  const observed: string[] = [];
  trail.observe(({ event: { eventID } }) => observed.push(eventID));
  const before = writes;
  await trail.record(event(1), event(2), event(3));
  assert.equal(writes - before, 1);
  assert.deepEqual(observed, ["event-1", "event-2", "event-3"]);
  const verdict = await trail.verify();
  assert.ok(verdict.held && verdict.records === 4);
  await trail.record();
  assert.equal((await trail.verify()).held, true);
});

test("what a client chooses freely is recorded and observed up to its bound, in whole characters", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  const observed: TrailEvent[] = [];
  trail.observe((recorded) => observed.push(recorded.event));
  // The 1,024th byte stands in the middle of a character of four bytes, of which a string has two units.
  const long = `a${"😀".repeat(5000)}`;
  const kept = `a${"😀".repeat(255)}`;
  const userIdentity = { type: "Unknown", accessKeyId: "é".repeat(6000) } as const;
  await trail.record(event(1, { userAgent: long, errorCode: "AccessDenied", errorMessage: long, userIdentity }));
  await trail.record(event(2, { userAgent: "u".repeat(1024), errorMessage: "ü".repeat(512) }));
  const page = await trail.lookup({ limit: 2 });
  assert.ok(page.kind === "page");
  for (const [second, first] of [page.events, observed.toReversed()]) {
    assert.deepEqual([first?.userAgent, first?.errorMessage], [kept, kept]);
    assert.deepEqual(first?.userIdentity, { type: "Unknown", accessKeyId: "é".repeat(64) });
    assert.deepEqual([second?.userAgent, second?.errorMessage], ["u".repeat(1024), "ü".repeat(512)]);
  }
});
