import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { AccessDenied } from "../../../access/authority.ts";
import type { Authority } from "../../../access/index.ts";
import { openDb, silentLog, TurnableClock } from "../../../platform/index.ts";
import { migrations, openRepositories } from "../../index.ts";
import type { Repositories } from "../../index.ts";
import { authority } from "../../testing/place.ts";
import type { ClientLimits } from "../client-limits.ts";

const run = promisify(execFile);
export const areaKey = Buffer.alloc(32, 9);

export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly repositories: Repositories;
  readonly url: string;
  /** Who asks, unless a request says otherwise in its header `x-user`: a user of that name, who may do everything. */
  as(who: Authority): void;
}

/** Repositories behind a bare HTTP server, which stands for the gateway. */
export async function openPlace(folder: string, clientLimits: Partial<ClientLimits> = {}): Promise<Place> {
  const db = openDb(join(folder, "metadata.db"), areaKey);
  db.migrate(migrations);
  const repositories = openRepositories({
    db,
    clock: new TurnableClock(new Date("2026-11-23T10:00:00Z")),
    log: silentLog,
    dataFolder: folder,
    key: areaKey,
    accountId: "111122223333",
    region: "us-east-1",
    clientLimits,
    onSyncFailed: (cause) => {
      throw cause;
    },
  });
  let who = authority();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const [, , , repository = "", ...rest] = url.pathname.split("/");
    repositories
      .gitRequest({
        repository,
        path: `/${rest.join("/")}`,
        query: url.search.slice(1),
        method: request.method ?? "",
        contentType: request.headers["content-type"],
        contentEncoding: request.headers["content-encoding"],
        gitProtocol: request.headers["git-protocol"]?.toString(),
        body: request,
        authority: userNamed(request.headers["x-user"]?.toString()) ?? who,
        signal: gone.signal,
      })
      .then(async (answer) => {
        response.writeHead(answer.status, answer.headers.flat());
        await pipeline(Readable.from(answer.body, { objectMode: false }), response);
      })
      .catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(error instanceof AccessDenied ? 403 : 500).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    repositories,
    url: `http://127.0.0.1:${port}/v1/repos`,
    as: (other) => {
      who = other;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await repositories[Symbol.asyncDispose]();
      db[Symbol.dispose]();
    },
  };
}

function userNamed(userName: string | undefined): Authority | undefined {
  if (userName === undefined) return undefined;
  const { accountId } = authority().principal;
  const arn = `arn:aws:iam::${accountId}:user/${userName}`;
  return { ...authority(), principal: { kind: "user", accountId, arn, userName, userId: `AIDA${userName}` } };
}

export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-git-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function git(folder: string, ...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
  const environment = { PATH: "/usr/bin:/bin", HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0" };
  const { stdout } = await run("git", ["-C", folder, ...identity, ...args], { env: environment });
  return stdout.trim();
}
