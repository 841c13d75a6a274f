import { createHash } from "node:crypto";
import type { Principal } from "../../../access/index.ts";
import { mergeBases } from "../merging/merge-base.ts";
import type { NoSuchRepository, OpenByName, OpenedRepository } from "../opened-repository.ts";
import { isBranchName } from "../reference-name.ts";
import { Turns } from "../turns.ts";
import type { ApprovalRule, ApprovalStore } from "./approval-store.ts";
import { approverOf } from "./approver.ts";
import type { PullRequestEvent } from "./event-store.ts";
import { closed, follow, newRevision } from "./following.ts";
import type { Stores } from "./following.ts";
import type { PullRequest, PullRequestStatus } from "./pull-request-store.ts";

export interface NewPullRequest {
  readonly repository: string;
  readonly title: string;
  readonly description: string | undefined;
  /** A branch's name, or its full reference. */
  readonly source: string;
  /** The default branch where it is absent. */
  readonly destination: string | undefined;
  readonly token: string | undefined;
  readonly author: Principal;
}

/** A pull request with the rules that it has to satisfy. */
export interface ToldPullRequest extends PullRequest {
  readonly rules: readonly ApprovalRule[];
}

export type NoSuchPullRequest = { readonly kind: "no-such-pull-request" | "invalid-pull-request-id" };
export type NewPullRequestRefusal =
  | "invalid-reference-name"
  | "reference-type"
  | "no-such-reference"
  | "same-reference"
  | "token-mismatch"
  | "too-many-open";
type Closed = { readonly kind: "already-closed" };

/** What a pull request needs from elsewhere. */
export interface PullRequestMeans extends Stores {
  readonly approvals: ApprovalStore;
  readonly open: OpenByName;
  /** Makes the rules of the templates that a repository has for a destination. */
  readonly applyTemplates: (one: PullRequest) => void;
}

const openMax = 1000;
const idForm = /^[1-9]\d{0,14}$/;
const heads = "refs/heads/";

/**
 * Pull requests between branches of one repository. They follow their branches: whoever asks for one gets what it is
 * now. Work on one of them is done in turn, so that nothing is decided on what another call changes meanwhile.
 */
export class PullRequests {
  readonly #means: PullRequestMeans;
  readonly #turns = new Map<number, { readonly turns: Turns; waiting: number }>();

  constructor(means: PullRequestMeans) {
    this.#means = means;
  }

  /** As it was when it was last looked at; its repository, its branches and its author never change. */
  known(id: string): PullRequest | undefined {
    return idForm.test(id) ? this.#means.pullRequests.find(Number(id)) : undefined;
  }

  async create(
    asked: NewPullRequest,
  ): Promise<
    | { readonly kind: "created"; readonly pullRequest: ToldPullRequest }
    | { readonly kind: NewPullRequestRefusal; readonly reference?: string }
    | NoSuchRepository
  > {
    const { pullRequests } = this.#means;
    const opened = await this.#means.open(asked.repository);
    if (opened.kind !== "opened") return opened;
    const digest = digestOf(asked);
    const before = asked.token === undefined ? undefined : pullRequests.withToken(asked.token);
    if (before !== undefined) return this.#repeated(before, digest);
    const ends = await endsOf(opened, asked);
    if (ends.kind !== "ends") return ends;
    const [mergeBase] = await mergeBases(opened, ends.sourceCommit, ends.destinationCommit);
    // Another call with the same token may have come first while git worked.
    const meanwhile = asked.token === undefined ? undefined : pullRequests.withToken(asked.token);
    if (meanwhile !== undefined) return this.#repeated(meanwhile, digest);
    if (pullRequests.open(opened.repository.id).length >= openMax) return { kind: "too-many-open" };
    const id = this.#insert(asked, { ...ends, mergeBase }, opened.repository.id, digest);
    return { kind: "created", pullRequest: this.#told(id) };
  }

  #repeated(before: PullRequest, digest: string) {
    if (before.tokenDigest !== digest) return { kind: "token-mismatch" as const };
    return { kind: "created" as const, pullRequest: this.#told(before.id) };
  }

  #insert(
    { title, description, author, token }: NewPullRequest,
    tips: Pick<PullRequest, "source" | "destination" | "sourceCommit" | "destinationCommit" | "mergeBase">,
    repositoryId: string,
    tokenDigest: string,
  ): number {
    const { pullRequests, events, clock, applyTemplates } = this.#means;
    const now = clock.now();
    const { arn, person } = approverOf(author);
    return pullRequests.transaction(() => {
      const id = pullRequests.insert({
        ...{ repositoryId, title, description, status: "OPEN", author: { arn, person }, ...tips },
        ...{ revisionId: newRevision(), createdAt: now, activeAt: now, token, tokenDigest },
      });
      const facts = { source: tips.sourceCommit, destination: tips.destinationCommit, base: tips.mergeBase };
      events.insert(id, { type: "PULL_REQUEST_CREATED", ...facts }, arn, now);
      const one = pullRequests.find(id);
      if (one !== undefined) applyTemplates(one);
      return id;
    });
  }

  async get(
    id: string,
  ): Promise<{ readonly kind: "pull-request"; readonly pullRequest: ToldPullRequest } | NoSuchPullRequest> {
    const found = await this.during(id, (one) => one.id);
    return typeof found === "number" ? { kind: "pull-request", pullRequest: this.#told(found) } : found;
  }

  /** Ids, the newest first. */
  async list(asked: {
    readonly repository: string;
    readonly status: PullRequestStatus | undefined;
    readonly authorArn: string | undefined;
    readonly before: number;
    readonly max: number;
  }): Promise<{ readonly kind: "ids"; readonly ids: readonly number[]; readonly hasMore: boolean } | NoSuchRepository> {
    const opened = await this.#means.open(asked.repository);
    if (opened.kind !== "opened") return opened;
    await this.#followAll(opened, undefined);
    const { max } = asked;
    const ids = this.#means.pullRequests.list({ ...asked, repositoryId: opened.repository.id, max: max + 1 });
    return { kind: "ids", ids: ids.slice(0, max), hasMore: ids.length > max };
  }

  async change(
    id: string,
    change: { readonly title: string } | { readonly description: string },
  ): Promise<{ readonly kind: "pull-request"; readonly pullRequest: ToldPullRequest } | Closed | NoSuchPullRequest> {
    const { pullRequests, clock } = this.#means;
    const outcome = await this.during(id, (one) => {
      if (one.status === "CLOSED") return { kind: "already-closed" as const };
      pullRequests.update(one.id, change, clock.now());
      return one.id;
    });
    return typeof outcome === "number" ? { kind: "pull-request", pullRequest: this.#told(outcome) } : outcome;
  }

  /** Closes it without a merge. A pull request is not opened again. */
  async close(
    id: string,
    actor: string,
  ): Promise<{ readonly kind: "pull-request"; readonly pullRequest: ToldPullRequest } | Closed | NoSuchPullRequest> {
    const outcome = await this.during(id, (one) =>
      one.status === "CLOSED" ? { kind: "already-closed" as const } : closed(this.#means, one, actor).id,
    );
    return typeof outcome === "number" ? { kind: "pull-request", pullRequest: this.#told(outcome) } : outcome;
  }

  /** What happened, the oldest first, from behind the event `after`. */
  async events(
    id: string,
    asked: {
      readonly type: string | undefined;
      readonly actor: string | undefined;
      readonly after: number;
      readonly max: number;
    },
  ): Promise<
    | {
        readonly kind: "events";
        readonly pullRequest: PullRequest;
        readonly events: readonly PullRequestEvent[];
        readonly hasMore: boolean;
      }
    | NoSuchPullRequest
  > {
    return await this.during(id, (one) => {
      const { max } = asked;
      const events = this.#means.events.list({ ...asked, pullRequestId: one.id, max: max + 1 });
      return { kind: "events" as const, pullRequest: one, events: events.slice(0, max), hasMore: events.length > max };
    });
  }

  /** After branches of a repository moved: its open pull requests learn whose doing it was. */
  async branchesMoved(repository: string, actor: string): Promise<void> {
    const opened = await this.#means.open(repository);
    if (opened.kind === "opened") await this.#followAll(opened, actor);
  }

  /** Works on one pull request, as it is now, while nobody else does. */
  async during<T>(
    id: string,
    work: (one: PullRequest, opened: OpenedRepository) => T | Promise<T>,
  ): Promise<T | NoSuchPullRequest> {
    if (!idForm.test(id)) return { kind: "invalid-pull-request-id" };
    return await this.#during(Number(id), undefined, work);
  }

  async #during<T>(
    id: number,
    actor: string | undefined,
    work: (one: PullRequest, opened: OpenedRepository) => T | Promise<T>,
  ): Promise<T | NoSuchPullRequest> {
    const own = this.#turns.get(id) ?? { turns: new Turns(1), waiting: 0 };
    this.#turns.set(id, own);
    own.waiting += 1;
    const giveBack = await own.turns.take();
    try {
      const one = this.#means.pullRequests.find(id);
      if (one === undefined) return { kind: "no-such-pull-request" };
      const opened = await this.#means.open(one.repository);
      if (opened.kind !== "opened") return { kind: "no-such-pull-request" };
      const now = one.status === "CLOSED" ? one : await follow(this.#means, opened, one, actor);
      return await work(now, opened);
    } finally {
      giveBack();
      own.waiting -= 1;
      if (own.waiting === 0) this.#turns.delete(id);
    }
  }

  async #followAll(opened: OpenedRepository, actor: string | undefined): Promise<void> {
    const open = this.#means.pullRequests.open(opened.repository.id);
    if (open.length === 0) return;
    const tips = await tipsOf(opened);
    const isStale = (one: PullRequest): boolean =>
      one.intent !== undefined ||
      tips.get(one.source) !== one.sourceCommit ||
      tips.get(one.destination) !== one.destinationCommit;
    for (const one of open.filter(isStale)) await this.#during(one.id, actor, () => undefined);
  }

  #told(id: number): ToldPullRequest {
    const found = this.#means.pullRequests.find(id);
    if (found === undefined) throw new Error("a pull request went while it was told");
    return { ...found, rules: this.#means.approvals.rules(id) };
  }
}

/** What a client's token stands for: the same call by the same principal, and no other. */
function digestOf({ repository, title, description, source, destination, author }: NewPullRequest): string {
  const said = JSON.stringify([author.arn, repository, title, description, source, destination]);
  return createHash("sha256").update(said).digest("hex");
}

async function endsOf(
  opened: OpenedRepository,
  asked: NewPullRequest,
): Promise<
  | {
      readonly kind: "ends";
      readonly source: string;
      readonly destination: string;
      readonly sourceCommit: string;
      readonly destinationCommit: string;
    }
  | { readonly kind: NewPullRequestRefusal; readonly reference: string }
> {
  const tips: { readonly branch: string; readonly commitId: string }[] = [];
  for (const reference of [asked.source, asked.destination ?? (await opened.defaultBranch()) ?? ""]) {
    if (reference.startsWith("refs/") && !reference.startsWith(heads)) return { kind: "reference-type", reference };
    const branch = reference.startsWith(heads) ? reference.slice(heads.length) : reference;
    if (!isBranchName(branch)) return { kind: "invalid-reference-name", reference };
    const commitId = await opened.headOf(branch);
    if (commitId === undefined) return { kind: "no-such-reference", reference };
    tips.push({ branch, commitId });
  }
  const [source, destination] = tips;
  if (source === undefined || destination === undefined || source.branch === destination.branch) {
    return { kind: "same-reference", reference: asked.source };
  }
  return {
    ...{ kind: "ends", source: source.branch, destination: destination.branch },
    ...{ sourceCommit: source.commitId, destinationCommit: destination.commitId },
  };
}

/** Where every branch stands, by its name. */
async function tipsOf(opened: OpenedRepository): Promise<ReadonlyMap<string, string>> {
  const listed = await opened.must(["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/"]);
  return new Map(
    listed
      .split("\n")
      .filter((line) => line !== "")
      .map((line): [string, string] => [line.slice(41), line.slice(0, 40)]),
  );
}
