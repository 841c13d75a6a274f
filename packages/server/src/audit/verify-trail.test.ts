import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { anchorIn, migrations, verifyTrail, type Head, type TrailVerdict } from "./index.ts";
import { openDb } from "../platform/index.ts";
import {
  event,
  memoryAnchor,
  opened,
  sealerOf,
  temporaryFolder,
  testSealer,
  trailSettings,
} from "./testing/fixtures.ts";
import { emptyHead, makeRecord, recordLine } from "./trail-record.ts";

// What somebody with access to the folder would try; the verifier has to name it every time.

/** Two segments, five records (the first says that the trail was opened). */
async function smallTrail(folder: string): Promise<{ anchor: Head; segments: Buffer[] }> {
  const anchor = memoryAnchor();
  {
    await using trail = await opened({ ...trailSettings(folder, anchor), segmentBytesMax: 2200 });
    for (let i = 0; i < 4; i += 1) await trail.record(event(i));
  }
  assert.ok(anchor.head !== undefined);
  const segments = await Promise.all(["000001.log", "000002.log"].map((name) => readFile(join(folder, name))));
  return { anchor: anchor.head, segments };
}

function verify(folder: string, anchor: Head | undefined): Promise<TrailVerdict> {
  return verifyTrail({ folder, sealer: testSealer, anchor });
}

async function found(folder: string, anchor: Head | undefined, problem: RegExp): Promise<void> {
  const verdict = await verify(folder, anchor);
  assert.ok(!verdict.held, "the change was not found");
  assert.match(verdict.problem, problem);
}

const lines = (segment: Buffer): string[] => segment.toString("latin1").split("\n").slice(0, -1);
const joined = (parts: readonly (string | undefined)[]): string => parts.map((line) => `${line ?? ""}\n`).join("");

test("every changed byte of a trail is found", async () => {
  await using folder = await temporaryFolder();
  const { anchor, segments } = await smallTrail(folder.path);
  assert.ok((await verify(folder.path, anchor)).held);
  for (const [index, name] of ["000001.log", "000002.log"].entries()) {
    const whole = segments[index] ?? Buffer.alloc(0);
    for (let i = 0; i < whole.length; i += 1) {
      const changed = Buffer.from(whole);
      changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8));
      await writeFile(join(folder.path, name), changed);
      const verdict = await verify(folder.path, anchor);
      assert.ok(!verdict.held, `byte ${i} of ${name}`);
      assert.equal(verdict.segment, name);
    }
    await writeFile(join(folder.path, name), whole);
  }
  assert.ok((await verify(folder.path, anchor)).held);
});

test("records that are missing, repeated, swapped or moved are found", async () => {
  await using folder = await temporaryFolder();
  const { anchor, segments } = await smallTrail(folder.path);
  const first = join(folder.path, "000001.log");
  const [a, b, c] = lines(segments[0] ?? Buffer.alloc(0));
  assert.ok(a !== undefined && b !== undefined);
  for (const order of [
    [b, c],
    [a, c],
    [a, a, b, c],
    [a, b, b, c],
    [b, a, c],
  ]) {
    await writeFile(first, joined(order.filter((line) => line !== undefined)));
    await found(folder.path, anchor, /belongs|follow/);
  }
  await writeFile(first, segments[0] ?? "");
  const second = join(folder.path, "000002.log");
  await writeFile(second, joined(lines(segments[1] ?? Buffer.alloc(0)).reverse()));
  await found(folder.path, anchor, /belongs/);
});

test("a missing segment and swapped segments are found", async () => {
  await using folder = await temporaryFolder();
  const { anchor } = await smallTrail(folder.path);
  const path = (name: string) => join(folder.path, name);
  await rename(path("000001.log"), path("held"));
  await found(folder.path, anchor, /000001.log is missing/);
  await rename(path("000002.log"), path("000001.log"));
  await found(folder.path, anchor, /belongs/);
  await rename(path("held"), path("000002.log"));
  await found(folder.path, anchor, /belongs/);
});

test("a cut end is found at every length, an emptied and a removed trail too", async () => {
  await using folder = await temporaryFolder();
  const { anchor, segments } = await smallTrail(folder.path);
  const second = join(folder.path, "000002.log");
  const whole = segments[1] ?? Buffer.alloc(0);
  for (let length = 0; length < whole.length; length += 1) {
    await writeFile(second, whole.subarray(0, length));
    await found(folder.path, anchor, /ends within a record|was cut off/);
  }
  await rm(second);
  await found(folder.path, anchor, /was cut off/);
  await rm(join(folder.path, "000001.log"));
  await found(folder.path, anchor, /was cut off/);
  await found(folder.path, undefined, /no record/);
});

test("a trail that was written anew, with right hashes throughout, is found", async () => {
  await using folder = await temporaryFolder();
  const { anchor } = await smallTrail(folder.path);
  const forger = sealerOf(Buffer.alloc(32, 8));
  for (const sealer of [forger, testSealer]) {
    await using other = await temporaryFolder();
    let head = emptyHead;
    let text = "";
    for (let i = 0; i < anchor.n; i += 1) {
      const record = makeRecord(head, new Date(0), event(i), sealer);
      text += recordLine(record).toString("latin1");
      head = record;
    }
    await writeFile(join(other.path, "000001.log"), text);
    // Without the key the boxes do not open; with it the anchor tells the forgery.
    await found(other.path, anchor, sealer === forger ? /does not open/ : /written anew/);
  }
});

test("a box moved to another place does not open, even under right hashes", async () => {
  await using folder = await temporaryFolder();
  const one = makeRecord(emptyHead, new Date(0), event(1), testSealer);
  const two = makeRecord(one, new Date(0), event(2), { ...testSealer, seal: () => Buffer.from(one.box, "base64") });
  await writeFile(join(folder.path, "000001.log"), Buffer.concat([recordLine(one), recordLine(two)]));
  await found(folder.path, undefined, /does not open/);
});

test("an open trail is verified up to what is durable, while it is written to", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened({ ...trailSettings(folder.path, memoryAnchor()), segmentBytesMax: 5000 });
  const verdicts: Promise<TrailVerdict>[] = [];
  for (let i = 0; i < 60; i += 1) {
    const recorded = trail.record(event(i));
    if (i % 5 === 0) verdicts.push(trail.verify());
    await recorded;
  }
  for (const verdict of await Promise.all(verdicts)) assert.ok(verdict.held, JSON.stringify(verdict));
  const path = join(folder.path, "000002.log");
  const whole = await readFile(path);
  const changed = Buffer.from(whole);
  changed[77] = (changed[77] ?? 0) ^ 1;
  await writeFile(path, changed);
  const verdict = await trail.verify();
  assert.ok(!verdict.held && verdict.segment === "000002.log");
  await writeFile(path, whole);
  assert.ok((await trail.verify()).held);
});

test("an open trail whose end is cut off is found against its own memory", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, { read: () => undefined, write: () => undefined }));
  for (let i = 0; i < 3; i += 1) await trail.record(event(i));
  const path = join(folder.path, "000001.log");
  const whole = await readFile(path);
  await writeFile(path, joined(lines(whole).slice(0, 2)));
  const verdict = await trail.verify();
  assert.ok(!verdict.held && /cut off/.test(verdict.problem));
  await writeFile(path, whole);
});

test("the anchor is kept in the metadata database", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "audit"));
  const open = () => {
    const db = openDb(join(folder.path, "db"), Buffer.alloc(32, 1));
    db.migrate(migrations);
    return db;
  };
  {
    using db = open();
    assert.equal(anchorIn(db).read(), undefined);
    await using trail = await opened(trailSettings(join(folder.path, "audit"), anchorIn(db)));
    await trail.record(event(1));
  }
  using db = open();
  const anchor = anchorIn(db).read();
  assert.equal(anchor?.n, 2);
  assert.ok((await verify(join(folder.path, "audit"), anchor)).held);
  await copyFile(join(folder.path, "audit/000001.log"), join(folder.path, "audit/000003.log"));
  await found(join(folder.path, "audit"), anchor, /000002.log is missing/);
});
