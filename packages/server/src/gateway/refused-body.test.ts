import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { hostLacks, startHouse, type Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

const KiB = 1024;
const rest = randomBytes(3 * KiB * KiB);

/** What a client is answered that sends all of its body before it reads, in pieces with a pause between them. */
async function answerTo({ credentials, place }: Clients, target: string, body: Buffer): Promise<string> {
  const { hostname, port } = new URL(place.endpoint);
  const headers = [
    ["host", new URL(place.endpoint).host],
    ["content-encoding", "aws-chunked"],
    ["content-length", String(body.byteLength)],
    ["x-amz-decoded-content-length", String(rest.byteLength)],
    ["x-amz-trailer", "x-amz-checksum-crc32"],
  ] as const;
  const signer = { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3" } as const;
  const { head } = signRequest({ method: "PUT", target, headers }, signer, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(place.caPath) });
  await once(socket, "secureConnect");
  socket.pause();
  const failed = once(socket, "error").then(([error]: unknown[]) => String(error));
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`PUT ${target} HTTP/1.1\r\n${lines}\r\n`);
  for (let at = 0; at < body.byteLength; at += 256 * KiB) {
    await sleep(5);
    await new Promise<void>((resolve) => {
      socket.write(body.subarray(at, at + 256 * KiB), () => {
        resolve();
      });
    });
  }
  const answered = once(socket, "data").then(([bytes]: unknown[]) => String(bytes));
  socket.resume();
  const first = await Promise.race([answered, failed]);
  socket.destroy();
  return first;
}

describe("a client that sends all of its body before it reads", { skip: await hostLacks() }, () => {
  test("is told why it is refused, before its body or in the middle of it", { timeout: 60_000 }, async () => {
    await using house = await startHouse();
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "data" }));
    const whole = Buffer.concat([Buffer.from(`${rest.byteLength.toString(16)}\r\n`), rest, Buffer.from("\r\n")]);
    const broken = Buffer.concat([Buffer.from("40\r\n"), rest.subarray(0, 64), Buffer.from("no chunk\r\n"), rest]);
    for (let round = 0; round < 5; round += 1) {
      assert.match(await answerTo(house.clients, "/missing/key", whole), /^HTTP\/1\.1 404 [^]*NoSuchBucket/);
      assert.match(await answerTo(house.clients, "/data/key", broken), /^HTTP\/1\.1 400 [^]*InvalidRequest/);
    }
  });
});
