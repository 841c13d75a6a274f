import type { Verdict } from "@strongroom/iam";
import type { Decided, DecisionLog } from "./decision-log.ts";

/** One decision as the trail keeps it. */
export interface DecisionRecord {
  readonly action: string;
  readonly resource: string;
  readonly outcome: Verdict["outcome"];
  /** The kind of policy that decided, or that has no allow: `identity-based policy`, …; `root` for the root user. */
  readonly by: string;
  readonly policy?: string;
  /** `Sid`, or `#<index>`. */
  readonly statement?: string;
}

/** What the trail keeps of a request's decisions. */
export interface AuthorizationRecord {
  readonly decisions: readonly DecisionRecord[];
  /** How many more there were, where a batch asked for more than are kept. */
  readonly leftOut?: { readonly allowed: number; readonly denied: number };
}

/** The decisions of a request in short; undefined where nothing was decided. */
export function authorizationRecord(log: DecisionLog): AuthorizationRecord | undefined {
  const { kept, counts } = log;
  if (kept.length === 0) return undefined;
  const decisions = kept.map(decisionRecord);
  const keptAllowed = decisions.filter(({ outcome }) => outcome === "allowed").length;
  const leftOut = { allowed: counts.allowed - keptAllowed, denied: counts.denied - (decisions.length - keptAllowed) };
  return { decisions, ...(leftOut.allowed + leftOut.denied === 0 ? {} : { leftOut }) };
}

function decisionRecord({ permission, verdict }: Decided): DecisionRecord {
  const { action, resource } = permission;
  const { outcome, by } = verdict;
  const statement = verdict.outcome === "implicit-deny" ? undefined : verdict.statement;
  return { action, resource: shortened(resource), outcome, by, ...statement };
}

const resourceCharactersMax = 1100;

/** An S3 key may have 1,024 bytes; nothing longer is a name. */
function shortened(resource: string): string {
  return resource.length <= resourceCharactersMax ? resource : `${resource.slice(0, resourceCharactersMax)}…`;
}
