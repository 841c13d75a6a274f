import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultAccountId,
  defaultRegion,
  lineLog,
  openHouse,
  systemClock,
  type Clock,
  type House,
} from "@strongroom/server";
import { Clients, type Credentials, type Place } from "./clients.ts";

export interface HouseOptions {
  /** What the server takes for the time; the clients keep the machine's. */
  readonly clock?: Clock;
  /** The operator's own certificate: paths of PEM files. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/** A house in this very process, with its administrator's clients. */
export interface TestHouse extends AsyncDisposable {
  readonly place: Place;
  readonly dataDir: string;
  /** The administrator's. */
  readonly clients: Clients;
  /** Every service with its operations, served and unserved. */
  readonly services: House["services"];
  /** What the server logged, line by line. */
  readonly log: readonly string[];
  clientsFor(credentials: Credentials): Clients;
  /** Stops the server; the folder stays until the house is disposed. */
  stop(): Promise<void>;
}

/** Starts a house in a temporary folder of its own. Disposing it leaves nothing behind. */
export async function startHouse({ clock = systemClock, certificate }: HouseOptions = {}): Promise<TestHouse> {
  await using making = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "strongroom-house-"));
  making.defer(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "data");
  const keyFile = join(folder, "unseal.key");
  await writeFile(keyFile, randomBytes(32));
  const administratorFile = join(folder, "administrator.json");
  const log: string[] = [];
  const house = await openHouse({
    config: {
      dataDir,
      host: "127.0.0.1",
      port: 0,
      region: defaultRegion,
      accountId: defaultAccountId,
      secret: { kind: "key-file", path: keyFile },
      administratorFile,
      jobsAtOnceMax: 4,
      ...(certificate !== undefined && { certificate }),
    },
    clock,
    log: lineLog((line) => log.push(line)),
  });
  const running = making.use(once(house));
  const { endpoint, caPath, services } = house;
  const place: Place = { endpoint, caPath, region: defaultRegion, accountId: defaultAccountId };
  const clientsFor = (credentials: Credentials) => making.use(new Clients(place, credentials));
  const clients = clientsFor(JSON.parse(await readFile(administratorFile, "utf8")) as Credentials);
  const owned = making.move();
  return {
    place,
    dataDir,
    clients,
    services,
    log,
    clientsFor: (credentials) => owned.use(new Clients(place, credentials)),
    stop: async () => {
      await running[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Disposes once, whoever asks. */
function once(disposable: AsyncDisposable): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  stack.use(disposable);
  return stack;
}
