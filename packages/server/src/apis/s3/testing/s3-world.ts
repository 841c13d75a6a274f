import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { isRefused, migrations as accessMigrations, openAccess } from "../../../access/index.ts";
import type { Access, Refusal as AccessRefusal } from "../../../access/index.ts";
import { openPlace } from "../../../artifacts/testing/place.ts";
import type { Place } from "../../../artifacts/testing/place.ts";
import { answer } from "../../../gateway/index.ts";
import { lineLog, systemClock } from "../../../platform/index.ts";
import { s3 } from "../index.ts";

const accountId = "111122223333";
const region = "us-east-1";

/** S3 behind the gateway's road, over plain HTTP, with the official client in front. */
export interface S3World extends AsyncDisposable {
  readonly place: Place;
  readonly access: Access;
  readonly endpoint: string;
  readonly administrator: S3Client;
  /** A new user with one inline policy, and a client that signs as that user. */
  userWith(name: string, policy: object): S3Client;
}

export async function openS3World(): Promise<S3World> {
  const place = await openPlace(undefined, systemClock);
  place.db.migrate(accessMigrations);
  const access = openAccess({
    db: place.db,
    clock: systemClock,
    accountId,
    region,
    tokenKey: Buffer.alloc(32, 3),
  });
  access.describeResources("s3", (arn) => place.s3.facts(arn));
  access.describeResources("kms", (arn) => place.encryption.keyFacts(arn));
  const first = access.ensureFirstAdministrator();
  if (first === undefined) throw new Error("no administrator");
  const gate = {
    services: [s3(place.s3)],
    access,
    trail: { record: () => Promise.resolve() },
    repositories: { gitRequest: () => Promise.reject(new Error("no repositories here")) },
    place: { region, accountId, clock: systemClock },
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
  const endpoint = `http://127.0.0.1:${port}`;
  const clients: S3Client[] = [];
  const clientFor = (credentials: { accessKeyId: string; secretAccessKey: string }): S3Client => {
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  return {
    place,
    access,
    endpoint,
    administrator: clientFor(first),
    userWith(name, policy) {
      held(access.users.create({ name, path: "/", boundaryArn: undefined, tags: {} }));
      const put = access.policies.putInline({ kind: "user", name }, { name: "only", document: JSON.stringify(policy) });
      if (put !== undefined) throw new Error(put.message);
      const { key, secretAccessKey } = held(access.users.createAccessKey(name));
      return clientFor({ accessKeyId: key.id, secretAccessKey });
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await place[Symbol.asyncDispose]();
    },
  };
}

function held<T extends object>(outcome: T | AccessRefusal): T {
  if (isRefused(outcome)) throw new Error(outcome.message);
  return outcome;
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([(rawHeaders[i] ?? "").toLowerCase(), rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}
