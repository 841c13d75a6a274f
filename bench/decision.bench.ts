/**
 * One decision of access. A role with 20 attached policies of 10 statements, through the evaluator alone and
 * through the access domain, against reading one of those policies with `JSON.parse`; and the same decision in
 * an account that has 1,000 roles with 50,000 statements, all of them in use, against an account that has next
 * to nothing else.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePolicy, contextOf, decide, type AccessRequest } from "../packages/iam/src/index.ts";
import type { Authority } from "../packages/server/src/access/index.ts";
import {
  accountId,
  attachedPolicies,
  attachedRole,
  inlinePolicies,
  inlineRole,
  openAccount,
  policyText,
  readOf,
  statementsPerPolicy,
} from "./crowded-account.ts";
import { bound, interleaved, median, quantile, say, tellMachine } from "./measure.ts";

const crowdSize = 999;
const decisionsPerRun = 2000;
const rounds = 40;
const warmUpRounds = 10;
const microsecondsMax = 30;
const slowerMax = 1.2;

tellMachine("decision");
await using made = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
made.defer(() => rm(folder, { recursive: true }));
const quiet = openAccount(join(folder, "quiet.db"), made);
const crowded = openAccount(join(folder, "crowded.db"), made);

const reads = Array.from({ length: 8 }, (_, at) => readOf("Busy", attachedPolicies - 1 - at, `${at}.csv`));
const busy = { quiet: attachedRole(quiet, "Busy"), crowded: attachedRole(crowded, "Busy") };
const one = inlineRole(quiet, "Crowd-0");
const crowd = Array.from({ length: crowdSize }, (_, at) => inlineRole(crowded, `Crowd-${at}`));
const crowdReads = crowd.map((_, at) => readOf(`Crowd-${at}`, inlinePolicies - 1, "x.csv"));
const evaluate = evaluator(false);
const evaluateEverywhere = evaluator(true);
const parsed = policyText("Busy", 0);

const taken = await interleaved(
  rounds,
  {
    parse: () => run((at) => JSON.parse(parsed.replace("Busy", `Busy-${at}`)) !== undefined),
    evaluator: () => run((at) => evaluate(at % reads.length)),
    everywhere: () => run((at) => evaluateEverywhere(at % reads.length)),
    quiet: () => run((at) => ask(busy.quiet, reads[at % reads.length])),
    crowded: () => run((at) => ask(busy.crowded, reads[at % reads.length])),
    one: () => run(() => ask(one, crowdReads[0])),
    // All of the crowd's statements stay in use, so that none of them can have been put away.
    around: () => run((at) => ask(crowd[at % crowdSize], crowdReads[at % crowdSize])),
  },
  warmUpRounds,
);

say(`the crowd: ${crowdSize} roles, ${crowdSize * inlinePolicies * statementsPerPolicy} statements`);
tellMicroseconds("JSON.parse of one policy", taken.parse);
tellMicroseconds("the evaluator alone", taken.evaluator);
tellMicroseconds("the evaluator, all on all resources", taken.everywhere);
tellMicroseconds("through the domain", taken.quiet);
tellMicroseconds("through the domain, in the crowd", taken.crowded);
tellMicroseconds("a role of 50 statements", taken.one);
tellMicroseconds("each of the crowd in turn", taken.around);
const microseconds = median(taken.quiet) * 1000;
const slower = median(taken.crowded) / median(taken.quiet);
say(`a decision against JSON.parse of one policy: ${ratio(taken.quiet, taken.parse)} ×`);
say(`each of the crowd in turn against one such role: ${ratio(taken.around, taken.one)} ×`);
bound(
  `a decision with ${attachedPolicies} policies of ${statementsPerPolicy} statements takes less than ${microsecondsMax} µs`,
  `${microseconds.toFixed(1)} µs`,
  microseconds < microsecondsMax,
);
bound(
  "1,000 roles with 50,000 statements slow a decision by 20 % at most",
  `${slower.toFixed(2)} ×`,
  slower <= slowerMax,
);

/** `everywhere`: every statement is about all resources, so that none can be passed over by its resource. */
function evaluator(everywhere: boolean): (at: number) => boolean {
  const identity = Array.from({ length: attachedPolicies }, (_, place) => ({
    name: `Busy-${place}`,
    policy: compilePolicy(policyText("Busy", place, everywhere), "identity").policy,
  }));
  const arn = `arn:aws:sts::${accountId}:assumed-role/Busy/bench`;
  const principal = { kind: "role-session", arn, roleArn: `arn:aws:iam::${accountId}:role/Busy`, accountId } as const;
  const context = contextOf({ "aws:PrincipalTag/team": "risk" });
  const asked = reads.map((read): AccessRequest => ({ ...read, principal, resourceAccountId: accountId, context }));
  return (at) => {
    const request = asked[at];
    return request !== undefined && decide(request, { identity }).outcome === "allowed";
  };
}

function ask(authority: Authority | undefined, read: (typeof reads)[number] | undefined): boolean {
  return authority !== undefined && read !== undefined && authority.decide(read).allowed;
}

/** Milliseconds that one of many took; each has to succeed. */
function run(task: (at: number) => boolean): Promise<number> {
  const begun = performance.now();
  for (let at = 0; at < decisionsPerRun; at += 1) if (!task(at)) throw new Error("not allowed");
  return Promise.resolve((performance.now() - begun) / decisionsPerRun);
}

function tellMicroseconds(name: string, valuesMs: readonly number[]): void {
  const [middle, most] = [median(valuesMs), quantile(valuesMs, 0.95)].map((ms) => `${(ms * 1000).toFixed(1)} µs`);
  say(`${name.padEnd(36)} median ${middle}  95 % ${most}  (${valuesMs.length} runs of ${decisionsPerRun})`);
}

function ratio(values: readonly number[], to: readonly number[]): string {
  return (median(values) / median(to)).toFixed(2);
}
