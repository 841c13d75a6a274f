import { createHash } from "node:crypto";
import { request } from "node:https";
import type { Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

export interface SignedAnswer {
  readonly status: number;
  readonly body: Buffer;
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
    if (answer.status < 200 || answer.status > 299) throw new Error(`${answer.status}: ${answer.body.toString()}`);
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
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("error", reject);
        response.once("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
        });
      });
      sent.end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#clients.agent.destroy();
  }
}
