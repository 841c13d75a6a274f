import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { hostLacks, newUser, startHouse, type Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

const KiB = 1024;
const rest = randomBytes(3 * KiB * KiB);

/** What a client is answered that uploads in the chunked form. */
async function answerTo({ credentials, place }: Clients, target: string, body: Buffer): Promise<string> {
  const headers = [
    ["host", new URL(place.endpoint).host],
    ["content-encoding", "aws-chunked"],
    ["content-length", String(body.byteLength)],
    ["x-amz-decoded-content-length", String(rest.byteLength)],
    ["x-amz-trailer", "x-amz-checksum-crc32"],
  ] as const;
  const signer = { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3" } as const;
  const { head } = signRequest({ method: "PUT", target, headers }, signer, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  return await sent(place, `PUT ${target}`, head.headers, body);
}

/** What a client is answered that sends all of its body before it reads, in pieces with a pause between them. */
async function sent(
  place: Clients["place"],
  line: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer,
): Promise<string> {
  const { hostname, port } = new URL(place.endpoint);
  const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(place.caPath) });
  await once(socket, "secureConnect");
  socket.pause();
  const failed = once(socket, "error").then(([error]: unknown[]) => String(error));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`${line} HTTP/1.1\r\n${lines}\r\n`);
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

async function presigned(by: Clients, conditions: PresignedPostOptions["Conditions"]): Promise<Record<string, string>> {
  // The signing package brings a client of its own, of the same shape.
  const client: unknown = by.s3;
  const options = { Bucket: "data", Key: "k", Expires: 600, Conditions: conditions ?? [] };
  return (await createPresignedPost(client as Parameters<typeof createPresignedPost>[0], options)).fields;
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

  test("is told so for a browser's form too, as soon as it has sent it", { timeout: 60_000 }, async () => {
    await using house = await startHouse();
    const { place, clients } = house;
    await clients.s3.send(new CreateBucketCommand({ Bucket: "data" }));
    using stranger = await newUser(clients, "stranger");
    const forms: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{ key: "k" }, /^HTTP\/1\.1 403 [^]*AccessDenied/],
      // Signed well, and refused only once it is known what its file is to become.
      [await presigned(stranger, []), /^HTTP\/1\.1 403 [^]*AccessDenied/],
      [await presigned(clients, [["content-length-range", 0, 100_000]]), /^HTTP\/1\.1 400 [^]*EntityTooLarge/],
    ];
    for (const [fields, expected] of forms) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", new Blob([rest]), "f");
      const encoded = new Response(form);
      const body = Buffer.from(await encoded.arrayBuffer());
      const headers = [
        ["host", new URL(place.endpoint).host],
        ["content-type", encoded.headers.get("content-type") ?? ""],
        ["content-length", String(body.byteLength)],
      ] as const;
      const begun = performance.now();
      assert.match(await sent(place, "POST /data", headers, body), expected);
      // What nobody wants is let go for ten seconds at most; it is here at once.
      assert.ok(performance.now() - begun < 8000, `answered after ${performance.now() - begun} ms`);
    }
    assert.deepEqual(house.log, []);
  });
});
