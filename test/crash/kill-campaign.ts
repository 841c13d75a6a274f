/**
 * kill -9 at random moments under mixed load, against a ledger that the client holds.
 * `node test/crash/kill-campaign.ts [--kills 1000] [--seed 1] [--minutes 60]`; it ends at whichever comes first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { startHouseProcess, type HouseProcess } from "@strongroom/testkit";
import { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { mixedLoads, prepare } from "./mixed-load.ts";
import { Ledger } from "./write-ledger.ts";

const afterMsMax = 400;

export async function killCampaign(
  seed: number,
  kills: number,
  untilMs = Infinity,
): Promise<{ kills: number; acknowledged: number }> {
  const random = new Seeded(seed);
  await using house = await startHouseProcess();
  const ledger = new Ledger();
  const world = await prepare(house.clients);
  let done = 0;
  for (; done < kills && Date.now() < untilMs; done += 1) {
    const before = ledger.acknowledged;
    const loads = mixedLoads(house.clients, ledger, random, world, done);
    // At a random moment, once something was acknowledged that could be lost.
    while (ledger.acknowledged < before + loads.length) await sleep(5);
    await sleep(random.below(afterMsMax));
    await house.kill();
    const ended = await Promise.allSettled(loads);
    for (const end of ended) if (end.status === "rejected") throw end.reason;
    await house.up();
    await ledger.check(house.clients);
    await verifyTrail(house);
    if (done % 10 === 9 && import.meta.main) process.stderr.write(`${done + 1} kills, ${ledger.acknowledged} writes\n`);
  }
  return { kills: done, acknowledged: ledger.acknowledged };
}

async function verifyTrail({ clients }: HouseProcess): Promise<void> {
  const { place, credentials, agent } = clients;
  const verdict = await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  if (verdict.Held !== true) throw new Error(`the trail does not hold: ${verdict.Problem ?? ""}`);
}

if (import.meta.main) {
  const options = { kills: { type: "string" }, seed: { type: "string" }, minutes: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const [kills, seed] = [Number(values.kills ?? "1000"), Number(values.seed ?? "1")];
  const result = await killCampaign(seed, kills, Date.now() + Number(values.minutes ?? "60") * 60_000);
  process.stdout.write(`seed ${seed}: ${result.kills} kills, ${result.acknowledged} writes acknowledged, none lost\n`);
}
