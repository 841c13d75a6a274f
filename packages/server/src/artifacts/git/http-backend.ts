import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { OpenedRepository } from "./opened-repository.ts";
import type { ClientLimits } from "./client-limits.ts";
import { answerHooks } from "./push-hooks.ts";
import type { PushedObjects } from "./pushed-objects.ts";
import { Pause, paused, pausing } from "./pause.ts";
import type { GitService } from "./smart-http.ts";

export interface GitExchange {
  readonly service: GitService;
  /** Which references there are is asked for; else the service's work is. */
  readonly isAdvertisement: boolean;
  readonly contentType?: string | undefined;
  /** The Git-Protocol header: `version=2`. */
  readonly gitProtocol?: string | undefined;
  /** Who pushes, for the reference log. */
  readonly remoteUser: string;
  /** Uncompressed. */
  readonly body: AsyncIterable<Uint8Array>;
  /** What a push brings; absent where the request is none. */
  readonly pushed?: PushedObjects | undefined;
  /** How long the client may keep git waiting, in sending and in taking. */
  readonly limits: Pick<ClientLimits, "pauseMsMax" | "bytesPerSecondMin">;
  /** Gives back the turn that was taken for it; called when git has ended. */
  readonly giveBack: () => void;
  /** Aborted once the client is gone. */
  readonly gone: AbortSignal;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: AsyncIterable<Uint8Array>;
}

const headBytesMax = 64 * 1024;

/**
 * One request through `git http-backend` (CGI, RFC 3875). `finished` runs once git has ended. What a push is answered
 * is kept back until it is durable: git reports a reference as soon as it stands. A client that keeps git waiting for
 * too long gets no further answer: only so many of git's processes serve clients at once, and others wait for a turn.
 */
export async function serveGit(
  opened: OpenedRepository,
  exchange: GitExchange,
  finished: () => Promise<void>,
): Promise<GitAnswer> {
  const { service, isAdvertisement, limits, pushed } = exchange;
  const variables = {
    GIT_PROJECT_ROOT: opened.folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: isAdvertisement ? "/info/refs" : `/${service}`,
    REQUEST_METHOD: isAdvertisement ? "GET" : "POST",
    // ② never the client's own: what was decided on is what git does.
    QUERY_STRING: isAdvertisement ? `service=${service}` : "",
    REMOTE_USER: exchange.remoteUser,
    REMOTE_ADDR: "",
    SERVER_PROTOCOL: "HTTP/1.1",
    ...named("CONTENT_TYPE", exchange.contentType),
    ...named("GIT_PROTOCOL", exchange.gitProtocol),
  };
  const isPush = pushed !== undefined;
  const running = opened.startIn(exchange.giveBack, ["http-backend"], variables, { withChannel: isPush });
  if (isPush && running.channel !== undefined) answerHooks(running.channel, pushed);
  const newPause = () => new Pause(limits.pauseMsMax, limits.bytesPerSecondMin);
  const [sending, taking] = [newPause(), newPause()];
  const givenUp = Promise.race([sending.over, taking.over]).then(stop);
  const body = Readable.from(pausing(exchange.body, sending), { objectMode: false });
  const sent = pipeline(body, running.process.stdin).catch(
    // git may answer without reading all; and where the client broke off, git must not take a part for the whole.
    (error: unknown) => {
      if (!isClosedPipe(error)) stop();
    },
  );
  // A body that does not come any more is not waited for.
  const ended = Promise.all([Promise.race([sent, givenUp]), running.ended]);
  const output = running.process.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head = await readHead(output);
  if (head === undefined) {
    stop();
    await ended;
    throw new Error(`git http-backend gave no answer: ${running.said()}`);
  }
  let isTaken = false;
  if (exchange.gone.aborted) leave();
  else exchange.gone.addEventListener("abort", leave);
  return { status: head.status, headers: head.headers, body: answerBody() };

  /** An answer that nobody begins to take would never come to its end, and git would keep its turn. */
  function leave(): void {
    if (isTaken) return;
    if (!isPush) stop();
    void takeAll(answerBody()).catch(() => undefined);
  }

  function stop(): void {
    running.process.kill("SIGKILL");
    // What it has started goes on as long as its pipes do, and output that nobody reads keeps it from having ended.
    running.process.stdin.destroy();
    running.process.stdout.destroy();
    running.channel?.destroy();
  }

  async function* answerBody(): AsyncGenerator<Uint8Array> {
    if (isTaken) return;
    isTaken = true;
    const keptBack: Uint8Array[] = [];
    try {
      for await (const chunk of paused(answered(), taking)) {
        if (isPush) keptBack.push(chunk);
        else yield chunk;
      }
      const code = await running.ended;
      if (code !== 0) throw new Error(`git http-backend failed (${code ?? "killed"}): ${running.said()}`);
      if (isPush) await opened.settle();
      yield* keptBack;
    } finally {
      stop();
      await ended;
      await finished();
    }
  }

  async function* answered(): AsyncGenerator<Uint8Array> {
    if (head !== undefined && head.rest.byteLength > 0) yield head.rest;
    for (let next = await output.next(); next.done !== true; next = await output.next()) yield next.value;
  }
}

async function takeAll(pieces: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await pieces.next()).done !== true);
}

const named = (name: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: value };

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

/** The CGI head: lines up to an empty one; `Status` says the status where it is not 200. */
async function readHead(
  output: AsyncIterator<Buffer>,
): Promise<{ status: number; headers: [string, string][]; rest: Uint8Array } | undefined> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = seen.indexOf("\r\n\r\n");
    if (end >= 0) {
      const lines = seen.subarray(0, end).toString("latin1").split("\r\n");
      const headers = lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      });
      const status = headers.find(([name]) => name === "status")?.[1] ?? "200";
      return {
        status: Number.parseInt(status, 10),
        headers: headers.filter(([name]) => name !== "status"),
        rest: seen.subarray(end + 4),
      };
    }
    if (seen.byteLength > headBytesMax) return undefined;
    const next = await output.next();
    if (next.done === true) return undefined;
    seen = Buffer.concat([seen, next.value]);
  }
}
