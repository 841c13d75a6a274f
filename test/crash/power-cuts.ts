/**
 * Simulated power cuts: the object store and the audit trail on a disk that keeps no more than it promised.
 * `node test/crash/power-cuts.ts [--cuts 100000] [--seed 1]`; half of the cuts for each.
 */
import { parseArgs } from "node:util";
import { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { cutObjects } from "./object-cuts.ts";
import { cutTrail } from "./trail-cuts.ts";

/** So many cuts share one disk; then a fresh one begins, so that a first start is cut too. */
const cutsPerDisk = 100;

export async function powerCuts(seed: number, cuts: number): Promise<{ objects: number; records: number }> {
  const random = new Seeded(seed);
  const acknowledged = { objects: 0, records: 0 };
  for (let done = 0; done < cuts; done += 2 * cutsPerDisk) {
    const each = Math.ceil(Math.min(cutsPerDisk, (cuts - done) / 2));
    acknowledged.objects += (await cutObjects(random, each)).acknowledged;
    acknowledged.records += (await cutTrail(random, each)).acknowledged;
    if (done % 10_000 === 0 && import.meta.main) process.stderr.write(`${done} of ${cuts} cuts\n`);
  }
  return acknowledged;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { cuts: { type: "string" }, seed: { type: "string" } } });
  const [cuts, seed] = [Number(values.cuts ?? "100000"), Number(values.seed ?? "1")];
  const startedMs = performance.now();
  const { objects, records } = await powerCuts(seed, cuts);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(
    `seed ${seed}: ${cuts} power cuts, ${objects} object writes and ${records} audit records acknowledged, none lost, in ${seconds} s\n`,
  );
}
