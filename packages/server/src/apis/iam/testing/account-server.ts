import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import type { HttpRequestHead } from "@strongroom/wire";
import { accountId, host, openTestAccount, type TestAccount } from "../../../access/testing/account.ts";
import type { TrailEvent } from "../../../audit/index.ts";
import { answer, UnverifiedBodies, type Gate } from "../../../gateway/index.ts";
import { sts } from "../../sts/index.ts";
import { iam } from "../index.ts";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** IAM and STS over a test account, behind signatures and permissions, with the official clients in front. */
interface AccountServer extends AsyncDisposable {
  readonly account: TestAccount;
  readonly endpoint: string;
  /** What the trail was told, in order. */
  readonly records: readonly TrailEvent[];
  /** What went wrong inside: nothing, in a test that holds. */
  readonly faults: readonly unknown[];
  readonly administrator: Keys;
  iam(keys: Keys): IAMClient;
  sts(keys: Keys): STSClient;
  /** Makes a user with these statements and an access key. */
  user(name: string, ...statements: readonly object[]): Keys;
}

export async function openAccountServer(): Promise<AccountServer> {
  const account = openTestAccount();
  account.clock.turnTo(new Date());
  const records: TrailEvent[] = [];
  const faults: unknown[] = [];
  const gate = gateOf(account, records, faults);
  const { signal } = new AbortController();
  const server = createServer((request, response) => {
    const arrival = { head: headOf(request), body: request, origin: host, carries: undefined, signal };
    void answer(arrival, gate).then(({ status, headers, body }) => {
      response.writeHead(status, headers.flat()).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const first = account.access.ensureFirstAdministrator();
  if (first === undefined) throw new Error("a new account has no users");
  const opened: { destroy(): void }[] = [];
  const kept = <T extends { destroy(): void }>(client: T): T => {
    opened.push(client);
    return client;
  };
  const settings = (credentials: Keys) => ({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  return {
    account,
    endpoint,
    records,
    faults,
    administrator: first,
    iam: (keys) => kept(new IAMClient(settings(keys))),
    sts: (keys) => kept(new STSClient(settings(keys))),
    user(name, ...statements) {
      account.user(name, ...statements);
      const made = account.access.users.createAccessKey(name);
      if ("kind" in made) throw new Error(made.message);
      return { accessKeyId: made.key.id, secretAccessKey: made.secretAccessKey };
    },
    async [Symbol.asyncDispose]() {
      for (const client of opened) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      account[Symbol.dispose]();
    },
  };
}

/** The whole road of a request: what is refused here is refused by a server. */
function gateOf(account: TestAccount, records: TrailEvent[], faults: unknown[]): Gate {
  const { access, clock } = account;
  return {
    services: [iam(access), sts(access)],
    access,
    trail: {
      record: (event) => {
        records.push(event);
        return Promise.resolve();
      },
    },
    repositories: { gitRequest: () => Promise.reject(new Error("there are no repositories here")) },
    unverified: new UnverifiedBodies(),
    place: { region: "us-east-1", accountId, clock },
    log: { info: () => undefined, error: (message, facts) => void faults.push({ message, facts }) },
  };
}

function headOf(request: IncomingMessage): HttpRequestHead {
  const headers: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.push([(request.rawHeaders[i] ?? "").toLowerCase(), request.rawHeaders[i + 1] ?? ""]);
  }
  return { method: request.method ?? "", target: request.url ?? "", headers };
}
