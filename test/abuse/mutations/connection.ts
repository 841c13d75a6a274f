import { readFileSync } from "node:fs";
import { connect, type TLSSocket } from "node:tls";
import type { Place } from "@strongroom/testkit";
import type { SignedRequest } from "./signed-request.ts";

const answerMsMax = 20_000;

/**
 * One connection that requests are put onto byte by byte, one after the other; a new one takes its
 * place where the server closes it. It reads no more of an answer than its status and its end.
 */
export class Connection implements Disposable {
  readonly #place: Place;
  readonly #ca: Buffer;
  #socket: TLSSocket | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.#ca = readFileSync(place.caPath);
  }

  /** The status that was answered; 0 where the server closed the connection without an answer. */
  async status(request: SignedRequest): Promise<number> {
    const body = Buffer.concat(request.parts);
    const lines = [
      `${request.head.method} ${request.head.target} HTTP/1.1`,
      ...request.head.headers.map(([name, value]) => `${name}: ${value}`),
      `content-length: ${body.byteLength}`,
    ];
    const socket = this.#open();
    const answered = read(socket, request.head.method === "HEAD");
    socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
    const { status, keeps } = await answered;
    if (!keeps) this[Symbol.dispose]();
    return status;
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): TLSSocket {
    if (this.#socket === undefined || this.#socket.destroyed || this.#socket.readableEnded) {
      const { hostname: host, port } = new URL(this.#place.endpoint);
      this.#socket = connect({ host, port: Number(port), ca: this.#ca });
      this.#socket.on("error", () => undefined);
    }
    return this.#socket;
  }
}

function read(socket: TLSSocket, isHead: boolean): Promise<{ status: number; keeps: boolean }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${answerMsMax} ms`));
    }, answerMsMax);
    const settle = (status: number, keeps: boolean) => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      resolve({ status, keeps });
    };
    const onClose = () => {
      settle(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "0"), false);
    };
    const onData = (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = text.slice(0, end).toLowerCase();
      const status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
      const whole = text.length - end - 4;
      const ended =
        isHead || status === 204 || status === 304
          ? true
          : length === undefined
            ? text.endsWith("0\r\n\r\n")
            : whole >= Number(length);
      if (ended) settle(status, !head.includes("\r\nconnection: close"));
    };
    socket.on("data", onData).on("close", onClose);
  });
}
