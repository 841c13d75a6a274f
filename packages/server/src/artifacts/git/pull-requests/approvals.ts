import type { Principal } from "../../../access/index.ts";
import { uuid } from "../../../platform/index.ts";
import type { ApprovalRule, ApprovalStore } from "./approval-store.ts";
import { approverOf, isSamePerson } from "./approver.ts";
import type { Approver } from "./approver.ts";
import type { Happening } from "./event-store.ts";
import type { Stores } from "./following.ts";
import type { PullRequest } from "./pull-request-store.ts";
import type { NoSuchPullRequest, PullRequests } from "./pull-requests.ts";
import { digestOf, isSatisfied, readRule } from "./rule-content.ts";

/** Which rules hold for a pull request as it is now. */
export interface Evaluation {
  readonly approved: boolean;
  readonly overridden: boolean;
  readonly satisfied: readonly string[];
  readonly notSatisfied: readonly string[];
}

type Closed = { readonly kind: "already-closed" };
type WrongRevision = { readonly kind: "invalid-revision" | "revision-not-current" };
type Done = { readonly kind: "done" };

const rulesMax = 30;
const approvalsMax = 200;
const revisionForm = /^[0-9a-f]{64}$/;

export interface ApprovalMeans extends Stores {
  readonly approvals: ApprovalStore;
  readonly all: PullRequests;
}

/** Whether the rules of a pull request hold; ② this is what a merge asks, in the same turn in which the branch moves. */
export function evaluate(approvals: ApprovalStore, one: PullRequest): Evaluation {
  const approvers = approvals.approvers(one.id, one.revisionId);
  const overridden = one.overridden?.revisionId === one.revisionId;
  const rules = approvals.rules(one.id).map((rule) => ({ name: rule.name, holds: holds(rule, approvers) }));
  const satisfied = rules.filter((rule) => rule.holds).map(({ name }) => name);
  const notSatisfied = rules.filter((rule) => !rule.holds).map(({ name }) => name);
  return { approved: overridden || notSatisfied.length === 0, overridden, satisfied, notSatisfied };
}

/** A rule that cannot be read is not satisfied. */
function holds({ content, template }: ApprovalRule, approvers: readonly Approver[]): boolean {
  const read = readRule(content, template === undefined ? "rule" : "template");
  return typeof read !== "string" && isSatisfied(read, approvers);
}

/** Who approved pull requests, and what their rules ask for. */
export class Approvals {
  readonly #means: ApprovalMeans;

  constructor(means: ApprovalMeans) {
    this.#means = means;
  }

  /** Approves a revision, or takes that back. ② nobody approves what is their own, in whatever role they come. */
  async setState(
    id: string,
    revisionId: string,
    state: "APPROVE" | "REVOKE",
    principal: Principal,
  ): Promise<
    Done | { readonly kind: "by-author" | "too-many-approvals" } | Closed | WrongRevision | NoSuchPullRequest
  > {
    const { approvals, clock } = this.#means;
    const approver = approverOf(principal);
    return await this.#during(id, revisionId, (one) => {
      const { author } = one;
      if (author.arn === approver.arn || isSamePerson(author.person, approver.person)) return { kind: "by-author" };
      const there = approvals.approvers(one.id, revisionId);
      const isApproved = there.some(({ arn }) => arn === approver.arn);
      if (isApproved === (state === "APPROVE")) return { kind: "done" };
      if (state === "APPROVE" && there.length >= approvalsMax) return { kind: "too-many-approvals" };
      this.#record(one, { type: "PULL_REQUEST_APPROVAL_STATE_CHANGED", revisionId, state }, approver.arn, () => {
        if (state === "APPROVE") approvals.approve(one.id, revisionId, approver, clock.now());
        else approvals.revoke(one.id, revisionId, approver.arn);
      });
      return { kind: "done" };
    });
  }

  /** Who approved a revision, which need not be the one that is now. */
  async states(
    id: string,
    revisionId: string,
  ): Promise<
    | { readonly kind: "states"; readonly arns: readonly string[] }
    | { readonly kind: "invalid-revision" }
    | NoSuchPullRequest
  > {
    if (!revisionForm.test(revisionId)) return { kind: "invalid-revision" };
    return await this.#means.all.during(id, (one) => {
      const approvers = this.#means.approvals.approvers(one.id, revisionId);
      return { kind: "states" as const, arns: approvers.map(({ arn }) => arn) };
    });
  }

  async evaluation(
    id: string,
    revisionId: string,
  ): Promise<{ readonly kind: "evaluation"; readonly evaluation: Evaluation } | WrongRevision | NoSuchPullRequest> {
    if (!revisionForm.test(revisionId)) return { kind: "invalid-revision" };
    return await this.#means.all.during(id, (one) => {
      if (one.revisionId !== revisionId) return { kind: "revision-not-current" as const };
      return { kind: "evaluation" as const, evaluation: evaluate(this.#means.approvals, one) };
    });
  }

  /** Sets the rules of a revision aside, or takes that back. */
  async override(
    id: string,
    revisionId: string,
    status: "OVERRIDE" | "REVOKE",
    actor: string,
  ): Promise<Done | { readonly kind: "override-already-set" } | Closed | WrongRevision | NoSuchPullRequest> {
    const { pullRequests, clock } = this.#means;
    return await this.#during(id, revisionId, (one) => {
      const isSet = one.overridden?.revisionId === revisionId;
      if (isSet === (status === "OVERRIDE")) return { kind: "override-already-set" };
      const overridden = status === "OVERRIDE" ? { revisionId, by: actor } : undefined;
      this.#record(one, { type: "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN", revisionId, status }, actor, () => {
        pullRequests.update(one.id, { overridden }, clock.now());
      });
      return { kind: "done" };
    });
  }

  /** Who set the rules of a revision aside; nobody where nobody did. */
  async overrider(
    id: string,
    revisionId: string,
  ): Promise<
    | { readonly kind: "overrider"; readonly arn: string | undefined }
    | { readonly kind: "invalid-revision" }
    | NoSuchPullRequest
  > {
    if (!revisionForm.test(revisionId)) return { kind: "invalid-revision" };
    return await this.#means.all.during(id, ({ overridden }) => ({
      kind: "overrider" as const,
      arn: overridden?.revisionId === revisionId ? overridden.by : undefined,
    }));
  }

  async createRule(
    id: string,
    name: string,
    content: string,
    actor: string,
  ): Promise<
    | { readonly kind: "rule"; readonly rule: ApprovalRule }
    | { readonly kind: "invalid-rule"; readonly why: string }
    | { readonly kind: "rule-exists" | "too-many-rules" }
    | Closed
    | NoSuchPullRequest
  > {
    const { approvals, clock, all } = this.#means;
    const read = readRule(content, "rule");
    if (typeof read === "string") return { kind: "invalid-rule", why: read };
    return await all.during(id, (one) => {
      if (one.status === "CLOSED") return { kind: "already-closed" as const };
      const there = approvals.rules(one.id);
      if (there.some((rule) => rule.name === name)) return { kind: "rule-exists" as const };
      if (there.length >= rulesMax) return { kind: "too-many-rules" as const };
      const now = clock.now();
      const facts = { id: uuid(), name, content };
      const rule = { ...facts, digest: digestOf(content), createdAt: now, modifiedAt: now, modifiedBy: actor };
      this.#record(one, { type: "PULL_REQUEST_APPROVAL_RULE_CREATED", rule: facts }, actor, () => {
        approvals.insertRule(one.id, rule);
      });
      return { kind: "rule" as const, rule };
    });
  }

  /** `expected` is the digest of the content that is to be replaced, where the caller gives one. */
  async updateRule(
    id: string,
    name: string,
    content: string,
    expected: string | undefined,
    actor: string,
  ): Promise<
    | { readonly kind: "rule"; readonly rule: ApprovalRule }
    | { readonly kind: "invalid-rule"; readonly why: string }
    | { readonly kind: "no-such-rule" | "modify-of-template" | "wrong-digest" }
    | Closed
    | NoSuchPullRequest
  > {
    const { approvals, clock, all } = this.#means;
    const read = readRule(content, "rule");
    if (typeof read === "string") return { kind: "invalid-rule", why: read };
    return await all.during(id, (one) => {
      if (one.status === "CLOSED") return { kind: "already-closed" as const };
      const before = approvals.rules(one.id).find((rule) => rule.name === name);
      if (before === undefined) return { kind: "no-such-rule" as const };
      if (before.template !== undefined) return { kind: "modify-of-template" as const };
      if (expected !== undefined && expected !== before.digest) return { kind: "wrong-digest" as const };
      const changed = { content, digest: digestOf(content), modifiedAt: clock.now(), modifiedBy: actor };
      const rule = { ...before, ...changed };
      const facts = { id: rule.id, name, content };
      this.#record(one, { type: "PULL_REQUEST_APPROVAL_RULE_UPDATED", rule: facts }, actor, () => {
        approvals.setRule(rule);
      });
      return { kind: "rule" as const, rule };
    });
  }

  /** Deleting what is not there succeeds and tells no id. */
  async deleteRule(
    id: string,
    name: string,
    actor: string,
  ): Promise<
    | { readonly kind: "deleted"; readonly ruleId?: string }
    | { readonly kind: "delete-of-template" }
    | Closed
    | NoSuchPullRequest
  > {
    const { approvals, all } = this.#means;
    return await all.during(id, (one) => {
      if (one.status === "CLOSED") return { kind: "already-closed" as const };
      const rule = approvals.rules(one.id).find((other) => other.name === name);
      if (rule === undefined) return { kind: "deleted" as const };
      if (rule.template !== undefined) return { kind: "delete-of-template" as const };
      const facts = { id: rule.id, name, content: rule.content };
      this.#record(one, { type: "PULL_REQUEST_APPROVAL_RULE_DELETED", rule: facts }, actor, () => {
        approvals.deleteRule(rule.id);
      });
      return { kind: "deleted" as const, ruleId: rule.id };
    });
  }

  /** Works on an open pull request whose revision is still this one. */
  async #during<T extends { readonly kind: string }>(
    id: string,
    revisionId: string,
    work: (one: PullRequest) => T,
  ): Promise<T | Closed | WrongRevision | NoSuchPullRequest> {
    if (!revisionForm.test(revisionId)) return { kind: "invalid-revision" };
    return await this.#means.all.during(id, (one) => {
      if (one.status === "CLOSED") return { kind: "already-closed" as const };
      return one.revisionId === revisionId ? work(one) : { kind: "revision-not-current" as const };
    });
  }

  #record(one: PullRequest, happening: Happening, actor: string, change: () => void): void {
    const { pullRequests, events, clock } = this.#means;
    const now = clock.now();
    pullRequests.transaction(() => {
      change();
      pullRequests.update(one.id, {}, now);
      events.insert(one.id, happening, actor, now);
    });
  }
}
