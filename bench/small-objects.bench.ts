/**
 * Objects of 4 KiB through signed requests over kept connections, with full authorisation and the trail: how many a
 * second are put, and got, by one client process beside the server. Plain Node, in the same run, makes each of so many
 * files durable as an object is: file, fsync, rename, fsync of the folder.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { startHouseProcess } from "@strongroom/testkit";
import { bound, interleaved, median, say, tellMachine, timed } from "./measure.ts";
import { SignedConnection } from "./signed-connection.ts";

const bytes = randomBytes(4096);
const sha256 = createHash("sha256").update(bytes).digest("hex");
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
await house.clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
// Beside the house's own folder: the same file system.
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
made.defer(() => rm(folder, { recursive: true }));
await mkdir(join(folder, "incoming"));
const connection = made.use(new SignedConnection(house.clients, "s3"));

let written = 0;
const taken = await interleaved(
  rounds,
  {
    plain: () => all(() => writeDurably(String(written++))),
    put: () => all((at) => connection.send("PUT", `/${bucket}/${at}`, bytes, sha256)),
    get: () => all((at) => got(at)),
  },
  warmUpRounds,
);
const perSecond = (ms: readonly number[]) => (perRound * 1000) / median(ms);
const [plain, put, get] = [taken.plain, taken.put, taken.get].map(perSecond) as [number, number, number];
say(`plain Node makes ${plain.toFixed(0)} files durable a second, ${atOnce} at once`);
say(`PutObject: ${(plain / put).toFixed(2)} times as long as plain Node`);
bound(`${putsPerSecond} PutObject of 4 KiB a second`, put.toFixed(0), put >= putsPerSecond);
bound(`${getsPerSecond} GetObject of 4 KiB a second`, get.toFixed(0), get >= getsPerSecond);

/** Milliseconds of `perRound` of them, `atOnce` at a time. */
function all(task: (at: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < perRound) await task(next++);
  };
  return timed(() => Promise.all(Array.from({ length: atOnce }, one)));
}

async function got(at: number): Promise<void> {
  const { sizeBytes } = await connection.send("GET", `/${bucket}/${at}`);
  if (sizeBytes !== bytes.byteLength) throw new Error(`${sizeBytes} bytes came back`);
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
