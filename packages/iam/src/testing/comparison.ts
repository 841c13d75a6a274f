import { readPolicy } from "../compile-policy.ts";
import {
  contextOf,
  decide,
  trace,
  type AccessRequest,
  type NamedPolicy,
  type PolicySet,
  type PolicyUse,
} from "../index.ts";
import { naiveDecision, type NaiveDecision } from "./naive/decision.ts";
import type { NaiveAsker, NaiveDocument, NaivePolicies, NaiveRequest, Note } from "./naive/model.ts";

/** A case in which the two evaluators disagree. */
export interface Difference {
  readonly what: string;
  readonly real: unknown;
  readonly naive: unknown;
  readonly request: NaiveRequest;
  readonly policies: NaivePolicies;
}

export interface Asking {
  readonly policies: NaivePolicies;
  readonly compiled: PolicySet;
}

/** The same documents for both: as they stand, and compiled from their text. */
export function asking(policies: NaivePolicies): Asking {
  const compiled = {
    organization: policies.organization.map((level) => level.map((document) => compile(document, "identity"))),
    endpoint: policies.endpoint && compile(policies.endpoint, "endpoint"),
    resource: policies.resource && compile(policies.resource, policies.resourceUse),
    resourceIsAuthoritative: policies.authoritative,
    identity: policies.identity.map((document) => compile(document, "identity")),
    boundary: policies.boundary && compile(policies.boundary, "identity"),
    session: policies.session.map((document) => compile(document, "identity")),
  };
  return { policies, compiled };
}

/** The first difference between the two evaluators; with `traced` the trace is held against both. */
export function differenceIn(
  request: NaiveRequest,
  { policies, compiled }: Asking,
  note: Note,
  traced: boolean,
): Difference | undefined {
  const asked = accessRequest(request);
  const verdict = decide(asked, compiled);
  const naive = naiveDecision(request, policies, note);
  note(`${request.asker.kind} is ${naive.outcome}`);
  note(`${naive.outcome} by ${naive.by}`);
  const differs = (what: string, real: unknown, wanted: unknown): Difference | undefined =>
    JSON.stringify(real) === JSON.stringify(wanted) ? undefined : { what, real, naive: wanted, request, policies };
  const statement = verdict.outcome === "explicit-deny" ? verdict.statement.statement : undefined;
  const decided = differs(
    "the decision",
    { outcome: verdict.outcome, by: verdict.by, statement },
    { outcome: naive.outcome, by: naive.by, statement: naive.statement },
  );
  if (decided !== undefined || !traced) return decided;
  const told = trace(asked, compiled);
  return (
    differs("the trace's verdict", told.verdict, verdict) ??
    differs("the trace's conclusion", concluded(told.steps), concludedFrom(naive)) ??
    differs(
      "whether each statement applies",
      told.steps.map(({ kind, policies: list }) => [
        kind,
        list.map(({ statements }) => statements.map((one) => one.applies)),
      ]),
      naive.said
        .filter(({ kind, documents }) => documents.length > 0 || told.steps.some((step) => step.kind === kind))
        .map(({ kind, documents }) => [kind, documents.map((document) => document.map(({ applies }) => applies))]),
    )
  );
}

/** What the steps alone say: the first deny, or else the first step that lacks an allow. */
function concluded(steps: ReturnType<typeof trace>["steps"]): string {
  const denying = steps.find(({ conclusion }) => conclusion === "explicit-deny");
  if (denying !== undefined) return `explicit-deny by ${denying.kind}`;
  const lacking = steps.find(({ conclusion }) => conclusion === "no-allow");
  return lacking === undefined ? "allowed" : `implicit-deny by ${lacking.kind}`;
}

function concludedFrom({ outcome, by }: NaiveDecision): string {
  return outcome === "allowed" ? outcome : `${outcome} by ${by}`;
}

function accessRequest({ asker, action, resource, ownerAccount, context }: NaiveRequest): AccessRequest {
  return {
    principal: requesterOf(asker),
    action,
    resource,
    resourceAccountId: ownerAccount,
    context: contextOf(context),
  };
}

function requesterOf({ kind, arn, account: accountId, behind = "" }: NaiveAsker): AccessRequest["principal"] {
  switch (kind) {
    case "role-session":
      return { kind, arn, accountId, roleArn: behind };
    case "federated-user":
      return { kind, arn, accountId, userArn: behind };
    case "anonymous":
      return { kind, arn, accountId: "" };
    case "root":
    case "user":
    case "service":
    case "web-identity":
      return { kind, arn, accountId };
  }
}

function compile(document: NaiveDocument, use: PolicyUse): NamedPolicy {
  return { name: "policy", policy: readPolicy(JSON.stringify(document), use).policy };
}
