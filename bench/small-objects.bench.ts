/**
 * Objects of 4 KiB through signed requests over kept connections, with full authorisation and the trail: how many a
 * second the server puts, and gets. The client is a process of its own beside it, whose requests are signed and written
 * out beforehand. Plain Node, in the same run, makes each of so many files durable as an object is: file, fsync, rename,
 * fsync of the folder. What each request takes of the server's processor time is told too: other load on the machine
 * changes it less than the time that passes.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { startHouseProcess } from "@strongroom/testkit";
import { bound, interleaved, median, say, tellMachine, timed } from "./measure.ts";
import { KeptConnections, prepare, type RequestToPrepare } from "./prepared-requests.ts";
import { processorMs } from "./processor-time.ts";

const bytes = randomBytes(4096);
const [sha256, nothingSha256] = [bytes, ""].map((body) => createHash("sha256").update(body).digest("hex")) as [
  string,
  string,
];
const rounds = 5;
const warmUpRounds = 3;
const perRound = 2000;
const atOnce = 24;
const putsPerSecond = 1500;
const getsPerSecond = 4000;
const bucket = "bench";

tellMachine("small-objects");
await using made = new AsyncDisposableStack();
const house = made.use(await startHouseProcess());
const { clients, pid } = house;
await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
// Beside the house's own folder: the same file system.
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
made.defer(() => rm(folder, { recursive: true }));
await mkdir(join(folder, "incoming"));
const connections = made.use(await KeptConnections.open(clients, atOnce));
/** Of each round, in milliseconds of a request. */
const processor = { put: [] as number[], get: [] as number[], client: [] as number[] };

let written = 0;
const taken = await interleaved(
  rounds,
  {
    plain: () => writeAll(),
    put: () => exchanged("put", (target) => ({ method: "PUT", target, body: bytes, sha256 }), 0),
    get: () => exchanged("get", (target) => ({ method: "GET", target, sha256: nothingSha256 }), bytes.byteLength),
  },
  warmUpRounds,
);
const perSecond = (ms: readonly number[]) => (perRound * 1000) / median(ms);
const [plain, put, get] = [taken.plain, taken.put, taken.get].map(perSecond) as [number, number, number];
say(`plain Node makes ${plain.toFixed(0)} files durable a second, ${atOnce} at once`);
say(`PutObject: ${(plain / put).toFixed(2)} times as long as plain Node`);
for (const [name, each] of Object.entries(processor)) {
  const whose = name === "client" ? "the client's for a request" : `the server's for a ${name}`;
  say(`processor time, ${whose}: ${median(each.slice(warmUpRounds)).toFixed(3)} ms`);
}
bound(`${putsPerSecond} PutObject of 4 KiB a second`, put.toFixed(0), put >= putsPerSecond);
bound(`${getsPerSecond} GetObject of 4 KiB a second`, get.toFixed(0), get >= getsPerSecond);

/** Milliseconds of `perRound` requests, `atOnce` at a time; signing them is not among it. */
async function exchanged(
  name: "put" | "get",
  request: (target: string) => RequestToPrepare,
  bodyBytes: number,
): Promise<number> {
  const prepared = Array.from({ length: perRound }, (_, at) => prepare(clients, request(`/${bucket}/${at}`)));
  const [server, client] = [processorMs(pid), process.cpuUsage()];
  const ms = await timed(() => connections.exchange(prepared, bodyBytes));
  const { user, system } = process.cpuUsage(client);
  processor[name].push((processorMs(pid) - server) / perRound);
  processor.client.push((user + system) / 1000 / perRound);
  return ms;
}

/** Milliseconds of `perRound` files, `atOnce` at a time. */
function writeAll(): Promise<number> {
  let left = perRound;
  const one = async (): Promise<void> => {
    while (left-- > 0) await writeDurably(String(written++));
  };
  return timed(() => Promise.all(Array.from({ length: atOnce }, one)));
}

async function writeDurably(name: string): Promise<void> {
  const temporary = join(folder, "incoming", name);
  const handle = await open(temporary, "wx");
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await rename(temporary, join(folder, name));
  const held = await open(folder, "r");
  await held.sync();
  await held.close();
}
