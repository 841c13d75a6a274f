import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  checkPolicy,
  compilePolicy,
  contextOf,
  decide,
  explain,
  type AccessRequest,
  type NamedPolicy,
  type PolicyUse,
  type Requester,
} from "./index.ts";

const folder = new URL("../cases/", import.meta.url);
type Context = Record<string, string | string[]>;

interface Asked {
  principal: keyof typeof principals;
  action: string;
  resource: string;
  resourceAccount?: string;
  context?: Context;
  identity?: unknown[];
  organization?: unknown[][];
  boundary?: unknown;
  session?: unknown[];
  endpoint?: unknown;
  resourcePolicy?: unknown;
  keyPolicy?: unknown;
  trustPolicy?: unknown;
  malformed?: boolean;
}
interface CaseFile {
  rule: string;
  given?: Partial<Asked>;
  cases?: (Partial<Asked> & { name: string; expect: [string, string, string?] })[];
  conditions?: { name: string; condition: unknown; context: Context; holds: boolean | "unknown" }[];
  refused?: { name: string; use: PolicyUse; document: string; fault: Fault }[];
}
interface Fault {
  message: string;
  path: string;
  line: number;
  column: number;
}

const principals = {
  user: { kind: "user", arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" },
  role: {
    kind: "role-session",
    arn: "arn:aws:sts::111122223333:assumed-role/Trainer/train",
    roleArn: "arn:aws:iam::111122223333:role/Trainer",
    accountId: "111122223333",
  },
  root: { kind: "root", arn: "arn:aws:iam::111122223333:root", accountId: "111122223333" },
  "other-user": { kind: "user", arn: "arn:aws:iam::444455556666:user/bob", accountId: "444455556666" },
  "other-root": { kind: "root", arn: "arn:aws:iam::444455556666:root", accountId: "444455556666" },
  service: { kind: "service", arn: "sagemaker.amazonaws.com", accountId: "111122223333" },
} as const satisfies Record<string, Requester>;

for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const file = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as CaseFile;
  describe(`${name}: ${file.rule}`, () => {
    for (const one of file.cases ?? []) {
      it(one.name, () => {
        assert.deepEqual(outcomeOf({ ...file.given, ...one } as Asked), one.expect);
      });
    }
    for (const one of file.conditions ?? []) {
      it(one.name, () => {
        assert.equal(holds(one.condition, one.context), one.holds);
      });
    }
    for (const one of file.refused ?? []) {
      it(one.name, () => {
        const checked = checkPolicy(one.document, one.use);
        assert(checked.kind === "fault");
        assert(checked.fault.message.includes(one.fault.message), checked.fault.message);
        assert.deepEqual({ ...checked.fault, message: one.fault.message }, one.fault);
      });
    }
  });
}

function outcomeOf(asked: Asked): string[] {
  const faults: string[] = [];
  const compile = (name: string, document: unknown, use: PolicyUse): NamedPolicy => {
    const compiled = compilePolicy(textOf(document), use);
    faults.push(...compiled.faults.map(({ message }) => message));
    return { name, policy: compiled.policy };
  };
  const maybe = (name: string, document: unknown, use: PolicyUse) =>
    document === undefined ? undefined : compile(name, document, use);
  const authoritative = maybe("key policy", asked.keyPolicy, "resource") ?? maybe("trust", asked.trustPolicy, "trust");
  const request: AccessRequest = {
    principal: principals[asked.principal],
    action: asked.action,
    resource: asked.resource,
    resourceAccountId: asked.resourceAccount ?? "111122223333",
    context: contextOf(asked.context ?? {}),
  };
  const verdict = decide(request, {
    identity: (asked.identity ?? []).map((document, at) => compile(`policy ${at}`, document, "identity")),
    boundary: maybe("boundary", asked.boundary, "identity"),
    session: (asked.session ?? []).map((document, at) => compile(`session ${at}`, document, "identity")),
    endpoint: maybe("endpoint policy", asked.endpoint, "endpoint"),
    resource: authoritative ?? maybe("resource policy", asked.resourcePolicy, "resource"),
    resourceIsAuthoritative: authoritative !== undefined,
    organization: (asked.organization ?? []).map((level) =>
      level.map((document, at) => compile(`organisation ${at}`, document, "identity")),
    ),
  });
  assert.equal(faults.length > 0, asked.malformed ?? false, faults.join("; "));
  const because = explain(request, verdict).because;
  if (!("statement" in verdict)) return [verdict.outcome, verdict.by];
  assert(because.includes(verdict.statement.statement));
  return [verdict.outcome, verdict.by, verdict.statement.statement];
}

function textOf(document: unknown): string {
  if (typeof document === "string") return document;
  return JSON.stringify(Array.isArray(document) ? { Version: "2012-10-17", Statement: document } : document);
}

/** An Allow and a Deny statement under one condition tell apart true, false and unknown. */
function holds(Condition: unknown, context: Context): boolean | "unknown" {
  const matches = (Effect: "Allow" | "Deny") => {
    const document = { Version: "2012-10-17", Statement: [{ Effect, Action: "*", Resource: "*", Condition }] };
    const { policy, faults } = compilePolicy(JSON.stringify(document), "identity");
    assert.deepEqual(faults, []);
    const request: AccessRequest = {
      principal: principals.user,
      action: "s3:GetObject",
      resource: "arn:aws:s3:::data/a",
      resourceAccountId: "111122223333",
      context: contextOf(context),
    };
    const { outcome } = decide(request, { identity: [{ name: "policy", policy }] });
    return outcome === "allowed" || outcome === "explicit-deny";
  };
  const allows = matches("Allow");
  const denies = matches("Deny");
  if (allows === denies) return allows;
  assert(denies, "an Allow must not match where a Deny does not");
  return "unknown";
}
