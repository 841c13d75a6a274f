import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { PendingRemovals } from "./pending-removals.ts";

/** Removals that end when they are told to. */
function heldRemovals() {
  const begun: string[] = [];
  const ends: PromiseWithResolvers<undefined>[] = [];
  const removals = new PendingRemovals((id) => {
    begun.push(id);
    const end = Promise.withResolvers<undefined>();
    ends.push(end);
    return end.promise.then(() => undefined);
  });
  return { removals, begun, ends };
}

const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

test("whoever replaces files is not kept waiting; they go one behind the other, also behind one that cannot", async () => {
  const { removals, begun, ends } = heldRemovals();
  await removals.add(["a", "b"]);
  await removals.add(["c"]);
  await turn();
  assert.deepEqual(begun, ["a"]);
  ends[0]?.reject(new Error("it cannot be removed"));
  await turn();
  assert.deepEqual(begun, ["a", "b"]);
  let settled = false;
  const all = removals.settled().then(() => (settled = true));
  ends[1]?.resolve(undefined);
  await turn();
  assert.equal(settled, false);
  ends[2]?.resolve(undefined);
  await all;
  assert.deepEqual(begun, ["a", "b", "c"]);
});

test("where many wait, the next one waits with them", async () => {
  const { removals, ends } = heldRemovals();
  for (let count = 0; count < 256; count += 1) await removals.add([`${count}`]);
  let added = false;
  const last = removals.add(["last"]).then(() => (added = true));
  await turn();
  assert.equal(added, false);
  for (let count = 0; count <= 256; count += 1) {
    await turn();
    ends[count]?.resolve(undefined);
  }
  await last;
});

test("a full disk is tried again once the room of what waits is free, and not without", async () => {
  const { removals, ends } = heldRemovals();
  let isFull = true;
  let tries = 0;
  const write = () => {
    tries += 1;
    return isFull ? Promise.reject(full) : Promise.resolve("written");
  };
  await assert.rejects(removals.makingRoom(write), full);
  assert.equal(tries, 1);
  for (const room of ["none", "enough"]) {
    await removals.add(["a"]);
    const written = removals.makingRoom(write);
    const outcome = room === "none" ? assert.rejects(written, full) : written;
    await turn();
    assert.equal(tries, room === "none" ? 2 : 4, "it waits");
    isFull = room === "none";
    ends.at(-1)?.resolve(undefined);
    assert.equal(await outcome, room === "none" ? undefined : "written");
  }
  assert.equal(tries, 5);
});

test("what fails for another reason is not tried again", async () => {
  const { removals, ends } = heldRemovals();
  await removals.add(["a"]);
  let tries = 0;
  const broken = () => {
    tries += 1;
    return Promise.reject(new Error("broken"));
  };
  await assert.rejects(removals.makingRoom(broken), /broken/);
  assert.equal(tries, 1);
  ends[0]?.resolve(undefined);
});
