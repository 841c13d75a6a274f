import assert from "node:assert/strict";
import { test } from "node:test";
import { lineLog } from "./platform/index.ts";
import { sweepHourly } from "./lay-foundations.ts";

test("a sweep of keys that the disk fails ends nothing, and is told; the next one comes an hour later", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const said: string[] = [];
  let sweeps = 0;
  const sweep = () => {
    sweeps += 1;
    throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
  };
  using sweeping = sweepHourly(
    sweep,
    lineLog((line) => said.push(line)),
  );
  t.mock.timers.tick(3_600_000);
  t.mock.timers.tick(3_600_000);
  assert.equal(sweeps, 2);
  assert.match(said[0] ?? "", /SQLITE_FULL/);
  sweeping[Symbol.dispose]();
  t.mock.timers.tick(3_600_000);
  assert.equal(sweeps, 2);
});
