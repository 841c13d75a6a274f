import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Socket } from "node:net";
import { TLSSocket, type SecureContextOptions, type TlsOptions } from "node:tls";
import { AwsError, type HttpAnswer, type HttpRequestHead } from "@strongroom/wire";
import type { Origin } from "../access/index.ts";
import { faultText, type Log } from "../platform/index.ts";
import type { Arrival, EndpointCarries } from "./gate.ts";
import { letGo } from "./let-go.ts";
import { refusePlainHttp } from "./plain-http.ts";

export interface ListenerSettings {
  /** Certificate, key and the versions of TLS that are spoken. */
  readonly tls: SecureContextOptions & Pick<TlsOptions, "SNICallback">;
  /** ② the origin is read off the socket; nothing that the client says takes part. */
  originOf(socket: Socket): Origin;
  readonly carries: EndpointCarries | undefined;
  answer(arrival: Arrival): Promise<HttpAnswer>;
  readonly log: Log;
}

const requestTimeoutMs = 3_600_000;
const headersTimeoutMs = 60_000;
const keepAliveTimeoutMs = 75_000;
/** Open at the same time; more are closed as they come. */
const connectionsMax = 4096;

/** A TLS server that hands each request to `answer`. It does not listen yet. */
export function tlsListener(settings: ListenerSettings): Server {
  const server = createServer({
    ...settings.tls,
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
  });
  const serve = (waits: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    void exchange(settings, request, response, waits);
  };
  server.maxConnections = connectionsMax;
  server.on("request", serve(false));
  // The client waits for leave before it sends its body: it gets it when something reads the body.
  server.on("checkContinue", serve(true));
  refusePlainHttp(server);
  return server;
}

async function exchange(
  settings: ListenerSettings,
  request: IncomingMessage,
  response: ServerResponse,
  waits: boolean,
): Promise<void> {
  const gone = new AbortController();
  // Node takes the socket off a request whose connection is gone.
  const { socket } = request;
  const body =
    !waits && hasNoBody(request)
      ? undefined
      : bodyOf(request, waits ? () => response.writeContinue() : () => undefined);
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const answer = await settings.answer({
      head: headOf(request),
      body: body ?? nothing,
      origin: settings.originOf(socket),
      carries: settings.carries,
      tlsVersion: tlsVersionOf(socket),
      signal: gone.signal,
    });
    // A whole answer needs no more of the body: whoever has not read it to its end holds it no longer, so that it can be
    // let go. That is not waited for, since of a body whose next bytes are awaited it happens with them.
    if (!request.complete && isWhole(answer)) void body?.return(undefined).catch(() => undefined);
    await send(request, response, answer, waits);
  } catch (error) {
    // A client that goes away while it is answered has its reasons; nothing is wrong here.
    const hasLeft = gone.signal.aborted && isPrematureClose(error);
    // ⑤ unrecorded, or broken in the middle: the client must not take it for an answer.
    if (!hasLeft) settings.log.error("a request was left unanswered", { fault: faultText(error) });
    socket.destroy();
  }
}

/** An answer that is still being made may be made of what is still being read, as git's are. */
const isWhole = ({ body }: HttpAnswer): boolean => body === undefined || body instanceof Uint8Array;

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}

function headOf(request: IncomingMessage): HttpRequestHead {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    headers.push([(request.rawHeaders[i] ?? "").toLowerCase(), request.rawHeaders[i + 1] ?? ""]);
  }
  return { method: request.method ?? "", target: request.url ?? "", headers };
}

/** `TLSv1.3` → `1.3`. */
function tlsVersionOf(socket: Socket): string | undefined {
  const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
  return protocol === null ? undefined : protocol.replace(/^TLSv/, "");
}

/** A request has a body where it says how that is delimited. */
function hasNoBody({ rawHeaders }: IncomingMessage): boolean {
  return !rawHeaders.some((text, at) => at % 2 === 0 && /^(content-length|transfer-encoding)$/i.test(text));
}

const ended: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };
const nothing: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(ended) }) };

async function* bodyOf(request: IncomingMessage, leave: () => void): AsyncGenerator<Uint8Array> {
  leave();
  try {
    // Whoever stops in the middle has an answer to give, on the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
    // The client's doing, and no fault of the server's; it is recorded as such.
    throw new AwsError({
      code: "IncompleteBody",
      message: "The connection ended before the body was whole.",
      status: 400,
    });
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  waited: boolean,
): Promise<void> {
  // A client that waits for leave sends nothing; of a body that is longer than is let go, the connection ends with this answer.
  const unread = !request.complete && (waited || !(await letGo(request)));
  if (unread || waited) response.shouldKeepAlive = !unread;
  response.writeHead(answer.status, answer.headers.flat());
  if (answer.body === undefined || request.method === "HEAD") response.end();
  else if (answer.body instanceof Uint8Array) response.end(answer.body);
  else await pipeline(Readable.from(answer.body, { objectMode: false }), response);
  if (unread) request.resume();
}
