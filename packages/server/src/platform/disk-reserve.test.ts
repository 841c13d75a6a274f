import assert from "node:assert/strict";
import { test } from "node:test";
import { DiskReserve, DiskReserved, isDiskFull } from "./disk-reserve.ts";
import type { DiskSpace } from "./disk-reserve.ts";

const mebibyte = 1024 * 1024;
const unbounded = { files: 0, freeFiles: 0 };

/** A disk that is told what it has, a clock that stands still, and a count of looks at the disk. */
function diskOf(space: DiskSpace) {
  const disk = { space, looks: 0, ms: 0 };
  const look = () => {
    disk.looks += 1;
    return disk.space;
  };
  return Object.assign(disk, { reserve: new DiskReserve(look, () => disk.ms) });
}

for (const { size, kept } of [
  { size: 9 * mebibyte, kept: 2.25 * mebibyte },
  { size: 64 * mebibyte, kept: 16 * mebibyte },
  { size: 1024 * mebibyte, kept: 32 * mebibyte },
  { size: 5000 * mebibyte, kept: 100 * mebibyte },
  { size: 4_000_000 * mebibyte, kept: 256 * mebibyte },
]) {
  test(`of a disk of ${size / mebibyte} MiB, ${kept / mebibyte} MiB are kept`, () => {
    const { reserve } = diskOf({ sizeBytes: size, freeBytes: kept + 1000, ...unbounded });
    reserve.demand(1000);
    const other = diskOf({ sizeBytes: size, freeBytes: kept + 1000, ...unbounded });
    assert.throws(() => other.reserve.demand(1001), DiskReserved);
  });
}

test("files are kept as well, where the disk has a number of them", () => {
  const bytes = { sizeBytes: 1024 * mebibyte, freeBytes: 1000 * mebibyte };
  const disk = diskOf({ ...bytes, files: 420, freeFiles: 17 });
  disk.reserve.demand(1, 1);
  disk.space = { ...bytes, files: 420, freeFiles: 16 };
  assert.throws(() => disk.reserve.demand(1, 1), DiskReserved);
});

test("ten thousand small writes within a moment take one look at the disk", () => {
  const disk = diskOf({ sizeBytes: 1024 * mebibyte, freeBytes: 1000 * mebibyte, ...unbounded });
  for (let i = 0; i < 10_000; i += 1) disk.reserve.demand(4096, 1);
  assert.equal(disk.looks, 1);
  disk.ms = 250;
  disk.reserve.demand(4096, 1);
  assert.equal(disk.looks, 2);
});

test("what is under way counts as written, until it is", async () => {
  const { reserve } = diskOf({ sizeBytes: 1024 * mebibyte, freeBytes: 33 * mebibyte, ...unbounded });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const first = reserve.writing(mebibyte, 1, () => promise);
  await assert.rejects(
    reserve.writing(1, 1, () => Promise.resolve()),
    DiskReserved,
  );
  resolve(undefined);
  await first;
  await reserve.writing(1, 1, () => Promise.resolve());
});

test("room that was made is there at once, and room that others took is gone a moment later", () => {
  const full = { sizeBytes: 1024 * mebibyte, freeBytes: 32 * mebibyte, ...unbounded };
  const disk = diskOf(full);
  assert.throws(() => disk.reserve.demand(1), DiskReserved);
  disk.space = { ...full, freeBytes: 64 * mebibyte };
  disk.reserve.demand(1);
  disk.space = full;
  disk.ms = 249;
  disk.reserve.demand(1);
  disk.ms = 250;
  assert.throws(() => disk.reserve.demand(1), DiskReserved);
});

test("the refusal counts as a full disk", () => {
  assert.ok(isDiskFull(new DiskReserved()));
  assert.ok(!isDiskFull(Object.assign(new Error("x"), { code: "EIO" })));
});

test("of what arrives, all that came so far has to have room, written or not", () => {
  const size = 1024 * mebibyte;
  const disk = diskOf({ sizeBytes: size, freeBytes: 132 * mebibyte, ...unbounded });
  const arrived = disk.reserve.arrival();
  for (let i = 0; i < 100; i += 1) arrived(mebibyte);
  assert.throws(() => arrived(1), DiskReserved);
});

test("of what arrives, nothing more is taken once others have used the room", () => {
  const disk = diskOf({ sizeBytes: 1024 * mebibyte, freeBytes: 132 * mebibyte, ...unbounded });
  const arrived = disk.reserve.arrival();
  arrived(mebibyte);
  disk.space = { ...disk.space, freeBytes: 32 * mebibyte };
  disk.ms = 250;
  assert.throws(() => arrived(1), DiskReserved);
});

test("the reserve is used once a quarter of its bytes is gone, however few files there are", () => {
  const disk = diskOf({ sizeBytes: 1024 * mebibyte, freeBytes: 24 * mebibyte, files: 4000, freeFiles: 0 });
  assert.equal(disk.reserve.state(), "low");
  disk.space = { ...disk.space, freeBytes: 24 * mebibyte - 1 };
  assert.equal(disk.reserve.state(), "used");
  const ample = diskOf({ sizeBytes: 2048 * mebibyte, freeBytes: 1100 * mebibyte, ...unbounded });
  assert.equal(ample.reserve.state(), "ample");
});
