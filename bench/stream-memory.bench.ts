/**
 * The server's memory while one large object streams in and out again. A stream that is held anywhere shows as memory
 * that grows with what has passed: so the most that is resident in the last three quarters is compared with the most
 * in the first, which warms up. STREAM_GIB sets the size; what is larger than 4 GiB is uploaded in parts of 4 GiB.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { startHouseProcess } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";
import { bound, say, tellMachine, timed } from "./measure.ts";

const mebibyte = 1024 * 1024;
const sizeBytes = Number(process.env["STREAM_GIB"] ?? "4") * 1024 * mebibyte;
const growthBytesMax = 64 * mebibyte;
const samplingMs = 50;
const partBytesMax = 4096 * mebibyte;
const object = { Bucket: "bench", Key: "large" };
const target = `/${object.Bucket}/${object.Key}`;

tellMachine("stream-memory");
await using house = await startHouseProcess();
const { clients, pid } = house;
await clients.s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
say(`${(sizeBytes / 1024 / mebibyte).toFixed(1)} GiB; before: ${inMebibytes(residentBytes())} resident`);
let passed = 0;
if (sizeBytes <= partBytesMax) await flat("PutObject", () => exchange("PUT", target, sizeBytes));
else await flat("UploadPart and CompleteMultipartUpload", uploadParts);
await flat("GetObject", () => exchange("GET", target, 0));

/** The most that is resident while the first quarter passes, and while the others do. */
async function flat(name: string, stream: () => Promise<unknown>): Promise<void> {
  const most = { first: 0, rest: 0 };
  passed = 0;
  const sampling = setInterval(() => {
    const part = passed < sizeBytes / 4 ? "first" : "rest";
    most[part] = Math.max(most[part], residentBytes());
  }, samplingMs);
  const ms = await timed(stream).finally(() => clearInterval(sampling));
  if (passed !== sizeBytes) throw new Error(`${passed} bytes passed`);
  say(`${name}: ${(sizeBytes / mebibyte / (ms / 1000)).toFixed(0)} MiB/s; most resident: ${inMebibytes(most.rest)}`);
  const growth = most.rest - most.first;
  const promise = `${name}: after the first quarter memory grows by less than ${inMebibytes(growthBytesMax)}`;
  bound(promise, inMebibytes(growth), growth < growthBytesMax);
}

async function uploadParts(): Promise<void> {
  const { UploadId = "" } = await clients.s3.send(new CreateMultipartUploadCommand(object));
  const Parts: CompletedPart[] = [];
  for (let from = 0; from < sizeBytes; from += partBytesMax) {
    const PartNumber = Parts.length + 1;
    const path = `${target}?partNumber=${PartNumber}&uploadId=${UploadId}`;
    const ETag = await exchange("PUT", path, Math.min(partBytesMax, sizeBytes - from));
    Parts.push({ PartNumber, ETag });
  }
  await clients.s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
}

/** Sends so many bytes, or takes all that come. Returns the entity tag. */
async function exchange(method: "GET" | "PUT", path: string, lengthBytes: number): Promise<string> {
  const { credentials, place } = clients;
  const headers = [
    ["host", new URL(place.endpoint).host],
    ["content-length", String(lengthBytes)],
  ] as const;
  const signer = { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3" } as const;
  const { head } = signRequest({ method, target: path, headers }, signer, "UNSIGNED-PAYLOAD");
  const options = { agent: clients.agent, method, path, headers: Object.fromEntries(head.headers) };
  const sent = request(place.endpoint, options);
  const answered = new Promise<string>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (response) => {
      response.on("data", (piece: Buffer) => {
        if (method === "GET") passed += piece.byteLength;
      });
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve(response.headers.etag ?? "");
        else reject(new Error(`${method}: ${String(response.statusCode)}`));
      });
    });
  });
  const [etag] = await Promise.all([answered, pipeline(Readable.from(pieces(lengthBytes)), sent)]);
  return etag;
}

function* pieces(lengthBytes: number): Generator<Uint8Array> {
  const piece = randomBytes(mebibyte);
  for (let left = lengthBytes; left > 0; left -= mebibyte) {
    yield piece;
    passed += piece.byteLength;
  }
}

function residentBytes(): number {
  const [, kibibytes = ""] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}
