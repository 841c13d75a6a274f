import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Access } from "../../../access/index.ts";
import type { Repositories } from "../../../artifacts/index.ts";
import { answer, UnverifiedBodies } from "../../../gateway/index.ts";
import type { Gate } from "../../../gateway/index.ts";
import { lineLog, systemClock } from "../../../platform/index.ts";
import type { Clock } from "../../../platform/index.ts";
import type { ServerService } from "../../operation.ts";

export const accountId = "111122223333";
export const region = "us-east-1";

/** Services behind the gateway's road, over plain HTTP; `record`: in place of a trail. */
export interface Road extends AsyncDisposable {
  readonly endpoint: string;
}

const noGit = { gitRequest: () => Promise.reject(new Error("no git here")) };

export async function openRoad(
  access: Access,
  services: readonly ServerService[],
  repositories: Pick<Repositories, "gitRequest"> = noGit,
  clock: Clock = systemClock,
  crossOrigin?: Gate["crossOrigin"],
  record: Gate["trail"]["record"] = () => Promise.resolve(),
): Promise<Road> {
  const gate = {
    services,
    access,
    trail: { record },
    repositories,
    unverified: new UnverifiedBodies(),
    ...(crossOrigin === undefined ? {} : { crossOrigin }),
    place: { region, accountId, clock },
    log: lineLog((line) => process.stderr.write(line)),
  };
  const server = createServer((request, response) => {
    const arrival = {
      head: { method: request.method ?? "", target: request.url ?? "", headers: headersOf(request) },
      body: request,
      origin: { kind: "host" as const, sourceIp: "127.0.0.1" },
      carries: undefined,
      signal: new AbortController().signal,
    };
    answer(arrival, gate)
      .then(async ({ status, headers, body }) => {
        response.writeHead(status, headers.flat());
        if (body === undefined || request.method === "HEAD") response.end();
        else if (body instanceof Uint8Array) response.end(body);
        else await pipeline(Readable.from(body, { objectMode: false }), response);
      })
      .catch(() => {
        response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([(rawHeaders[i] ?? "").toLowerCase(), rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}
