import { uuid } from "../../../platform/index.ts";
import type { Clock } from "../../../platform/index.ts";
import { mergeBases } from "../merging/merge-base.ts";
import type { OpenedRepository } from "../opened-repository.ts";
import type { EventStore } from "./event-store.ts";
import type { PullRequest, PullRequestStore } from "./pull-request-store.ts";

export interface Stores {
  readonly pullRequests: PullRequestStore;
  readonly events: EventStore;
  readonly clock: Clock;
}

/** A revision's name. What was approved before belongs to another one. */
export const newRevision = (): string => uuid().replaceAll("-", "").repeat(2);

/**
 * Brings an open pull request up to what its branches are now; `actor` is who moved one, where that is known. Nobody
 * else may work on the pull request meanwhile. ③ whatever a crash left of a merge is finished, or was never begun.
 */
export async function follow(
  stores: Stores,
  opened: OpenedRepository,
  given: PullRequest,
  actor: string | undefined,
): Promise<PullRequest> {
  const { source, destination } = given;
  const tip = await opened.headOf(destination);
  const asked = given.intent === undefined ? given : await healed(stores, opened, given, tip);
  if (asked.status === "CLOSED") return asked;
  const sourceTip = await opened.headOf(source);
  if (tip === undefined || sourceTip === undefined) return closed(stores, asked, actor);
  const isMoved = tip !== asked.destinationCommit;
  if (isMoved && (await isForwarded(opened, asked, tip))) {
    const merged = { by: actor, commitId: asked.sourceCommit, option: "FAST_FORWARD_MERGE" as const };
    return finished(stores, asked, merged, actor);
  }
  if (!isMoved && sourceTip === asked.sourceCommit) return asked;
  const [mergeBase] = await mergeBases(opened, sourceTip, tip);
  return moved(stores, asked, { sourceCommit: sourceTip, destinationCommit: tip, mergeBase }, actor);
}

/** Whether a push brought the destination to the source without a merge of its own: CodeCommit closes it then. */
async function isForwarded(opened: OpenedRepository, one: PullRequest, tip: string): Promise<boolean> {
  const { mergeBase, destinationCommit, sourceCommit } = one;
  if (mergeBase !== destinationCommit || sourceCommit === destinationCommit) return false;
  return await isAncestor(opened, sourceCommit, tip);
}

async function isAncestor(opened: OpenedRepository, ancestor: string, commit: string): Promise<boolean> {
  return (await opened.run(["merge-base", "--is-ancestor", ancestor, commit])).ok;
}

/** ③ the branch tells whether an interrupted merge took place: it moves after the intent is written down. */
async function healed(
  stores: Stores,
  opened: OpenedRepository,
  one: PullRequest,
  tip: string | undefined,
): Promise<PullRequest> {
  const { intent } = one;
  if (intent !== undefined && tip !== undefined && (await isAncestor(opened, intent.commitId, tip))) {
    return finished(stores, one, intent, intent.by);
  }
  stores.pullRequests.update(one.id, { intent: undefined }, one.activeAt);
  return again(stores, one);
}

function moved(
  stores: Stores,
  one: PullRequest,
  tips: Pick<PullRequest, "sourceCommit" | "destinationCommit" | "mergeBase">,
  actor: string | undefined,
): PullRequest {
  const { pullRequests, events, clock } = stores;
  const now = clock.now();
  pullRequests.transaction(() => {
    if (tips.sourceCommit === one.sourceCommit) {
      // Another destination makes no other revision: what is proposed is the same.
      pullRequests.update(one.id, tips, one.activeAt);
      return;
    }
    pullRequests.update(one.id, { ...tips, revisionId: newRevision() }, now);
    const facts = { before: one.sourceCommit, after: tips.sourceCommit, base: tips.mergeBase };
    events.insert(one.id, { type: "PULL_REQUEST_SOURCE_REFERENCE_UPDATED", ...facts }, actor, now);
  });
  return again(stores, one);
}

/** Closes a pull request that is not merged. */
export function closed(stores: Stores, one: PullRequest, actor: string | undefined): PullRequest {
  const { pullRequests, events, clock } = stores;
  const now = clock.now();
  pullRequests.transaction(() => {
    pullRequests.update(one.id, { status: "CLOSED" }, now);
    events.insert(one.id, { type: "PULL_REQUEST_STATUS_CHANGED", status: "CLOSED" }, actor, now);
  });
  return again(stores, one);
}

/** Closes a pull request whose merge took place. */
export function finished(
  stores: Stores,
  one: PullRequest,
  merged: NonNullable<PullRequest["merged"]>,
  actor: string | undefined,
): PullRequest {
  const { pullRequests, events, clock } = stores;
  const now = clock.now();
  pullRequests.transaction(() => {
    pullRequests.update(one.id, { status: "CLOSED", merged, intent: undefined }, now);
    const { by, commitId, option } = merged;
    const facts = { destination: one.destination, by, commitId, option };
    events.insert(one.id, { type: "PULL_REQUEST_MERGE_STATE_CHANGED", ...facts }, actor, now);
    events.insert(one.id, { type: "PULL_REQUEST_STATUS_CHANGED", status: "CLOSED" }, actor, now);
  });
  return again(stores, one);
}

function again({ pullRequests }: Stores, { id }: PullRequest): PullRequest {
  const found = pullRequests.find(id);
  if (found === undefined) throw new Error("a pull request went while it was changed");
  return found;
}
