import type { ConditionTrace, StatementTrace } from "@strongroom/iam";
import type { DenialRecord, DenialStep } from "./denial-record.ts";

/**
 * What would have to change for a denied request to be allowed: one sentence for every policy that stands
 * in its way, and for every statement that would allow it but for its conditions.
 */
export function remediesOf(denial: DenialRecord): string[] {
  return denial.steps.flatMap((step) => {
    if (step.conclusion === "explicit-deny") return deniers(step);
    return step.conclusion === "no-allow" ? [missing(step, denial), ...nearly(step)] : [];
  });
}

function deniers({ kind, policies }: DenialStep): string[] {
  return policies.flatMap(({ policy, statements }) =>
    statements
      .filter(({ applies, effect }) => applies && effect === "Deny")
      .map(({ statement, conditions = [] }) => {
        const because =
          conditions.length === 0 ? "" : `; it does because of ${conditions.map(conditionText).join(" and ")}`;
        return `${capital(kind)} ${policy}, statement ${statement}, denies it: the statement must no longer apply${because}.`;
      }),
  );
}

function missing({ kind, level, policies }: DenialStep, { principal, action, resource }: DenialRecord): string {
  const it = `must allow ${action} on ${resource}`;
  switch (kind) {
    case "service control policy":
      return `A service control policy ${level === 0 ? "of the organization's root" : "of the account"} ${it}.`;
    case "VPC endpoint policy":
      return `The policy of the VPC endpoint that the request came through ${it} to ${principal}.`;
    case "resource-based policy":
      return `The resource's own policy${policies.map(({ policy }) => ` (${policy})`).join("")} ${it} to ${principal}.`;
    case "identity-based policy":
      return `An identity-based policy of ${principal} ${it}.`;
    case "permissions boundary":
      return `The permissions boundary${policies.map(({ policy }) => ` ${policy}`).join("")} ${it}.`;
    case "session policy":
      return `The session must be begun with a policy that allows ${action} on ${resource}, or with none.`;
  }
}

function nearly({ policies }: DenialStep): string[] {
  return policies.flatMap(({ policy, statements }) =>
    statements.flatMap((statement) => {
      const failed = failedConditions(statement);
      if (failed.length === 0) return [];
      return [
        `Or statement ${statement.statement} of ${policy} must hold: ${failed.map(conditionText).join(" and ")}.`,
      ];
    }),
  );
}

function failedConditions({ effect, failed, conditions = [] }: StatementTrace): readonly ConditionTrace[] {
  return effect === "Allow" && failed === "condition" ? conditions.filter(({ held }) => !held) : [];
}

/** `StringEquals aws:PrincipalTag/team credit (the request has risk)` */
function conditionText({ operator, key, wanted, present }: ConditionTrace): string {
  const has = present === null ? "does not have it" : `has ${present.join(", ")}`;
  return `${operator} ${key} ${wanted.join(" or ")} (the request ${has})`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
