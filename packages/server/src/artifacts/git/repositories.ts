import { rm } from "node:fs/promises";
import { join } from "node:path";
import { faultText, uuid } from "../../platform/index.ts";
import type { Clock, Db, DiskReserve, Log } from "../../platform/index.ts";
import { openEncryptedArea } from "./encrypted-area.ts";
import type { EncryptedArea } from "./encrypted-area.ts";
import { Git } from "./git.ts";
import { clearInterrupted } from "./interrupted.ts";
import { parseCommit } from "./commit.ts";
import { clientLimits } from "./client-limits.ts";
import type { ClientLimits } from "./client-limits.ts";
import type { Commit } from "./commit.ts";
import { Turns } from "./turns.ts";
import { Branches, branchNames } from "./branches.ts";
import { Contents } from "./contents.ts";
import { FileCommits } from "./file-commits.ts";
import { Merges } from "./merges.ts";
import { CommentStore } from "./comments/comment-store.ts";
import { Comments } from "./comments/comments.ts";
import { Conflicts } from "./merging/conflicts.ts";
import { ApprovalStore } from "./pull-requests/approval-store.ts";
import { Approvals } from "./pull-requests/approvals.ts";
import { EventStore } from "./pull-requests/event-store.ts";
import { PullRequestMerges } from "./pull-requests/pull-request-merge.ts";
import { PullRequestStore, type PullRequest } from "./pull-requests/pull-request-store.ts";
import { PullRequests } from "./pull-requests/pull-requests.ts";
import { RuleTemplateStore } from "./pull-requests/rule-template-store.ts";
import { RuleTemplates } from "./pull-requests/rule-templates.ts";
import { objectIdForm, OpenedRepository } from "./opened-repository.ts";
import type { NoSuchRepository } from "./opened-repository.ts";
import type { GitAnswer } from "./smart-http.ts";
import { GitRequests } from "./git-requests.ts";
import type { GitRequest } from "./git-requests.ts";
import { RepositoryStore } from "./repository-store.ts";
import type { Repository, RepositoryOrder, RepositoryStart } from "./repository-store.ts";

export interface NewRepository {
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

interface AskedList extends RepositoryOrder {
  /** Behind which one the page starts. */
  readonly after: RepositoryStart | undefined;
  readonly max: number;
}

/** The account's Git repositories. */
export interface Repositories extends AsyncDisposable {
  readonly branching: Branches;
  readonly contents: Contents;
  readonly fileCommits: FileCommits;
  readonly merges: Merges;
  readonly conflicts: Conflicts;
  readonly pullRequests: PullRequests;
  readonly pullRequestMerges: PullRequestMerges;
  readonly approvals: Approvals;
  readonly ruleTemplates: RuleTemplates;
  readonly comments: Comments;
  create(
    x: NewRepository,
  ): Promise<{ kind: "created"; repository: Repository } | { kind: "name-taken" | "invalid-name" }>;
  find(name: string): Repository | undefined;
  list(asked: AskedList): { repositories: readonly Repository[]; next?: Repository };
  /** Returns the id of what was deleted; nothing where there was nothing. */
  delete(name: string): Promise<{ kind: "deleted"; id?: string }>;
  arnOf(name: string): string;
  /** All or none of them; "too-many-tags" where the repository would have more than 50. */
  tag(
    name: string,
    tags: Repository["tags"],
  ): { readonly kind: "tagged" } | NoSuchRepository | { readonly kind: "too-many-tags" };
  untag(name: string, keys: readonly string[]): { readonly kind: "untagged" } | NoSuchRepository;
  /** No description takes away the one that was. */
  describe(name: string, description: string | undefined): { readonly kind: "described" } | NoSuchRepository;
  rename(name: string, to: string): { readonly kind: "renamed" | "name-taken" | "invalid-name" } | NoSuchRepository;
  /** The branch that a clone checks out: the first one pushed. */
  defaultBranch(name: string): Promise<string | undefined>;
  branches(name: string): Promise<{ kind: "branches"; names: readonly string[] } | NoSuchRepository>;
  /** The commit that a branch points to: 40 hexadecimal digits. */
  headCommit(
    name: string,
    branch: string,
  ): Promise<{ kind: "commit"; commitId: string } | NoSuchRepository | { kind: "no-such-branch" }>;
  commit(
    name: string,
    commitId: string,
  ): Promise<{ kind: "commit"; commit: Commit } | NoSuchRepository | { kind: "no-such-commit" }>;
  /**
   * One request of git's smart HTTP protocol, from somebody whose sign-in held. Throws AccessDenied
   * unless they may pull or push; whoever may not does not learn whether the repository exists. Throws DiskReserved
   * where the disk has no room for a push. A push is answered once it has ended, and is durable.
   */
  gitRequest(x: GitRequest): Promise<GitAnswer>;
}

export const repositoryTagsMax = 50;

const nameForm = /^[\w.-]{1,100}$/;
const isName = (name: string): boolean => nameForm.test(name) && !name.endsWith(".git") && !/^\.+$/.test(name);
const initialBranch = "main";
/** How many of the server's own git commands run at once; more wait for their turn, and never for a client. */
const gitCommandsMax = 8;

interface Means {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataFolder: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly accountId: string;
  readonly region: string;
  /** Other limits for clients of git's protocol than those that hold. */
  readonly clientLimits?: Partial<ClientLimits>;
  /** What of the disk is not for repositories; absent: nothing. */
  readonly reserve?: DiskReserve;
  /** Told what a sync failed with, before anything is acknowledged. */
  readonly onSyncFailed: (cause: unknown) => void;
}

/** Repositories under `<dataFolder>/git`; the encrypted area is opened at its first use. */
export function openRepositories(means: Means): Repositories {
  return new SealedRepositories(means);
}

class SealedRepositories implements Repositories {
  readonly #means: Means;
  readonly #store: RepositoryStore;
  readonly #turns = new Turns(gitCommandsMax);
  readonly #gitRequests: GitRequests;
  #opening: Promise<EncryptedArea> | undefined;
  readonly branching: Branches;
  readonly contents = new Contents((name) => this.#opened(name));
  readonly fileCommits: FileCommits;
  readonly merges: Merges;
  readonly conflicts: Conflicts;
  readonly pullRequests: PullRequests;
  readonly pullRequestMerges: PullRequestMerges;
  readonly approvals: Approvals;
  readonly ruleTemplates: RuleTemplates;
  readonly comments: Comments;

  constructor(means: Means) {
    this.#means = means;
    this.#store = new RepositoryStore(means.db);
    const open = (name: string) => this.#opened(name);
    const moved = (name: string, actor: string) => this.#moved(name, actor);
    const arnOf = (name: string) => this.arnOf(name);
    this.#gitRequests = new GitRequests({ open, arnOf, moved, limits: { ...clientLimits, ...means.clientLimits } });
    this.branching = new Branches(open, moved);
    this.fileCommits = new FileCommits(open, means.clock, moved);
    this.merges = new Merges(this.contents, means.clock, moved);
    this.conflicts = new Conflicts(this.merges);
    const { db, clock } = means;
    const stores = { pullRequests: new PullRequestStore(db), events: new EventStore(db), clock };
    const approvals = new ApprovalStore(db);
    const templates = new RuleTemplateStore(db);
    this.ruleTemplates = new RuleTemplates({ ...stores, approvals, templates, repositories: this.#store });
    const applyTemplates = (one: PullRequest) => {
      this.ruleTemplates.apply(one);
    };
    this.pullRequests = new PullRequests({ ...stores, approvals, open, applyTemplates });
    const reviews = { ...stores, approvals, all: this.pullRequests };
    this.approvals = new Approvals(reviews);
    this.comments = new Comments({ comments: new CommentStore(db), pullRequests: this.pullRequests, open, clock });
    this.pullRequestMerges = new PullRequestMerges({ ...reviews, merges: this.merges, moved });
  }

  describe(name: string, description: string | undefined): ReturnType<Repositories["describe"]> {
    if (this.#store.find(name) === undefined) return { kind: "no-such-repository" };
    this.#store.setDescription(name, description, this.#means.clock.now());
    return { kind: "described" };
  }

  rename(name: string, to: string): ReturnType<Repositories["rename"]> {
    if (this.#store.find(name) === undefined) return { kind: "no-such-repository" };
    if (!isName(to)) return { kind: "invalid-name" };
    if (this.#store.find(to) !== undefined) return { kind: "name-taken" };
    this.#store.rename(name, to, this.#means.clock.now());
    return { kind: "renamed" };
  }

  arnOf(name: string): string {
    const { region, accountId } = this.#means;
    return `arn:aws:codecommit:${region}:${accountId}:${name}`;
  }

  find(name: string): Repository | undefined {
    return this.#store.find(name);
  }

  tag(name: string, tags: Repository["tags"]): ReturnType<Repositories["tag"]> {
    const repository = this.#store.find(name);
    if (repository === undefined) return { kind: "no-such-repository" };
    const all = { ...repository.tags, ...tags };
    if (Object.keys(all).length > repositoryTagsMax) return { kind: "too-many-tags" };
    this.#store.setTags(name, all);
    return { kind: "tagged" };
  }

  untag(name: string, keys: readonly string[]): ReturnType<Repositories["untag"]> {
    const repository = this.#store.find(name);
    if (repository === undefined) return { kind: "no-such-repository" };
    const kept = Object.entries(repository.tags).filter(([key]) => !keys.includes(key));
    this.#store.setTags(name, Object.fromEntries(kept));
    return { kind: "untagged" };
  }

  list({ after, max, ...order }: AskedList): ReturnType<Repositories["list"]> {
    const repositories = this.#store.list(order, after, max + 1);
    const next = repositories[max - 1];
    return repositories.length > max && next !== undefined
      ? { repositories: repositories.slice(0, max), next }
      : { repositories };
  }

  async create({ name, description, tags = {} }: NewRepository): ReturnType<Repositories["create"]> {
    if (!isName(name)) return { kind: "invalid-name" };
    if (this.#store.find(name) !== undefined) return { kind: "name-taken" };
    const id = uuid();
    const git = await this.#git();
    git.demandRoom(0);
    const made = await git.run(id, ["init", "--quiet", "--bare", `--initial-branch=${initialBranch}`]);
    if (!made.ok) throw new Error("git could not make a repository");
    await git.settle();
    // Somebody else may have taken the name meanwhile; the folder without a name goes at the next start.
    if (this.#store.find(name) !== undefined) return { kind: "name-taken" };
    const now = this.#means.clock.now();
    const facts = { name, id, createdAt: now, modifiedAt: now, tags };
    const repository = description === undefined ? facts : { ...facts, description };
    this.#store.insert(repository);
    return { kind: "created", repository };
  }

  async delete(name: string): Promise<{ kind: "deleted"; id?: string }> {
    const repository = this.#store.find(name);
    if (repository === undefined) return { kind: "deleted" };
    const area = await this.#area();
    this.#store.delete(name);
    // With its record the repository is gone. What the disk does not let go of now, the next start tries to remove.
    await rm(join(area.path, repository.id), { recursive: true, force: true }).catch((error: unknown) =>
      this.#tellLeft(repository.id, error),
    );
    return { kind: "deleted", id: repository.id };
  }

  async defaultBranch(name: string): Promise<string | undefined> {
    const opened = await this.#opened(name);
    return opened.kind === "opened" ? await opened.defaultBranch() : undefined;
  }

  async branches(name: string): ReturnType<Repositories["branches"]> {
    const opened = await this.#opened(name);
    return opened.kind === "opened" ? { kind: "branches", names: await branchNames(opened) } : opened;
  }

  async headCommit(name: string, branch: string): ReturnType<Repositories["headCommit"]> {
    const opened = await this.#opened(name);
    if (opened.kind !== "opened") return opened;
    const commitId = await opened.headOf(branch);
    return commitId === undefined ? { kind: "no-such-branch" } : { kind: "commit", commitId };
  }

  async commit(name: string, commitId: string): ReturnType<Repositories["commit"]> {
    const opened = await this.#opened(name);
    if (opened.kind !== "opened") return opened;
    if (!objectIdForm.test(commitId)) return { kind: "no-such-commit" };
    const found = await opened.run(["cat-file", "commit", commitId]);
    const commit = found.ok ? parseCommit(commitId, found.output) : undefined;
    return commit === undefined ? { kind: "no-such-commit" } : { kind: "commit", commit };
  }

  gitRequest(request: GitRequest): Promise<GitAnswer> {
    return this.#gitRequests.serve(request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const area = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    await area?.[Symbol.asyncDispose]();
  }

  /** After a branch moved. */
  async #moved(name: string, actor: string): Promise<void> {
    this.#store.touch(name, this.#means.clock.now());
    await this.pullRequests.branchesMoved(name, actor);
  }

  async #opened(name: string): Promise<OpenedRepository | NoSuchRepository> {
    const repository = this.#store.find(name);
    return repository === undefined
      ? { kind: "no-such-repository" }
      : new OpenedRepository(await this.#git(), repository);
  }

  async #git(): Promise<Git> {
    return new Git(await this.#area(), this.#turns, this.#means.reserve);
  }

  #area(): Promise<EncryptedArea> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = (this.#opening = this.#open());
    const forget = (): void => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    // A failure is answered to whoever asked; the next one tries again, also where the area's process was killed since.
    opening.then(({ ended }) => ended.then(forget), forget);
    return opening;
  }

  async #open(): Promise<EncryptedArea> {
    await using making = new AsyncDisposableStack();
    const { dataFolder, key, onSyncFailed } = this.#means;
    const area = making.use(await openEncryptedArea(join(dataFolder, "git"), key, onSyncFailed));
    await new Git(area, this.#turns).proveHooks();
    const knows = (id: string) => this.#store.knowsId(id);
    await clearInterrupted(area.path, knows, (id, error) => this.#tellLeft(id, error));
    making.move();
    return area;
  }

  #tellLeft(id: string, error: unknown): void {
    this.#means.log.error("something of a repository could not be removed", { id, fault: faultText(error) });
  }
}
