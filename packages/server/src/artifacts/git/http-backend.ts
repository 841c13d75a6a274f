import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Git } from "./git.ts";
import { Pause, paused, pausing } from "./pause.ts";

export interface GitExchange {
  readonly id: string;
  readonly method: string;
  /** Behind the repository's path: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly contentType?: string | undefined;
  /** `gzip`: git compresses what it sends. */
  readonly contentEncoding?: string | undefined;
  /** The Git-Protocol header: `version=2`. */
  readonly gitProtocol?: string | undefined;
  /** Who pushes, for the reference log. */
  readonly remoteUser: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** How long the client may send nothing, or take nothing, while git waits for it. */
  readonly pauseMsMax: number;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: AsyncIterable<Uint8Array>;
}

const headBytesMax = 64 * 1024;

/**
 * One request through `git http-backend` (CGI, RFC 3875). `finished` runs once git has ended. What a push is answered
 * is kept back until it is durable: git reports a reference as soon as it stands. A client that pauses for too long
 * gets no further answer: only so many of git's processes run at once, and others wait for their turn.
 */
export async function serveGit(git: Git, exchange: GitExchange, finished: () => Promise<void>): Promise<GitAnswer> {
  if (exchange.method === "POST" && exchange.path === "/git-receive-pack") git.demandRoom(0);
  const running = await git.start(["http-backend"], {
    GIT_PROJECT_ROOT: git.folderOf(exchange.id),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: exchange.path,
    REQUEST_METHOD: exchange.method,
    QUERY_STRING: exchange.query,
    REMOTE_USER: exchange.remoteUser,
    REMOTE_ADDR: "",
    SERVER_PROTOCOL: "HTTP/1.1",
    ...named("CONTENT_TYPE", exchange.contentType),
    ...named("HTTP_CONTENT_ENCODING", exchange.contentEncoding),
    ...named("GIT_PROTOCOL", exchange.gitProtocol),
  });
  const [sending, taking] = [new Pause(exchange.pauseMsMax), new Pause(exchange.pauseMsMax)];
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
  return { status: head.status, headers: head.headers, body: answerBody() };

  function stop(): void {
    running.process.kill("SIGKILL");
    // What it has started goes on as long as its pipes do, and output that nobody reads keeps it from having ended.
    running.process.stdin.destroy();
    running.process.stdout.destroy();
  }

  async function* answerBody(): AsyncGenerator<Uint8Array> {
    const isPush = exchange.method === "POST" && exchange.path === "/git-receive-pack";
    const keptBack: Uint8Array[] = [];
    try {
      for await (const chunk of paused(answered(), taking)) {
        if (isPush) keptBack.push(chunk);
        else yield chunk;
      }
      const code = await running.ended;
      if (code !== 0) throw new Error(`git http-backend failed (${code ?? "killed"}): ${running.said()}`);
      if (isPush) await git.settle();
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
