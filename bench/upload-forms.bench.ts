/**
 * PutObject of 64 MiB under SSE-KMS in the forms in which today's clients send a body, against writing and fsyncing the
 * same bytes in plain Node: the body's hash in the head, no hash at all, and chunks with a checksum behind them.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { crc32 } from "node:zlib";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { startHouseProcess } from "@strongroom/testkit";
import { curled } from "./curl-connection.ts";
import { bound, inMs, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";
import { processorMs } from "./processor-time.ts";

const bytes = randomBytes(64 * 1024 * 1024);
/** As boto3 and the AWS CLI frame a body. */
const chunkBytes = 1024 * 1024;
const rounds = 9;
const warmUpRounds = 6;
/** How many times as long as plain Node each form may take. */
const timesMax = 2.5;
const bucket = "bench";

/** One way to send the body. */
interface Form {
  /** What `x-amz-content-sha256` says. */
  readonly contentSha256: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path: string;
  readonly sizeBytes: number;
}

setFlagsFromString("--external-memory-accounted-in-global-limit");
tellMachine("upload-forms");
await using house = await startHouseProcess();
const { clients } = house;
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
try {
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const forms = await writeForms();
  const spent = new Map(Object.keys(forms).map((name) => [name, [] as number[]]));
  const put =
    (name: string, { contentSha256, headers = {}, path, sizeBytes }: Form) =>
    async () => {
      const before = processorMs(house.pid);
      const tookMs = await curled(clients, {
        method: "PUT",
        target: `/${bucket}/${keyOf(name)}`,
        sha256: contentSha256,
        upload: { path, sizeBytes },
        headers: { ...headers, "x-amz-server-side-encryption": "aws:kms" },
      });
      spent.get(name)?.push(processorMs(house.pid) - before);
      return tookMs;
    };
  const puts = Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, put(name, form)]));
  const plainPath = join(folder, "plain");
  const plain = "write and fsync, plain Node";
  const tasks: Record<string, () => Promise<number>> = { [plain]: () => timed(() => writeDurably(plainPath)), ...puts };
  const taken = await interleaved(rounds, tasks, warmUpRounds);
  tell(plain, taken[plain] ?? []);
  const plainMs = median(taken[plain] ?? []);
  for (const name of Object.keys(forms)) {
    await checkStored(name, keyOf(name));
    const took = taken[name] ?? [];
    tell(name, took);
    say(
      `${"".padEnd(36)} the server's processor time: median ${inMs(median((spent.get(name) ?? []).slice(warmUpRounds)))}`,
    );
    const times = median(took) / plainMs;
    bound(
      `PutObject, ${name}, takes at most ${timesMax} times as long as plain Node`,
      times.toFixed(2),
      times <= timesMax,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

async function writeForms(): Promise<Readonly<Record<string, Form>>> {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(bytes));
  const checksum = crc.toString("base64");
  const [plain, chunked] = [join(folder, "body"), join(folder, "chunked")];
  const framed = chunksOf(`x-amz-checksum-crc32:${checksum}`);
  await writeFile(plain, bytes);
  await writeFile(chunked, framed);
  const whole = { path: plain, sizeBytes: bytes.byteLength };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    hashed: { contentSha256: sha256, ...whole },
    "hashed with a CRC32": { contentSha256: sha256, headers: { "x-amz-checksum-crc32": checksum }, ...whole },
    "hashed with a Content-MD5": {
      contentSha256: sha256,
      headers: { "content-md5": createHash("md5").update(bytes).digest("base64") },
      ...whole,
    },
    unsigned: { contentSha256: "UNSIGNED-PAYLOAD", ...whole },
    "chunks and a CRC32 behind them": {
      contentSha256: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      headers: {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": String(bytes.byteLength),
        "x-amz-trailer": "x-amz-checksum-crc32",
      },
      path: chunked,
      sizeBytes: framed.byteLength,
    },
  };
}

function chunksOf(trailer: string): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    pieces.push(Buffer.from(`${chunk.byteLength.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return Buffer.concat([...pieces, Buffer.from(`0\r\n${trailer}\r\n\r\n`)]);
}

async function writeDurably(path: string): Promise<void> {
  const handle = await open(path, "w");
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
}

async function checkStored(name: string, key: string): Promise<void> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array(0))) {
    throw new Error(`${name}: what came back is not what was stored`);
  }
}

function keyOf(name: string): string {
  return name.replaceAll(" ", "-");
}
