import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { ClientLimits } from "./client-limits.ts";
import { readHead } from "./cgi-head.ts";
import type { CgiHead } from "./cgi-head.ts";
import type { OpenedRepository } from "./opened-repository.ts";
import { Pause, paused, pausing } from "./pause.ts";
import type { PushedChange } from "./push-commands.ts";
import { serveHooks } from "./push-hooks.ts";
import type { PushedObjects } from "./pushed-objects.ts";
import { bodyOf } from "./request-body.ts";
import { plainAnswer } from "./smart-http.ts";
import type { GitAnswer, GitService } from "./smart-http.ts";

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
  /** How long the client may keep git waiting, in sending and in taking. */
  readonly limits: Pick<ClientLimits, "pauseMsMax" | "bytesPerSecondMin">;
  /** Gives back the turn that was taken for it; called when git has ended. */
  readonly giveBack: () => void;
  /** Aborted once the client is gone. */
  readonly gone: AbortSignal;
}

/** `git http-backend` at work. */
interface Begun {
  readonly head: CgiHead;
  /** What a push has moved, which is whole once git has ended; of anything else nothing. */
  readonly moved: readonly PushedChange[];
  /** Whether git was stopped since the client has kept it waiting for too long. */
  isGivenUp(): boolean;
  /** What git answers. Throws where the body broke off, or git failed. */
  output(): AsyncGenerator<Uint8Array>;
  stop(): void;
  /** Waits until nothing of it is left. */
  end(): Promise<unknown>;
}

/**
 * One request that changes nothing. A client that keeps git waiting for too long gets no further answer: only so many of
 * git's processes serve clients at once, and others wait for a turn.
 */
export async function serveRead(opened: OpenedRepository, exchange: GitExchange): Promise<GitAnswer> {
  const { limits, gone } = exchange;
  const taking = new Pause(limits.pauseMsMax, limits.bytesPerSecondMin);
  const begun = await begin(opened, exchange, taking);
  let isTaken = false;
  if (gone.aborted) leave();
  else gone.addEventListener("abort", leave);
  const { status, headers } = begun.head;
  return { status, headers, body: answerBody() };

  /** An answer that nobody begins to take would never come to its end, and git would keep its turn. */
  function leave(): void {
    if (isTaken) return;
    begun.stop();
    void takeAll(answerBody()).catch(() => undefined);
  }

  async function* answerBody(): AsyncGenerator<Uint8Array> {
    if (isTaken) return;
    isTaken = true;
    try {
      yield* paused(begun.output(), taking);
    } finally {
      await begun.end();
    }
  }
}

/**
 * A push, to its end, whoever is there to hear of it. It is answered once it is durable: git reports a reference as soon
 * as it stands. `moved` is filled in also where it throws.
 */
export async function receivePush(
  opened: OpenedRepository,
  exchange: GitExchange,
  pushed: PushedObjects,
  moved: PushedChange[],
): Promise<GitAnswer> {
  const begun = await begin(opened, exchange, undefined, pushed);
  const kept: Uint8Array[] = [];
  try {
    for await (const piece of begun.output()) kept.push(piece);
    await opened.settle();
  } catch (error) {
    if (!begun.isGivenUp()) throw error;
    return plainAnswer(408, "RequestTimeout", "The push did not come: git has waited for too long.");
  } finally {
    await begun.end();
    moved.push(...begun.moved);
  }
  const { status, headers } = begun.head;
  return { status, headers, body: bodyOf(...kept) };
}

/** Starts `git http-backend` (CGI, RFC 3875), and waits for the head of its answer. */
async function begin(
  opened: OpenedRepository,
  exchange: GitExchange,
  taking: Pause | undefined,
  pushed?: PushedObjects,
): Promise<Begun> {
  const { limits } = exchange;
  const variables = variablesFor(opened, exchange);
  const running = opened.startIn(exchange.giveBack, ["http-backend"], variables, { withChannel: pushed !== undefined });
  const { process, channel } = running;
  const moved = channel === undefined || pushed === undefined ? [] : serveHooks(channel, pushed);
  const sending = new Pause(limits.pauseMsMax, limits.bytesPerSecondMin);
  const overs = taking === undefined ? [sending.over] : [sending.over, taking.over];
  let isLate = false;
  const givenUp = Promise.race(overs).then(() => {
    isLate = true;
    stop();
  });
  let broken: { readonly cause: unknown } | undefined;
  const body = Readable.from(pausing(exchange.body, sending), { objectMode: false });
  const sent = pipeline(body, process.stdin).catch((cause: unknown) => {
    // git may answer without reading all; and where the client broke off, git must not take a part for the whole.
    if (isClosedPipe(cause)) return;
    broken = { cause };
    stop();
  });
  // A body that does not come any more is not waited for.
  const ended = Promise.all([Promise.race([sent, givenUp]), running.ended]);
  const pieces = process.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const end = (): Promise<unknown> => {
    stop();
    return ended;
  };
  const head = await readHead(pieces).catch(() => undefined);
  if (head === undefined) {
    await end();
    throw failure("gave no answer");
  }
  return { head, moved, isGivenUp: () => isLate, output, stop, end };

  function stop(): void {
    process.kill("SIGKILL");
    // What it has started goes on as long as its pipes do, and output that nobody reads keeps it from having ended.
    process.stdin.destroy();
    process.stdout.destroy();
    channel?.destroy();
  }

  function failure(what: string): unknown {
    return broken === undefined ? new Error(`git http-backend ${what}: ${running.said()}`) : broken.cause;
  }

  async function* output(): AsyncGenerator<Uint8Array> {
    if (head !== undefined && head.rest.byteLength > 0) yield head.rest;
    try {
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } catch (error) {
      throw broken === undefined ? error : broken.cause;
    }
    const code = await running.ended;
    if (code !== 0) throw failure(`failed (${code ?? "killed"})`);
  }
}

function variablesFor(opened: OpenedRepository, exchange: GitExchange): Record<string, string> {
  const { service, isAdvertisement } = exchange;
  return {
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
}

async function takeAll(pieces: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await pieces.next()).done !== true);
}

const named = (name: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: value };

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}
