import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DiskReserve } from "../../platform/disk-reserve.ts";
import { diskFull, DiskWatch, type Watched } from "./disk-watch.ts";

const gibibyte = 1024 ** 3;

/** A disk of 100 GiB, 256 MiB of which are kept, and volumes on it. */
class Disk {
  freeBytes = gibibyte;
  readonly sizes = new Map<string, number>();
  readonly watch = new DiskWatch(
    new DiskReserve(() => ({ sizeBytes: 100 * gibibyte, freeBytes: this.freeBytes, files: 0, freeFiles: 0 })),
  );
  readonly gone: string[] = [];

  add(name: string): Watched {
    this.sizes.set(name, 0);
    const watched = this.watch.add(() => Promise.resolve(this.sizes.get(name) ?? 0));
    void watched.broken.then((why) => this.gone.push(`${name}: ${why}`));
    return watched;
  }

  grow(name: string, bytes: number): void {
    this.sizes.set(name, (this.sizes.get(name) ?? 0) + bytes);
  }
}

/** Long enough for two looks. */
const looks = () => sleep(300);

describe("the watch over volumes on a disk that fills", () => {
  test("as long as the reserve is there, none has to go", async () => {
    const disk = new Disk();
    const [a, b] = [disk.add("a"), disk.add("b")];
    disk.freeBytes = gibibyte / 4;
    disk.grow("a", 10 * gibibyte);
    await looks();
    assert.deepEqual(disk.gone, []);
    a.remove();
    b.remove();
  });

  test("the one that has just grown most goes, and no other until it is gone", async () => {
    const disk = new Disk();
    const [a, b, c] = [disk.add("large"), disk.add("growing"), disk.add("slow")];
    disk.grow("large", 10 * gibibyte);
    await looks();
    disk.freeBytes = gibibyte / 8;
    disk.grow("growing", 2000);
    disk.grow("slow", 1000);
    await looks();
    assert.deepEqual(disk.gone, [`growing: ${diskFull}`]);
    assert.deepEqual(
      [a, b, c].map((each) => each.isBroken()),
      [false, true, false],
    );
    disk.grow("slow", 1000);
    await looks();
    assert.equal(disk.gone.length, 1);
    b.remove();
    disk.grow("slow", 1000);
    await looks();
    assert.deepEqual(disk.gone.slice(1), [`slow: ${diskFull}`]);
    a.remove();
    c.remove();
  });

  test("what does not grow stays, whoever fills the disk", async () => {
    const disk = new Disk();
    const a = disk.add("still");
    disk.grow("still", gibibyte);
    await looks();
    disk.freeBytes = 0;
    await looks();
    assert.deepEqual(disk.gone, []);
    a.remove();
  });
});
