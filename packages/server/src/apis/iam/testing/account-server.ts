import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import {
  AwsError,
  decode,
  encode,
  encodeError,
  payloadOf,
  readClaim,
  route,
  verifyClaim,
  type HttpAnswer,
  type HttpRequestHead,
} from "@strongroom/wire";
import { AccessDenied, type Principal } from "../../../access/index.ts";
import { openTestAccount, type TestAccount } from "../../../access/testing/account.ts";
import type { ServerCall, ServerService } from "../../operation.ts";
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
  readonly administrator: Keys;
  iam(keys: Keys): IAMClient;
  sts(keys: Keys): STSClient;
  /** Makes a user with these statements and an access key. */
  user(name: string, ...statements: readonly object[]): Keys;
}

export async function openAccountServer(): Promise<AccountServer> {
  const account = openTestAccount();
  account.clock.turnTo(new Date());
  const services = [iam(account.access), sts(account.access)];
  const server = createServer((request, response) => {
    void answer(account, services, request).then(({ status, headers, body }) => {
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

async function answer(
  account: TestAccount,
  services: readonly ServerService[],
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const head = headOf(request);
  const claim = readClaim(head);
  if ("refused" in claim) return encodeError(undefined, new AwsError(claim), "request", head);
  const first = route(services, head, claim.scope.service);
  try {
    const { principal, signingKey } = verified(account, head, claim);
    const parts: Uint8Array[] = [];
    for await (const part of payloadOf(claim, signingKey, request)) parts.push(part);
    const body = Buffer.concat(parts);
    const routed = first.kind === "named-in-body" ? first.finish(body) : first;
    if (routed.kind === "refused") throw routed.error;
    const call: ServerCall = {
      authority: account.as(principal),
      requestId: "request",
      now: account.clock.now(),
      accountId: principal.accountId,
      region: "us-east-1",
      headers: Object.fromEntries(head.headers),
      signal: new AbortController().signal,
    };
    const input = decode(routed, head, body);
    for (const permission of await routed.operation.permissions(input, call)) call.authority.demand(permission);
    return encode(routed, await routed.operation.handle(input, call), "request");
  } catch (error) {
    const told = error instanceof AccessDenied ? denied(error.message) : error;
    return encodeError(first.service, told, "request", head);
  }
}

function verified(
  account: TestAccount,
  head: HttpRequestHead,
  claim: Exclude<ReturnType<typeof readClaim>, { refused: true }>,
) {
  const now = account.clock.now();
  const credential = account.access.credential(claim.accessKeyId, claim.sessionToken, now);
  if (credential.kind !== "active") throw denied(`this key is ${credential.kind}`);
  const { secretAccessKey, principal }: { secretAccessKey: string; principal: Principal } = credential;
  const service = claim.scope.service;
  const settings = { now, region: "us-east-1", service, pathStyle: "normalized" } as const;
  const verdict = verifyClaim(head, claim, secretAccessKey, settings);
  if ("refused" in verdict) throw new AwsError(verdict);
  account.access.lastUsed.note(principal, service, "us-east-1", now);
  return { principal, signingKey: verdict.signingKey };
}

function denied(message: string): AwsError {
  return new AwsError({ code: "AccessDenied", message, status: 403 });
}

function headOf(request: IncomingMessage): HttpRequestHead {
  const headers: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.push([(request.rawHeaders[i] ?? "").toLowerCase(), request.rawHeaders[i + 1] ?? ""]);
  }
  return { method: request.method ?? "", target: request.url ?? "", headers };
}
