import { createHash } from "node:crypto";
import { request, type Agent } from "node:https";
import { signRequest } from "@strongroom/wire";
import { adminService } from "./service.ts";

export interface AdminCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AdminClientSettings {
  /** https://host:port */
  readonly endpoint: string;
  readonly region: string;
  /** Undefined: requests go out unsigned, as signing in does. */
  readonly credentials: AdminCredentials | undefined;
  readonly agent: Agent;
}

/** What the service answered instead of a result; `name` is the code. */
export class AdminError extends Error {
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

interface AdminCommand<O extends object> {
  readonly input: object;
  readonly schema: unknown;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: O }>;
}

/** Sends the commands of this package, signed with Signature Version 4 where there are credentials. Throws AdminError. */
export class AdminClient {
  readonly #settings: AdminClientSettings;

  constructor(settings: AdminClientSettings) {
    this.#settings = settings;
  }

  async send<O extends object>(command: AdminCommand<O>): Promise<O> {
    const { endpoint, region, credentials, agent } = this.#settings;
    const url = new URL(endpoint);
    const name = String((command.schema as readonly unknown[])[2]);
    const body = Buffer.from(JSON.stringify(command.input));
    const head = {
      method: "POST",
      target: "/",
      headers: [
        ["host", url.host],
        ["content-type", "application/x-amz-json-1.1"],
        ["x-amz-target", `${adminService.targetPrefix}.${name}`],
      ] as const,
    };
    const headers = credentials === undefined ? head.headers : signedHeaders(head, body, credentials, region);
    const answer = await exchange(url, agent, headers, body);
    const value = JSON.parse(answer.text === "" ? "{}" : answer.text) as O & {
      __type?: string;
      message?: string;
      Message?: string;
    };
    if (answer.status === 200) return value;
    const code = value.__type?.split("#").at(-1) ?? "Unknown";
    throw new AdminError(code, value.message ?? value.Message ?? code, answer.status);
  }
}

function signedHeaders(
  head: Parameters<typeof signRequest>[0],
  body: Uint8Array,
  credentials: AdminCredentials,
  region: string,
): readonly (readonly [string, string])[] {
  const service = adminService.signingName;
  const signer = { ...credentials, region, service, now: new Date(), pathStyle: "normalized" } as const;
  return signRequest(head, signer, createHash("sha256").update(body).digest("hex")).head.headers;
}

function exchange(
  url: URL,
  agent: Agent,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: url.hostname,
        port: url.port,
        method: "POST",
        path: "/",
        agent,
        headers: { ...Object.fromEntries(headers), "content-length": body.byteLength },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") });
        });
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
