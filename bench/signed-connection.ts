import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

export interface SignedAnswer {
  readonly status: number;
  readonly sizeBytes: number;
  /** The beginning of the body, for what it says where it is short; a long one is read and let go. */
  readonly text: string;
}

/**
 * Signed requests over one kept connection with nothing of an SDK around them: the client's own work is
 * a signature and what TLS takes.
 */
export class SignedConnection implements Disposable {
  readonly #clients: Clients;
  readonly #service: string;
  readonly #host: string;

  constructor(clients: Clients, service: "s3" | "sagemaker") {
    this.#clients = clients;
    this.#service = service;
    this.#host = new URL(clients.place.endpoint).host;
  }

  /** Throws where the answer is not of the 200 class. `sha256` is the body's, in hexadecimal. */
  async send(
    method: "GET" | "PUT" | "POST",
    target: string,
    body: Uint8Array = new Uint8Array(0),
    sha256: string = createHash("sha256").update(body).digest("hex"),
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SignedAnswer> {
    const { credentials, place } = this.#clients;
    const { head } = signRequest(
      {
        method,
        target,
        headers: [["host", this.#host], ["content-length", String(body.byteLength)], ...Object.entries(headers)],
      },
      {
        ...credentials,
        region: place.region,
        service: this.#service,
        now: new Date(),
        pathStyle: this.#service === "s3" ? "s3" : "normalized",
      },
      sha256,
    );
    const answer = await this.#exchange(method, target, Object.fromEntries(head.headers), body);
    if (answer.status < 200 || answer.status > 299) throw new Error(`${answer.status}: ${answer.text}`);
    return answer;
  }

  #exchange(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): Promise<SignedAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(this.#clients.place.endpoint, { agent: this.#clients.agent, method, path, headers });
      sent.once("error", reject);
      sent.once("response", (response) => {
        take(response).then((taken) => {
          resolve({ status: response.statusCode ?? 0, ...taken });
        }, reject);
      });
      if (body.byteLength <= pieceBytes) sent.end(body);
      else pipeline(Readable.from(pieces(body)), sent).catch(reject);
    });
  }

  [Symbol.dispose](): void {
    this.#clients.agent.destroy();
  }
}

const pieceBytes = 1024 * 1024;

function* pieces(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

const textBytesMax = 4096;

async function take(response: IncomingMessage): Promise<Pick<SignedAnswer, "sizeBytes" | "text">> {
  let sizeBytes = 0;
  let text = "";
  for await (const part of response as AsyncIterable<Buffer>) {
    sizeBytes += part.byteLength;
    if (sizeBytes <= textBytesMax) text += part.toString();
  }
  return { sizeBytes, text };
}
