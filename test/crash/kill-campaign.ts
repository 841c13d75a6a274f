/**
 * kill -9 at random moments under mixed load, against a ledger that the client holds.
 * `node test/crash/kill-campaign.ts [--kills 1000] [--seed 1] [--minutes 60]`; it ends at whichever comes first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { startHouseProcess, type HouseProcess } from "@strongroom/testkit";
import { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { compiledOnce } from "./compiled-once.ts";
import { mixedLoads } from "./mixed-load.ts";
import { Ledger } from "./write-ledger.ts";
import { gitAddress } from "./git-client.ts";
import { prepare, repositoryName, type World } from "./writes/world.ts";

const afterMsMax = 400;

export async function killCampaign(
  seed: number,
  kills: number,
  untilMs = Infinity,
): Promise<{ kills: number; acknowledged: number }> {
  const random = new Seeded(seed);
  await using compiled = await compiledOnce();
  await using house = await startHouseProcess({ environment: compiled.environment });
  // What was compiled is kept when the server ends by itself.
  if (compiled.isEmpty) {
    await house.down();
    await house.up();
  }
  const ledger = new Ledger();
  await using world = await prepare(house.clients);
  let done = 0;
  for (; done < kills && Date.now() < untilMs; done += 1) {
    await killOnce(house, ledger, random, world, done);
    await house.up();
    await ledger.check(house.clients);
    await verifyTrail(house);
    if (done % 10 === 9 && import.meta.main) process.stderr.write(`${done + 1} kills, ${ledger.acknowledged} writes\n`);
  }
  await checkRepository(house, world);
  const scrubbed = await house.command("scrub");
  if (scrubbed.code !== 0) throw new Error(`something is damaged: ${scrubbed.stdout}${scrubbed.stderr}`);
  return { kills: done, acknowledged: ledger.acknowledged };
}

async function killOnce(
  house: HouseProcess,
  ledger: Ledger,
  random: Seeded,
  world: World,
  round: number,
): Promise<void> {
  const before = ledger.acknowledged;
  let isKilled = false;
  const loads = mixedLoads({ clients: house.clients, ledger, random, world, round, isKilled: () => isKilled });
  const ended = Promise.allSettled(loads);
  const failed = Promise.all(loads).then(() => undefined);
  // At a random moment, once something was acknowledged that could be lost.
  while (ledger.acknowledged < before + loads.length) await Promise.race([sleep(5), failed]);
  await Promise.race([sleep(random.below(afterMsMax)), failed]);
  isKilled = true;
  await house.kill();
  for (const end of await ended) if (end.status === "rejected") throw end.reason;
}

async function verifyTrail({ clients }: HouseProcess): Promise<void> {
  const { place, credentials, agent } = clients;
  const verdict = await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  if (verdict.Held !== true) throw new Error(`the trail does not hold: ${verdict.Problem ?? ""}`);
}

/** Everything that was pushed comes back whole. */
async function checkRepository({ clients }: HouseProcess, world: World): Promise<void> {
  const { address, trust } = gitAddress(clients, repositoryName);
  await world.git([...trust, "clone", "--quiet", "--mirror", address, "mirror"]);
  await world.git(["--git-dir", "mirror", "fsck", "--full", "--strict", "--no-dangling"]);
}

if (import.meta.main) {
  const options = { kills: { type: "string" }, seed: { type: "string" }, minutes: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const [kills, seed] = [Number(values.kills ?? "1000"), Number(values.seed ?? "1")];
  const result = await killCampaign(seed, kills, Date.now() + Number(values.minutes ?? "60") * 60_000);
  process.stdout.write(`seed ${seed}: ${result.kills} kills, ${result.acknowledged} writes acknowledged, none lost\n`);
}
