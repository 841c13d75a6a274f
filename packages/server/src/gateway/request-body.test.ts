import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { AwsError } from "@strongroom/wire";
import { RequestBody } from "./request-body.ts";

const bytes = randomBytes(1_000_003);

/** What `take` makes of the body of one request; `send` writes the request, head and all, and may leave. */
async function received<T>(
  send: (socket: Socket) => void,
  take: (body: RequestBody, request: IncomingMessage) => Promise<T>,
): Promise<T> {
  const taken = Promise.withResolvers<T>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    take(new RequestBody(request, () => undefined), request)
      .then(taken.resolve, taken.reject)
      .finally(() => response.end("done"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  try {
    send(socket);
    return await taken.promise;
  } finally {
    socket.destroy();
    server.close();
    server.closeAllConnections();
  }
}

const head = (sizeBytes: number) => `PUT /k HTTP/1.1\r\nhost: s3.test\r\ncontent-length: ${sizeBytes}\r\n\r\n`;

async function filledBy(body: RequestBody, memoryBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const memory = new Uint8Array(memoryBytes);
    const filled = await body.fill(memory);
    parts.push(Buffer.from(memory.subarray(0, filled)));
    if (filled < memoryBytes) return Buffer.concat(parts);
  }
}

const isIncomplete = (error: unknown) => error instanceof AwsError && error.code === "IncompleteBody";

describe("a request's body, filled into memory", () => {
  for (const memoryBytes of [1, 1000, 65_536, 1_000_002, 1_000_003, 1_000_004]) {
    test(`of ${memoryBytes} bytes: it is whole and in order`, async () => {
      const size = memoryBytes === 1 ? 3000 : bytes.byteLength;
      const sent = bytes.subarray(0, size);
      const send = (socket: Socket) => socket.write(Buffer.concat([Buffer.from(head(size)), sent]));
      assert.ok((await received(send, (body) => filledBy(body, memoryBytes))).equals(sent));
    });
  }

  test("by a reader that is slower than what comes", async () => {
    const send = (socket: Socket) => socket.write(Buffer.concat([Buffer.from(head(bytes.byteLength)), bytes]));
    const read = await received(send, async (body) => {
      const parts: Buffer[] = [];
      for (let filled = 100_000; filled === 100_000;) {
        const memory = new Uint8Array(100_000);
        filled = await body.fill(memory);
        parts.push(Buffer.from(memory.subarray(0, filled)));
        await sleep(5);
      }
      return Buffer.concat(parts);
    });
    assert.ok(read.equals(bytes));
  });

  for (const when of ["while it is waited for", "before it is asked for", "between two pieces"]) {
    test(`of a client that leaves ${when}: it is told as incomplete`, { timeout: 10_000 }, async () => {
      const send = (socket: Socket) => {
        socket.write(head(bytes.byteLength));
        socket.write(bytes.subarray(0, 300_000), () => setTimeout(() => socket.destroy(), 20));
      };
      const read = received(send, async (body) => {
        if (when === "between two pieces") await body.fill(new Uint8Array(100));
        if (when !== "while it is waited for") await sleep(100);
        return await filledBy(body, 100_000);
      });
      await assert.rejects(read, isIncomplete);
    });
  }

  test("once it is not wanted any more, the rest is let go, and the connection goes on", async () => {
    const send = (socket: Socket) => socket.write(Buffer.concat([Buffer.from(head(bytes.byteLength)), bytes]));
    const complete = await received(send, async (body, request) => {
      await body.fill(new Uint8Array(1000));
      body.stop();
      request.resume();
      await once(request, "end");
      return request.complete;
    });
    assert.equal(complete, true);
  });
});
