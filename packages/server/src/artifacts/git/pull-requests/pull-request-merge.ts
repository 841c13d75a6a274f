import { moveBranch } from "../branches.ts";
import type { Merges, MergeWork } from "../merges.ts";
import type { RefusedResolution } from "../merging/resolution.ts";
import { objectIdForm } from "../opened-repository.ts";
import type { OpenedRepository } from "../opened-repository.ts";
import type { ApprovalStore } from "./approval-store.ts";
import { evaluate } from "./approvals.ts";
import { finished } from "./following.ts";
import type { Stores } from "./following.ts";
import type { PullRequest } from "./pull-request-store.ts";
import type { NoSuchPullRequest, PullRequests, ToldPullRequest } from "./pull-requests.ts";

export interface PullRequestMerge extends MergeWork {
  readonly id: string;
  /** The repository that the caller believes it to be in. */
  readonly repository: string;
  /** The source's tip as the caller knows it. */
  readonly sourceCommit: string | undefined;
  /** ARN of who merges. */
  readonly actor: string;
}

export type PullRequestMergeRefusal =
  | "already-closed"
  | "invalid-commit-id"
  | "not-associated"
  | "source-differs"
  | "rules-not-satisfied"
  | "manual-merge"
  | "too-many-changes"
  | "moved-meanwhile";

interface MergeMeans extends Stores {
  readonly approvals: ApprovalStore;
  readonly all: PullRequests;
  readonly merges: Merges;
  readonly moved: (repository: string, actor: string) => Promise<void>;
}

type Refused = { readonly kind: PullRequestMergeRefusal };

/** Merges pull requests: ② those alone whose rules hold for exactly the commit that is merged. */
export class PullRequestMerges {
  readonly #means: MergeMeans;

  constructor(means: MergeMeans) {
    this.#means = means;
  }

  async merge(
    asked: PullRequestMerge,
  ): Promise<
    | { readonly kind: "pull-request"; readonly pullRequest: ToldPullRequest }
    | Refused
    | RefusedResolution
    | NoSuchPullRequest
  > {
    const { all, moved } = this.#means;
    if (asked.sourceCommit !== undefined && !objectIdForm.test(asked.sourceCommit)) {
      return { kind: "invalid-commit-id" };
    }
    const outcome = await all.during(asked.id, (one, opened) => this.#merge(one, opened, asked));
    if (outcome.kind !== "merged") return outcome;
    await moved(asked.repository, asked.actor);
    return await all.get(asked.id);
  }

  async #merge(
    one: PullRequest,
    opened: OpenedRepository,
    asked: PullRequestMerge,
  ): Promise<{ readonly kind: "merged" } | Refused | RefusedResolution> {
    const { merges, pullRequests, clock, approvals } = this.#means;
    const { option, actor } = asked;
    if (one.repository !== asked.repository) return { kind: "not-associated" };
    if (one.status === "CLOSED") return { kind: "already-closed" };
    const { sourceCommit: source, destinationCommit: destination } = one;
    if (asked.sourceCommit !== undefined && asked.sourceCommit !== source) return { kind: "source-differs" };
    if (!evaluate(approvals, one).approved) return { kind: "rules-not-satisfied" };
    const made = await merges.make({ ...asked, source, destination });
    // Commits that a pull request names stay in its repository.
    if (made.kind === "no-such-repository" || made.kind === "no-such-commit") return { kind: "moved-meanwhile" };
    if (made.kind !== "made") return made;
    const { commitId } = made;
    // ③ after this a crash leaves either a branch that did not move, or one whose commit tells that it did.
    pullRequests.update(one.id, { intent: { option, commitId, by: actor } }, clock.now());
    if (!(await moveBranch(opened, one.destination, destination, commitId))) {
      pullRequests.update(one.id, { intent: undefined }, one.activeAt);
      return { kind: "moved-meanwhile" };
    }
    finished(this.#means, one, { by: actor, commitId, option }, actor);
    return { kind: "merged" };
  }
}
