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
import { conditionHolds } from "./testing/condition-holds.ts";

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
  /** The numbered rules of cases/README.md that the file's cases show. */
  shows: string[];
  given?: Partial<Asked>;
  cases?: (Partial<Asked> & { name: string; expect: [string, string, string?]; says?: string })[];
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
  federated: {
    kind: "federated-user",
    arn: "arn:aws:sts::111122223333:federated-user/guest",
    userArn: "arn:aws:iam::111122223333:user/alice",
    accountId: "111122223333",
  },
  "web-identity": {
    kind: "web-identity",
    arn: "arn:aws:iam::111122223333:oidc-provider/login.example.org",
    accountId: "111122223333",
  },
  anonymous: { kind: "anonymous", arn: "anonymous", accountId: "" },
  service: { kind: "service", arn: "sagemaker.amazonaws.com", accountId: "111122223333" },
} as const satisfies Record<string, Requester>;

const files = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as CaseFile] as const);

it("every numbered rule of the README has its cases, and there are at least 400 cases", () => {
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  const rules = [...readme.matchAll(/^- \*\*([CD]\d+)\*\*/gm)].flatMap(([, rule]) => rule ?? []);
  const shown = new Set(files.flatMap(([, { shows }]) => shows));
  const keptByTheServer = [...readme.matchAll(/^- \*\*([CD]\d+)\*\* \(kept by the server\)/gm)].map(([, rule]) => rule);
  assert.equal(rules.length, 20);
  assert.deepEqual([...shown].sort(), rules.filter((rule) => !keptByTheServer.includes(rule)).sort());
  const counts = files.map(
    ([, { cases = [], conditions = [], refused = [] }]) => [cases, conditions, refused].flat().length,
  );
  assert(counts.reduce((sum, count) => sum + count, 0) >= 400);
});

for (const [name, file] of files) {
  describe(`${name}: ${file.rule}`, () => {
    for (const one of file.cases ?? []) {
      it(one.name, () => {
        const { outcome, message } = decided({ ...file.given, ...one } as Asked);
        assert.deepEqual(outcome, one.expect);
        if (one.says !== undefined) assert.equal(message, one.says);
      });
    }
    for (const one of file.conditions ?? []) {
      it(one.name, () => {
        assert.equal(conditionHolds(one.condition, one.context), one.holds);
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

function decided(asked: Asked): { outcome: string[]; message: string } {
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
  const { because, message } = explain(request, verdict);
  if (!("statement" in verdict)) return { outcome: [verdict.outcome, verdict.by], message };
  assert(because.includes(verdict.statement.statement));
  return { outcome: [verdict.outcome, verdict.by, verdict.statement.statement], message };
}

function textOf(document: unknown): string {
  if (typeof document === "string") return document;
  return JSON.stringify(Array.isArray(document) ? { Version: "2012-10-17", Statement: document } : document);
}
