/**
 * PutObject and GetObject of 64 MiB, through the official client and as one signed request of curl, against writing and
 * fsyncing, and reading, the same bytes in plain Node. Under SSE-KMS and under SSE-S3, whose entity tag is the MD5 of the
 * content.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { setFlagsFromString } from "node:v8";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { startHouseProcess, type Clients } from "@strongroom/testkit";
import { curled } from "./curl-connection.ts";
import { bound, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";

const bytes = randomBytes(64 * 1024 * 1024);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const rounds = 9;
/** Until code is compiled and memory is recycled: the fifteenth body takes half the time of the first. */
const warmUpRounds = 12;
/** How many times as long as plain Node it should take; the bounds below are what holds on two cores. */
const timesAim = 2;
const object = { Bucket: "bench", Key: "64-mib" };
const target = `/${object.Bucket}/${object.Key}`;
const underKms = { "x-amz-server-side-encryption": "aws:kms" };
const nothingSha256 = createHash("sha256").update("").digest("hex");

// As the server does: without it each 64 MiB sets off a collection in the client's heap, in plain Node's figures too.
setFlagsFromString("--external-memory-accounted-in-global-limit");
tellMachine("objects");
await using house = await startHouseProcess();
const { clients } = house;
// Beside the house's own folder: the same file system.
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
try {
  const path = join(folder, "plain");
  await clients.s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
  const upload = { path: join(folder, "upload"), sizeBytes: bytes.byteLength };
  await writeFile(upload.path, bytes);
  const put = { method: "PUT", sha256, upload } as const;
  const get = { method: "GET", sha256: nothingSha256 } as const;
  const taken = await interleaved(
    rounds,
    {
      writePlain: () => timed(() => writeDurably(path)),
      putSigned: () => curled(clients, { ...put, target }),
      putSignedKms: () => curled(clients, { ...put, target: `${target}-kms`, headers: underKms }),
      putClient: () => timed(() => clients.s3.send(new PutObjectCommand({ ...object, Body: bytes }))),
      readPlain: () => timed(() => readFile(path)),
      getSigned: () => curled(clients, { ...get, target }),
      getSignedKms: () => curled(clients, { ...get, target: `${target}-kms` }),
      getClient: () => timed(() => getWithClient(clients)),
    },
    warmUpRounds,
  );
  await checkStored(clients);
  tell("write and fsync, plain Node", taken.writePlain);
  tell("PutObject, one signed request, SSE-S3", taken.putSigned);
  tell("PutObject, one signed request, SSE-KMS", taken.putSignedKms);
  tell("PutObject, the JavaScript SDK", taken.putClient);
  tell("readFile, plain Node", taken.readPlain);
  tell("GetObject, one signed request, SSE-S3", taken.getSigned);
  tell("GetObject, one signed request, SSE-KMS", taken.getSignedKms);
  tell("GetObject, the JavaScript SDK", taken.getClient);
  for (const [name, plain, client] of [
    ["PutObject", taken.writePlain, taken.putClient],
    ["GetObject", taken.readPlain, taken.getClient],
  ] as const) {
    say(`${name} through the SDK takes ${(median(client) / median(plain)).toFixed(2)} times as long as plain Node`);
  }
  for (const [name, plain, signed, timesMax] of [
    ["PutObject under SSE-S3", taken.writePlain, taken.putSigned, 3.5],
    ["PutObject under SSE-KMS", taken.writePlain, taken.putSignedKms, 2.5],
    ["GetObject under SSE-S3", taken.readPlain, taken.getSigned, timesAim],
    ["GetObject under SSE-KMS", taken.readPlain, taken.getSignedKms, timesAim],
  ] as const) {
    const times = median(signed) / median(plain);
    const figure = `${times.toFixed(2)}; the aim is ${timesAim}`;
    bound(`${name} of 64 MiB takes at most ${timesMax} times as long as plain Node`, figure, times <= timesMax);
  }
} finally {
  await rm(folder, { recursive: true });
}

async function writeDurably(path: string): Promise<void> {
  const handle = await open(path, "w");
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
}

async function getWithClient({ s3 }: Clients): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand(object));
  let sizeBytes = 0;
  for await (const chunk of Body as AsyncIterable<Uint8Array>) sizeBytes += chunk.byteLength;
  checkSize(sizeBytes);
}

function checkSize(sizeBytes: number): void {
  if (sizeBytes !== bytes.byteLength) throw new Error(`${sizeBytes} bytes came back`);
}

async function checkStored({ s3 }: Clients): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand(object));
  if (!bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array(0))) {
    throw new Error("what came back is not what was stored");
  }
}
