import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { startHouseProcess, type Clients, type HouseProcess } from "@strongroom/testkit";
import { compiledOnce } from "../compiled-once.ts";
import { Ledger } from "../write-ledger.ts";
import { makeWorld, type World } from "./world.ts";

/** A server under trial, with the ledger of what it acknowledged. */
export interface TrialHouse extends AsyncDisposable {
  readonly house: HouseProcess;
  readonly clients: Clients;
  readonly ledger: Ledger;
  readonly world: World;
  /** Whether the server has ended; if so it is started again, and everything is looked at. */
  restartIfEnded(withinMs: number): Promise<boolean>;
  /** Kills the server, starts it, and looks at everything: the ledger, the trail, and all that is stored. */
  killAndCheck(): Promise<void>;
}

export async function startTrial(): Promise<TrialHouse> {
  await using making = new AsyncDisposableStack();
  const compiled = making.use(await compiledOnce());
  // With one thread in the pool, which calls it makes, and in which order, is the same each time.
  const environment = { ...compiled.environment, UV_THREADPOOL_SIZE: "1" };
  const house = making.use(await startHouseProcess({ environment }));
  const world = making.use(await makeWorld(house.clients));
  await house.down();
  await house.up();
  const ledger = new Ledger();
  const start = async (): Promise<void> => {
    await house.up();
    await ledger.check(house.clients);
    await verifyTrail(house);
  };
  const owned = making.move();
  return {
    house,
    ledger,
    world,
    get clients() {
      return house.clients;
    },
    async restartIfEnded(withinMs) {
      if (!(await house.hasEnded(withinMs))) return false;
      await start();
      return true;
    },
    async killAndCheck() {
      await house.kill();
      await start();
      const scrubbed = await house.command("scrub");
      if (scrubbed.code !== 0) throw new Error(`something is damaged: ${scrubbed.stdout}${scrubbed.stderr}`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function verifyTrail({ clients }: HouseProcess): Promise<void> {
  const { place, credentials, agent } = clients;
  const verdict = await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  if (verdict.Held !== true) throw new Error(`the trail does not hold: ${verdict.Problem ?? ""}`);
}
