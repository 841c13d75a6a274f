import { Agent, request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";

import type { Attached } from "../network/index.ts";

export interface ContainerAnswer {
  readonly kind: "answered";
  readonly status: number;
  readonly contentType: string | undefined;
  readonly customAttributes: string | undefined;
  readonly body: Buffer;
}

export interface ContainerSilence {
  readonly kind: "unreachable" | "timed-out" | "too-large";
  readonly message: string;
}

export interface ContainerClient extends Disposable {
  call(x: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array;
    readonly timeoutMs: number;
  }): Promise<ContainerAnswer | ContainerSilence>;
}

const containerPort = 8080;
/** The largest answer that is taken from a container. */
const answerBytesMax = 6 * 1024 * 1024;
const socketsMax = 64;

/** HTTP to a model server inside its network namespace, over connections that are kept. */
export function containerClient(network: Pick<Attached, "connect">): ContainerClient {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax, maxFreeSockets: socketsMax });
  agent.createConnection = () => network.connect(containerPort);
  return {
    call(x) {
      return new Promise((resolve) => {
        const headers = { ...x.headers, ...(x.body === undefined ? {} : { "content-length": x.body.byteLength }) };
        const sent = request({ agent, host: "localhost", path: x.path, method: x.method, headers });
        const timer = setTimeout(() => {
          resolve({ kind: "timed-out", message: `the container did not answer within ${x.timeoutMs / 1000} seconds` });
          sent.destroy();
        }, x.timeoutMs);
        const settle = (answer: ContainerAnswer | ContainerSilence): void => {
          clearTimeout(timer);
          resolve(answer);
        };
        sent.once("response", (response) => collect(sent, response, settle));
        sent.once("error", (error) => settle({ kind: "unreachable", message: error.message }));
        sent.end(x.body);
      });
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function collect(
  sent: ClientRequest,
  response: IncomingMessage,
  settle: (answer: ContainerAnswer | ContainerSilence) => void,
): void {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  response.on("data", (part: Buffer) => {
    sizeBytes += part.byteLength;
    if (sizeBytes > answerBytesMax) {
      settle({ kind: "too-large", message: `the container's answer is larger than ${answerBytesMax} bytes` });
      sent.destroy();
      return;
    }
    parts.push(part);
  });
  response.once("error", (error) => settle({ kind: "unreachable", message: error.message }));
  response.once("end", () => {
    const attributes = response.headers["x-amzn-sagemaker-custom-attributes"];
    settle({
      kind: "answered",
      status: response.statusCode ?? 0,
      contentType: response.headers["content-type"],
      customAttributes: Array.isArray(attributes) ? attributes.join(",") : attributes,
      body: Buffer.concat(parts),
    });
  });
}
