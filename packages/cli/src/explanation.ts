import type {
  ExplainedCondition,
  ExplainedDenial,
  ExplainedEvent,
  ExplainedStatement,
  ExplainedStep,
  RequestExplanation,
} from "@strongroom/admin-api";
import { wrapped } from "./text-table.ts";

const width = 100;
const valueCharactersMax = 300;

/** An explanation for a terminal of 100 columns: who and what, the decisions, each denial step by step, the way out. */
export function explanationText(explanation: RequestExplanation): string {
  const { event, denials } = explanation;
  return [
    ...heading(event, denials.length > 0),
    ...decisionLines(explanation),
    ...denials.flatMap((denial) => denialLines(denial)),
    "",
  ].join("\n");
}

function heading(event: ExplainedEvent, isDenied: boolean): string[] {
  const { userIdentity, requestParameters } = event;
  const key = userIdentity.accessKeyId === undefined ? "" : `, access key ${userIdentity.accessKeyId}`;
  const network =
    event.vpcEndpointId === undefined
      ? `${event.sourceIPAddress}, through the host's port`
      : `${event.sourceIPAddress}, through the VPC endpoint ${event.vpcEndpointId}`;
  return [
    `${event.eventName} of ${event.eventSource}: ${resultOf(event, isDenied)}`,
    "",
    ...row("request", event.requestID),
    ...row("who", `${userIdentity.arn ?? "nobody who is known"} (${userIdentity.type}${key})`),
    ...row("from", network),
    ...row("when", event.eventTime),
    ...row("with", event.userAgent ?? "not said"),
    ...(requestParameters === undefined ? [] : row("asked", cut(JSON.stringify(requestParameters)))),
    ...(event.errorMessage === undefined ? [] : row("told", cut(withoutCode(event.errorMessage)))),
  ];
}

function resultOf({ errorCode, additionalEventData }: ExplainedEvent, isDenied: boolean): string {
  if (errorCode !== undefined) return `refused with ${errorCode}`;
  if (additionalEventData.phase === "intent") return "not answered, or still under way";
  return isDenied ? "answered, with parts refused" : "answered";
}

/** EC2's encoded message says what stands below, for machines. */
function withoutCode(message: string): string {
  return message.replace(/ Encoded authorization failure message: .*$/s, "");
}

function decisionLines({ decisions, leftOut, event }: RequestExplanation): string[] {
  if (decisions.length === 0) {
    const why = event.errorCode === undefined ? "the operation needs no permission" : "it was refused before";
    return ["", `No policy was asked: ${why}.`];
  }
  const lines = decisions.flatMap((decision, at) => {
    const { action, resource, outcome, by, policy, statement } = decision;
    const named = policy === undefined ? "" : ` ${policy}, statement ${statement ?? "?"}`;
    const said = {
      allowed: `allowed by ${by}${named}`,
      "explicit-deny": `DENIED by ${by}${named}`,
      "implicit-deny": `DENIED: no ${by} allows it`,
    }[outcome];
    return [...paragraph(`${String(at + 1).padStart(3)}. `, `${action} on ${resource}`), ...paragraph("     ", said)];
  });
  const more =
    leftOut === undefined ? [] : [`     … and ${leftOut.allowed} more allowed, ${leftOut.denied} more denied`];
  return ["", "Decisions", ...lines, ...more];
}

function denialLines({ principal, action, resource, steps, keys, remedies, shortened }: ExplainedDenial): string[] {
  const note = shortened === undefined ? [] : ["  (shortened: the policies are too long to be kept whole)"];
  return [
    "",
    ...paragraph("", `Why ${principal} may not perform ${action} on ${resource}`),
    ...note,
    ...steps.flatMap((step) => stepLines(step)),
    "",
    "  Condition keys that were present",
    ...Object.entries(keys).flatMap(([key, values]) => paragraph(`    ${key.padEnd(28)} `, cut(values.join(", ")))),
    "",
    "  What would have to change",
    ...remedies.flatMap((remedy) => paragraph("    - ", remedy)),
  ];
}

function stepLines({ kind, level, conclusion, why, policies }: ExplainedStep): string[] {
  const where = level === undefined ? "" : level === 0 ? " of the organization's root" : " of the account";
  const said = {
    "explicit-deny": "DENIES",
    allow: "allows",
    "no-allow": policies.length === 0 ? "HAS NO ALLOW (there is none)" : "HAS NO ALLOW",
    "not-asked": `not asked: ${why ?? ""}`,
  }[conclusion];
  return [
    ...paragraph("  ", `${kind}${where}: ${said}`),
    ...policies.flatMap(({ policy, statements, aboutOtherActions }) => [
      ...paragraph("    ", policy),
      ...statements.flatMap((statement) => statementLines(statement)),
      ...(aboutOtherActions === undefined ? [] : [`      ${aboutOtherActions} about other actions`]),
    ]),
  ];
}

function statementLines({ statement, effect, applies, failed, conditions = [] }: ExplainedStatement): string[] {
  const said = applies ? "applies" : `does not apply: ${failedText(failed)}`;
  return [
    ...paragraph("      ", `${effect} ${statement}: ${said}`),
    ...conditions.flatMap((condition) => paragraph("        ", conditionLine(condition))),
  ];
}

function failedText(failed: ExplainedStatement["failed"]): string {
  switch (failed) {
    case "condition":
      return "a condition does not hold";
    case "fault":
      return "it cannot be read";
    case undefined:
      return "unknown";
    case "principal":
    case "action":
    case "resource":
      return `another ${failed}`;
  }
}

function conditionLine({ operator, key, wanted, present, held }: ExplainedCondition): string {
  const has = present === null ? "not present" : `present ${present.join(", ")}`;
  return `${held ? "holds" : "FAILS"}: ${operator} ${key}: wanted ${wanted.join(" or ")}; ${has}`;
}

const row = (name: string, text: string): string[] => paragraph(`  ${name.padEnd(9)}`, text);

/** Lines of at most 100 columns, indented alike behind the first one's beginning. */
function paragraph(start: string, text: string): string[] {
  const indent = " ".repeat(start.length);
  return wrapped(text, width - start.length).map((line, at) => `${at === 0 ? start : indent}${line}`);
}

const cut = (text: string): string =>
  text.length <= valueCharactersMax ? text : `${text.slice(0, valueCharactersMax)}…`;
