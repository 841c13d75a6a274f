import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type TLSSocket } from "node:tls";
import { describe, test } from "node:test";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";
import { AwsError, awsServices, presign, service, type HttpRequestHead } from "@strongroom/wire";
import { UnverifiedBodies } from "./unverified-bodies.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const routed = { service: service(awsServices.codecommit, {}, []), bodyBytesMax: 100 * KiB };

/** A body that is told piece by piece. */
function told(): { source: AsyncIterable<Uint8Array>; tell(part: Uint8Array): void; end(): void } {
  const stream = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 10_000 });
  const writer = stream.writable.getWriter();
  return {
    source: stream.readable,
    tell: (part) => void writer.write(part).catch(() => undefined),
    end: () => void writer.close().catch(() => undefined),
  };
}

const refusedAs = (code: string, status: number) => (error: unknown) =>
  error instanceof AwsError && error.code === code && error.status === status;
const busy = refusedAs("ServiceUnavailable", 503);
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("bodies of which it is not known yet who sent them", () => {
  test("are bounded in what all of them hold, and make room when they end, however that is", async () => {
    const bodies = new UnverifiedBodies({ bytesMax: 64 * KiB });
    const [first, second] = [told(), told()];
    const one = bodies.read(first.source, routed, true);
    const two = bodies.read(second.source, routed, true);
    first.tell(Buffer.alloc(30 * KiB, "a"));
    second.tell(Buffer.alloc(30 * KiB, "b"));
    await soon();
    await assert.rejects(bodies.read(bodyOf(Buffer.alloc(10 * KiB)), routed, true), busy);
    first.tell(Buffer.from("c"));
    first.end();
    const whole = Buffer.concat([Buffer.alloc(30 * KiB, "a"), Buffer.from("c")]);
    assert.deepEqual(await one, { body: whole, sha256: createHash("sha256").update(whole).digest("hex") });
    assert.equal((await bodies.read(bodyOf(Buffer.alloc(10 * KiB)), routed, true)).body?.byteLength, 10 * KiB);
    second.tell(Buffer.alloc(80 * KiB));
    await assert.rejects(two, refusedAs("RequestEntityTooLargeException", 413));
    assert.equal((await bodies.read(bodyOf(Buffer.alloc(60 * KiB)), routed, true)).body?.byteLength, 60 * KiB);
  });

  test("count what their parts take beside their bytes", async () => {
    const bodies = new UnverifiedBodies({ bytesMax: 64 * KiB });
    const parts = Array.from({ length: 1000 }, () => Buffer.from("x"));
    await assert.rejects(bodies.read(bodyOf(...parts), routed, true), busy);
    assert.equal((await bodies.read(bodyOf(Buffer.alloc(1000, "x")), routed, true)).body?.byteLength, 1000);
  });

  test("that are not kept hold nothing, and are read and bounded all the same", async () => {
    const bodies = new UnverifiedBodies({ bytesMax: KiB });
    const part = Buffer.alloc(30 * KiB, "a");
    const sha256 = createHash("sha256").update(part).digest("hex");
    assert.deepEqual(await bodies.read(bodyOf(part), routed, false), { body: undefined, sha256 });
    const tooLong = bodies.read(bodyOf(part, part, part, part), routed, false);
    await assert.rejects(tooLong, refusedAs("RequestEntityTooLargeException", 413));
  });

  test("have a time to be there, whether nothing comes or a little now and then", async () => {
    const bodies = new UnverifiedBodies({ bytesMax: 64 * KiB, msMax: 100 });
    const late = refusedAs("RequestTimeoutException", 408);
    const silent = told();
    silent.tell(Buffer.alloc(40 * KiB));
    await assert.rejects(bodies.read(silent.source, routed, true), late);
    const slow = told();
    const dripping = setInterval(() => {
      slow.tell(Buffer.from("x"));
    }, 10);
    await assert.rejects(bodies.read(slow.source, routed, true), late);
    clearInterval(dripping);
    assert.equal((await bodies.read(bodyOf(Buffer.alloc(60 * KiB)), routed, true)).body?.byteLength, 60 * KiB);
  });
});

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read as it comes, and this one is there
async function* bodyOf(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

interface Asking {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly now?: Date;
  readonly region?: string;
  readonly header?: string;
}

/** A request whose signature covers the body's hash, which its head does not say. */
function headOf({ place, clients }: TestHouse, bytes: number, body: string, asking: Asking = {}): HttpRequestHead {
  const { header, ...over } = asking;
  const { credentials } = clients;
  const signer = { ...credentials, region: place.region, now: new Date(), service: "codecommit", ...over };
  const head = {
    method: "POST",
    target: "/",
    headers: [
      ["host", new URL(place.endpoint).host],
      ["x-amz-target", "CodeCommit_20150413.ListRepositories"],
      ["content-type", "application/x-amz-json-1.1"],
      ["content-length", String(bytes)],
    ] as const,
  };
  const sha256 = createHash("sha256").update(body).digest("hex");
  const signed = presign(head, { ...signer, pathStyle: "normalized" }, 600, sha256).head;
  return header === undefined ? signed : { ...signed, headers: [...signed.headers, [header, "1"]] };
}

async function opened({ place }: TestHouse, head: HttpRequestHead, expect = ""): Promise<TLSSocket> {
  const { hostname, port } = new URL(place.endpoint);
  const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(place.caPath) });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`${head.method} ${head.target} HTTP/1.1\r\n${lines}${expect}\r\n`);
  return socket;
}

const written = (socket: TLSSocket, bytes: Buffer | string) =>
  new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
const answered = async (socket: TLSSocket): Promise<string> => String((await once(socket, "data"))[0]);

describe("requests whose body is hashed before they are verified", { skip: await hostLacks() }, () => {
  test("are refused by their head alone where it can be, before any of the body", { timeout: 60_000 }, async () => {
    await using house = await startHouse();
    const past = new Date(Date.now() - 3_600_000);
    const cases: readonly (readonly [Asking, RegExp])[] = [
      [{ now: past }, /InvalidSignatureException.*expired/],
      [{ region: "eu-west-9" }, /IncompleteSignatureException.*us-east-1/],
      [{ header: "x-amz-meta-more" }, /InvalidSignatureException.*x-amz-meta-more/],
      [{ header: `x-amz-${"m".repeat(9000)}` }, /InvalidSignatureException.*The header x-amz-m{122} was/],
    ];
    for (const [asking, expected] of cases) {
      using socket = disposable(await opened(house, headOf(house, 9, "", asking), "expect: 100-continue\r\n"));
      assert.match(await answered(socket.it), new RegExp(`^HTTP/1.1 40[03] [^]*${expected.source}`));
    }
    // ② of a wrong signature and of a key that nobody has the body is read, and they are answered alike.
    const answers: string[] = [];
    for (const asking of [{ secretAccessKey: "x".repeat(40) }, { accessKeyId: "AKIAIOSFODNN7EXAMPLE" }]) {
      using socket = disposable(await opened(house, headOf(house, 2, "{}", asking), "expect: 100-continue\r\n"));
      assert.match(await answered(socket.it), /^HTTP\/1\.1 100 Continue/);
      await written(socket.it, "{}");
      const answer = await answered(socket.it);
      assert.match(answer, /^HTTP\/1\.1 403 [^]*InvalidSignatureException/);
      answers.push(answer.slice(answer.indexOf("\r\n\r\n")));
    }
    assert.equal(answers[0], answers[1]);
  });

  test("hold a bounded sum of bytes, and none with a key that nobody has", { timeout: 120_000 }, async () => {
    await using house = await startHouse();
    await using open = new AsyncDisposableStack();
    const most = Buffer.alloc(30 * MiB, " ");
    const holding = async (asking: Asking): Promise<TLSSocket> => {
      const socket = await opened(house, headOf(house, most.byteLength + 1, "", asking));
      open.defer(() => void socket.destroy());
      await written(socket, most);
      return socket;
    };
    const body = `{}${" ".repeat(14 * MiB)}`;
    const listed = async (): Promise<string> => {
      const socket = await opened(house, headOf(house, body.length, body));
      open.defer(() => void socket.destroy());
      const answer = answered(socket);
      await written(socket, body);
      return await answer;
    };
    for (let n = 0; n < 3; n += 1) await holding({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" });
    assert.match(await listed(), /^HTTP\/1\.1 200 /);
    const known = [await holding({}), await holding({})];
    assert.match(await listed(), /^HTTP\/1\.1 503 [^]*"__type":"ServiceUnavailable"/);
    for (const socket of known) {
      // One byte more and it is whole, and of another signature.
      const answer = answered(socket);
      socket.write("x");
      assert.match(await answer, /^HTTP\/1\.1 403 [^]*InvalidSignatureException/);
    }
    assert.match(await listed(), /^HTTP\/1\.1 200 /);
    assert.deepEqual(house.log, []);
  });
});

const disposable = (it: TLSSocket) => ({ it, [Symbol.dispose]: () => void it.destroy() });
