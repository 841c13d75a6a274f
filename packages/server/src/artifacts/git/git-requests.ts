import type { Authority } from "../../access/index.ts";
import type { ClientLimits } from "./client-limits.ts";
import { ClientTurns, holderOf } from "./client-turns.ts";
import { settleHead } from "./branches.ts";
import { readFetch } from "./fetch-request.ts";
import { receivePush, serveRead } from "./http-backend.ts";
import type { GitExchange } from "./http-backend.ts";
import type { OpenByName, OpenedRepository } from "./opened-repository.ts";
import { absentObject } from "./git.ts";
import { lookIn, PushedObjects } from "./pushed-objects.ts";
import { brokenEncoding, readPush } from "./push-commands.ts";
import type { Push, PushedChange } from "./push-commands.ts";
import { bodyOf, isBrokenGzip } from "./request-body.ts";
import { plainAnswer, serviceOf } from "./smart-http.ts";
import type { GitAnswer } from "./smart-http.ts";

export interface GitRequest {
  readonly repository: string;
  /** Behind `/v1/repos/<name>`: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly method: string;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly gitProtocol?: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  readonly authority: Authority;
  /** Told of a push as it goes on. */
  readonly push?: PushWitness;
  /** Aborted once the client is gone. */
  readonly signal: AbortSignal;
}

export interface PushWitness {
  /** Which references it would change, before it is decided on. */
  asked(changes: readonly PushedChange[]): void;
  /** It is allowed, and would change something; it waits for this. */
  begins(): Promise<void>;
  /** What it has moved; called before it is answered, also where it failed. */
  moved(changes: readonly PushedChange[]): void;
}

interface Means {
  readonly open: OpenByName;
  readonly arnOf: (repository: string) => string;
  /** After a branch moved; `actor` is an ARN. */
  readonly moved: (repository: string, actor: string) => Promise<void>;
  readonly limits: ClientLimits;
}

interface AskedBody {
  readonly body: AsyncIterable<Uint8Array>;
  /** Absent where the request is none. */
  readonly push?: Push;
}

/** After how long whoever got no turn may ask again. */
const retrySeconds = "60";

/** git's smart HTTP protocol. */
export class GitRequests {
  readonly #means: Means;
  readonly #turns: ClientTurns;

  constructor(means: Means) {
    this.#means = means;
    this.#turns = new ClientTurns(means.limits);
  }

  async serve(request: GitRequest): Promise<GitAnswer> {
    const { repository: name, path, query, method, authority, signal: gone } = request;
    const asked = serviceOf(method, path, query);
    if (asked.kind === "malformed") return plainAnswer(400, "InvalidRequest", asked.message);
    if (asked.kind === "no-such-service") return plainAnswer(404, "NotFound", "There is no such Git service here.");
    const { service } = asked;
    const { arnOf, open, limits } = this.#means;
    // ② before it is looked whether the repository exists.
    const action = service === "git-receive-pack" ? "codecommit:GitPush" : "codecommit:GitPull";
    authority.demand({ action, resource: arnOf(name) });
    const read = method === "GET" ? { body: bodyOf() } : await this.#bodyFor(service, request);
    if ("status" in read) return read;
    const opened = await open(name);
    if (opened.kind !== "opened") {
      return plainAnswer(404, "RepositoryDoesNotExistException", `There is no repository ${name}.`);
    }
    const { body, push } = read;
    if (push !== undefined) {
      opened.demandRoom(0);
      if (push.changes.length > 0) await request.push?.begins();
    }
    const turn = await this.#turns.take(holderOf(authority.principal), gone);
    if (turn.kind !== "turn") return noTurn(turn.kind);
    const { contentType, gitProtocol } = request;
    const asking = { service, isAdvertisement: method === "GET", contentType, gitProtocol, body };
    const exchange = { ...asking, remoteUser: authority.principal.arn, limits, giveBack: turn.giveBack, gone };
    return push === undefined ? serveRead(opened, exchange) : await this.#receive(opened, exchange, push, request);
  }

  async #receive(
    opened: OpenedRepository,
    exchange: GitExchange,
    { changes }: Push,
    { repository, authority, push }: GitRequest,
  ): Promise<GitAnswer> {
    const moved: PushedChange[] = [];
    const pushed = new PushedObjects(lookIn(opened), newObjects(changes));
    // git keeps an object in memory until all of it has come, so the disk alone does not tell what is still to be written.
    const body = opened.withRoom(exchange.body);
    try {
      return await receivePush(opened, { ...exchange, body }, pushed, moved);
    } catch (error) {
      if (!isBrokenGzip(error)) throw error;
      return plainAnswer(400, "InvalidRequest", brokenEncoding);
    } finally {
      push?.moved(moved);
      await settleHead(opened);
      await this.#means.moved(repository, authority.principal.arn);
    }
  }

  async #bodyFor(service: string, request: GitRequest): Promise<AskedBody | GitAnswer> {
    return service === "git-receive-pack" ? await this.#allowedPush(request) : await wholeFetch(request);
  }

  /** ② every reference that a push changes is decided on by itself: a policy can keep a branch from somebody. */
  async #allowedPush(request: GitRequest): Promise<AskedBody | GitAnswer> {
    const push = await readPush(request.body, request.contentEncoding);
    if (push.kind === "malformed") return plainAnswer(400, "InvalidRequest", push.message);
    request.push?.asked(push.changes);
    const resource = this.#means.arnOf(request.repository);
    for (const { reference } of push.changes) {
      const context = { "codecommit:References": reference };
      request.authority.demand({ action: "codecommit:GitPush", resource, context });
    }
    return { body: push.body, push };
  }
}

async function wholeFetch({ body, contentEncoding }: GitRequest): Promise<AskedBody | GitAnswer> {
  const request = await readFetch(body, contentEncoding);
  if (request.kind === "fetch") return { body: bodyOf(request.body) };
  const [status, code] = request.kind === "too-large" ? [413, "RequestEntityTooLarge"] : [400, "InvalidRequest"];
  return plainAnswer(status, code, request.message);
}

function newObjects(changes: readonly PushedChange[]): string[] {
  return changes.map(({ objectId }) => objectId).filter((id) => id !== absentObject);
}

function noTurn(kind: "share-taken" | "all-taken"): GitAnswer {
  const retry: [string, string][] = [["retry-after", retrySeconds]];
  return kind === "share-taken"
    ? plainAnswer(
        429,
        "TooManyRequests",
        "You have too many clones, fetches and pushes under way: try again later.",
        retry,
      )
    : plainAnswer(
        503,
        "ServiceUnavailable",
        "Too many clones, fetches and pushes are under way: try again later.",
        retry,
      );
}
