import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { LaterWrite, untilWritten } from "./later-write.ts";

const full = Object.assign(new Error("full"), { code: "SQLITE_FULL" });

/** A write that fails so many times, and counts its tries. */
function failing(times: number) {
  const seen = { tries: 0, faults: [] as unknown[] };
  const write = () => {
    seen.tries += 1;
    if (seen.tries <= times) throw full;
  };
  return { seen, write, onFault: (error: unknown) => seen.faults.push(error) };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i += 1) await wait(5);
  assert.ok(holds());
}

test("a later write that fails is told and tried again, and ends nothing", async () => {
  const { seen, write, onFault } = failing(2);
  using later = new LaterWrite(write, { afterMs: 5, onFault });
  later.ask();
  later.ask();
  await until(() => seen.tries === 3);
  await wait(30);
  assert.equal(seen.tries, 3, "asked for twice at once, it is done once");
  assert.deepEqual(seen.faults, [full, full]);
});

test("a later write that is disposed of is not done", async () => {
  const { seen, write, onFault } = failing(0);
  const later = new LaterWrite(write, { afterMs: 5, onFault });
  later.ask();
  later[Symbol.dispose]();
  await wait(30);
  assert.equal(seen.tries, 0);
});

test("what has to be written is tried until it is, or until it is over", async () => {
  const once = failing(1);
  await untilWritten(once.write, { onFault: once.onFault, isOver: () => false });
  assert.deepEqual([once.seen.tries, once.seen.faults.length], [2, 1]);
  const never = failing(Infinity);
  await untilWritten(never.write, { onFault: never.onFault, isOver: () => never.seen.tries > 0 });
  assert.equal(never.seen.tries, 1);
});
