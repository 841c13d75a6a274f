import { createHash } from "node:crypto";
import { uuid } from "../../../platform/index.ts";
import type { Clock } from "../../../platform/index.ts";
import { contentOf } from "../contents.ts";
import { fileBytesMax } from "../file-changes.ts";
import { objectIdForm } from "../opened-repository.ts";
import type { NoSuchRepository, OpenByName, OpenedRepository } from "../opened-repository.ts";
import type { NoSuchPullRequest, PullRequests } from "../pull-requests/pull-requests.ts";
import { plainPath } from "../tree.ts";
import type { Comment, CommentStore, Place } from "./comment-store.ts";
import { reactionNamed } from "./reaction.ts";
import type { Reaction } from "./reaction.ts";

export interface NewComment {
  readonly repository: string;
  /** Absent where it is about commits alone. */
  readonly pullRequestId?: string | undefined;
  readonly place: Pick<Place, "before" | "after" | "location">;
  readonly content: string;
  readonly author: string;
  readonly token: string | undefined;
}

/** A comment with its reactions: who reacted, by short code. */
export interface ToldComment extends Comment {
  readonly reactions: ReadonlyMap<string, readonly string[]>;
}

/** Comments about the same place, in order. */
export interface Thread {
  readonly repository: string;
  readonly place: Place;
  readonly comments: readonly ToldComment[];
}

type Made = { readonly kind: "comment"; readonly comment: ToldComment };
type NoSuchComment = { readonly kind: "no-such-comment" | "invalid-comment-id" };
export type PlaceRefusal =
  | "invalid-commit-id"
  | "no-such-commit"
  | "same-commits"
  | "path-required"
  | "invalid-path"
  | "no-such-path"
  | "invalid-position"
  | "invalid-version";
type BadPlace = { readonly kind: PlaceRefusal };

const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface CommentMeans {
  readonly comments: CommentStore;
  readonly pullRequests: PullRequests;
  readonly open: OpenByName;
  readonly clock: Clock;
}

/** What people say about pull requests and commits. Who said it alone changes it; nothing here moves a branch. */
export class Comments {
  readonly #means: CommentMeans;

  constructor(means: CommentMeans) {
    this.#means = means;
  }

  /** A comment as it is stored, for a decision about its repository. */
  known(id: string): Comment | undefined {
    return idForm.test(id) ? this.#means.comments.find(id) : undefined;
  }

  async post(
    asked: NewComment,
  ): Promise<
    Made | BadPlace | NoSuchRepository | NoSuchPullRequest | { readonly kind: "token-mismatch" | "not-associated" }
  > {
    const opened = await this.#means.open(asked.repository);
    if (opened.kind !== "opened") return opened;
    const found =
      asked.pullRequestId === undefined ? undefined : await this.#pullRequest(asked.pullRequestId, asked.repository);
    if (found !== undefined && typeof found !== "number") return found;
    const place = await placeOf(opened, asked.place);
    if ("kind" in place) return place;
    const { content, author, token } = asked;
    const about = { repositoryId: opened.repository.id, pullRequestId: found, place };
    return this.#insert({ ...about, content, author, token });
  }

  reply(
    id: string,
    content: string,
    author: string,
    token: string | undefined,
  ): Made | NoSuchComment | { readonly kind: "token-mismatch" } {
    const to = this.#find(id);
    if ("kind" in to) return to;
    const { repositoryId, pullRequestId, place } = to;
    return this.#insert({ repositoryId, pullRequestId, place, inReplyTo: id, content, author, token });
  }

  get(id: string): Made | NoSuchComment | { readonly kind: "comment-deleted" } {
    const found = this.#find(id);
    if ("kind" in found) return found;
    return found.content === undefined ? { kind: "comment-deleted" } : this.#made(id);
  }

  /** Changes a comment, which its author alone does; without content it is deleted, which others may too. */
  change(
    id: string,
    content: string | undefined,
    by: string,
  ): Made | NoSuchComment | { readonly kind: "comment-deleted" | "of-somebody-else" } {
    const found = this.#find(id);
    if ("kind" in found) return found;
    if (found.content === undefined) return { kind: "comment-deleted" };
    if (content !== undefined && found.author !== by) return { kind: "of-somebody-else" };
    this.#means.comments.setContent(id, content, this.#means.clock.now());
    return this.#made(id);
  }

  /** Sets the one reaction that somebody has to a comment, or takes it back. */
  react(
    id: string,
    value: string,
    by: string,
  ): { readonly kind: "done" } | NoSuchComment | { readonly kind: "comment-deleted" | "invalid-reaction" } {
    const found = this.#find(id);
    if ("kind" in found) return found;
    const reaction = reactionNamed(value);
    if (reaction === undefined) return { kind: "invalid-reaction" };
    if (found.content === undefined) return { kind: "comment-deleted" };
    this.#means.comments.react(found.number, by, reaction === "none" ? undefined : reaction.shortCode);
    return { kind: "done" };
  }

  reactions(id: string):
    | {
        readonly kind: "reactions";
        readonly reactions: readonly { readonly reaction: Reaction; readonly users: readonly string[] }[];
      }
    | NoSuchComment
    | { readonly kind: "comment-deleted" } {
    const found = this.#find(id);
    if ("kind" in found) return found;
    if (found.content === undefined) return { kind: "comment-deleted" };
    const reactions = [...this.#told(found).reactions].flatMap(([code, users]) => {
      const reaction = reactionNamed(code);
      return reaction === undefined || reaction === "none" ? [] : [{ reaction, users }];
    });
    return { kind: "reactions", reactions };
  }

  /** What is said about a pull request, place by place; about these commits, where they are given. */
  async ofPullRequest(
    id: string,
    repository: string | undefined,
    commits: { readonly before: string | undefined; readonly after: string | undefined },
  ): Promise<
    | { readonly kind: "threads"; readonly threads: readonly Thread[] }
    | NoSuchPullRequest
    | BadPlace
    | { readonly kind: "not-associated" }
  > {
    const given = [commits.before, commits.after].filter((one) => one !== undefined);
    if (given.some((one) => !objectIdForm.test(one))) return { kind: "invalid-commit-id" };
    const found = await this.#means.pullRequests.during(id, async (one, opened) => {
      if (repository !== undefined && one.repository !== repository) return { kind: "not-associated" as const };
      for (const commitId of given) if (!(await opened.isCommit(commitId))) return { kind: "no-such-commit" as const };
      return one.id;
    });
    if (typeof found !== "number") return found;
    return { kind: "threads", threads: this.#threads(this.#means.comments.ofPullRequest(found), commits) };
  }

  async ofCommits(
    repository: string,
    commits: { readonly before: string | undefined; readonly after: string },
  ): Promise<{ readonly kind: "threads"; readonly threads: readonly Thread[] } | NoSuchRepository | BadPlace> {
    const opened = await this.#means.open(repository);
    if (opened.kind !== "opened") return opened;
    for (const commitId of [commits.before, commits.after]) {
      if (commitId === undefined) continue;
      if (!objectIdForm.test(commitId)) return { kind: "invalid-commit-id" };
      if (!(await opened.isCommit(commitId))) return { kind: "no-such-commit" };
    }
    return { kind: "threads", threads: this.#threads(this.#means.comments.ofCommits(opened.repository.id), commits) };
  }

  async #pullRequest(
    id: string,
    repository: string,
  ): Promise<number | NoSuchPullRequest | { readonly kind: "not-associated" }> {
    return await this.#means.pullRequests.during(id, (one) =>
      one.repository === repository ? one.id : { kind: "not-associated" as const },
    );
  }

  #insert(
    one: Pick<Comment, "repositoryId" | "pullRequestId" | "place" | "inReplyTo" | "author" | "token"> & {
      readonly content: string;
    },
  ): Made | { readonly kind: "token-mismatch" } {
    const { comments, clock } = this.#means;
    const { author, repositoryId, pullRequestId, place, inReplyTo, content } = one;
    const said = JSON.stringify([author, repositoryId, pullRequestId, place, inReplyTo, content]);
    const tokenDigest = createHash("sha256").update(said).digest("hex");
    const before = one.token === undefined ? undefined : comments.withToken(one.token);
    if (before !== undefined) {
      return before.tokenDigest === tokenDigest ? this.#made(before.id) : { kind: "token-mismatch" };
    }
    const now = clock.now();
    const id = uuid();
    comments.insert({ ...one, id, tokenDigest, createdAt: now, modifiedAt: now });
    return this.#made(id);
  }

  #find(id: string): Comment | NoSuchComment {
    if (!idForm.test(id)) return { kind: "invalid-comment-id" };
    return this.#means.comments.find(id) ?? { kind: "no-such-comment" };
  }

  #made(id: string): Made {
    const found = this.#means.comments.find(id);
    if (found === undefined) throw new Error("a comment went while it was told");
    return { kind: "comment", comment: this.#told(found) };
  }

  #told(comment: Comment): ToldComment {
    const reactions = new Map<string, string[]>();
    for (const { user, reaction } of this.#means.comments.reactions(comment.number)) {
      reactions.set(reaction, [...(reactions.get(reaction) ?? []), user]);
    }
    return { ...comment, reactions };
  }

  #threads(
    all: readonly Comment[],
    commits: { readonly before: string | undefined; readonly after: string | undefined },
  ): Thread[] {
    const threads = new Map<string, Thread & { readonly comments: ToldComment[] }>();
    for (const comment of all) {
      const { place, repository } = comment;
      if (commits.before !== undefined && place.before !== commits.before) continue;
      if (commits.after !== undefined && place.after !== commits.after) continue;
      const key = JSON.stringify(place);
      const thread = threads.get(key) ?? { repository, place, comments: [] };
      thread.comments.push(this.#told(comment));
      threads.set(key, thread);
    }
    return [...threads.values()];
  }
}

/** Where a comment is about: commits, a file and a line that are there. */
async function placeOf(
  opened: OpenedRepository,
  { before, after, location }: NewComment["place"],
): Promise<Place | BadPlace> {
  for (const commitId of [before, after]) {
    if (commitId === undefined) continue;
    if (!objectIdForm.test(commitId)) return { kind: "invalid-commit-id" };
    if (!(await opened.isCommit(commitId))) return { kind: "no-such-commit" };
  }
  if (before === after) return { kind: "same-commits" };
  if (location === undefined) return { before, after };
  if (location.path === "") return { kind: "path-required" };
  const path = plainPath(location.path);
  if (path === undefined || path === "") return { kind: "invalid-path" };
  const entryIn = async (commitId: string | undefined) => {
    const entry = commitId === undefined ? undefined : await opened.entryAt(commitId, path);
    return entry?.kind === "file" ? entry : undefined;
  };
  const old = await entryIn(before);
  const young = await entryIn(after);
  if (old === undefined && young === undefined) return { kind: "no-such-path" };
  const { position, version } = location;
  if (position !== undefined && version === undefined) return { kind: "invalid-version" };
  const entry = version === "BEFORE" ? old : young;
  if (version !== undefined && entry === undefined) return { kind: "invalid-version" };
  if (position !== undefined && !(position >= 1 && position <= (await linesOf(opened, entry)))) {
    return { kind: "invalid-position" };
  }
  return { before, after, location: { path, position, version }, beforeBlob: old?.id, afterBlob: young?.id };
}

/** How many lines a file has; as many as one likes where it is too large to be told. */
async function linesOf(
  opened: OpenedRepository,
  entry: { readonly id: string; readonly size: number } | undefined,
): Promise<number> {
  if (entry === undefined) return 0;
  if (entry.size > fileBytesMax) return Number.MAX_SAFE_INTEGER;
  const content = await contentOf(opened, entry.id);
  let count = content.byteLength > 0 && content.at(-1) !== 10 ? 1 : 0;
  for (const byte of content) if (byte === 10) count += 1;
  return count;
}
