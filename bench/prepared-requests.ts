/**
 * Requests that are signed and written out beforehand, sent over kept TLS connections with nothing of an HTTP client
 * around them: next to the server's, the client's part of the work is small, so that both can share a machine.
 */
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

export interface RequestToPrepare {
  readonly method: "GET" | "PUT";
  readonly target: string;
  readonly body?: Uint8Array;
  /** The body's, in hexadecimal. */
  readonly sha256: string;
}

/** The request as its bytes on the wire, signed now. */
export function prepare(
  { credentials, place }: Pick<Clients, "credentials" | "place">,
  { method, target, body = new Uint8Array(0), sha256 }: RequestToPrepare,
): Buffer {
  const headers = [["host", new URL(place.endpoint).host] as const];
  const lengths = method === "PUT" ? [["content-length", String(body.byteLength)] as const] : [];
  const signer = { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3" } as const;
  const { head } = signRequest({ method, target, headers: [...headers, ...lengths] }, signer, sha256);
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, "latin1"), body]);
}

/** Connections that stay open; each has one request under way. */
export class KeptConnections implements Disposable {
  readonly #sockets: readonly TLSSocket[];

  private constructor(sockets: readonly TLSSocket[]) {
    this.#sockets = sockets;
  }

  static async open({ place }: Pick<Clients, "place">, count: number): Promise<KeptConnections> {
    const { hostname, port } = new URL(place.endpoint);
    const ca = readFileSync(place.caPath);
    const sockets = Array.from({ length: count }, () => connect({ host: hostname, port: Number(port), ca }));
    await Promise.all(sockets.map((socket) => once(socket, "secureConnect")));
    for (const socket of sockets) socket.setNoDelay(true);
    return new KeptConnections(sockets);
  }

  /** Sends all of them, and takes the answers; each has to be a 200 with so many bytes of body. */
  async exchange(requests: readonly Buffer[], bodyBytes: number): Promise<void> {
    let next = 0;
    const take = () => requests[next++];
    await Promise.all(this.#sockets.map((socket) => exchangeOver(socket, take, bodyBytes)));
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function exchangeOver(socket: TLSSocket, take: () => Buffer | undefined, bodyBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let awaited: number | undefined;
    let taken = 0;
    const end = (error?: Error): void => {
      socket.off("data", onData).off("close", onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const send = (): void => {
      const request = take();
      if (request === undefined) end();
      else socket.write(request);
    };
    const onData = (bytes: Buffer): void => {
      try {
        awaited ??= answerBytes(bytes, bodyBytes);
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      taken += bytes.byteLength;
      if (taken < awaited) return;
      [awaited, taken] = [undefined, 0];
      send();
    };
    const onClose = (): void => {
      end(new Error("the connection ended"));
    };
    socket.on("data", onData).on("close", onClose);
    send();
  });
}

/** The bytes of the whole answer that begins here. */
function answerBytes(bytes: Buffer, bodyBytes: number): number {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? "0");
  if (headEnd < 0 || !head.startsWith("HTTP/1.1 200 ") || length !== bodyBytes) {
    throw new Error(`not the answer that was awaited: ${bytes.toString("latin1", 0, 1024)}`);
  }
  return headEnd + 4 + length;
}
