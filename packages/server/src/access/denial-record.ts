import { trace, type StatementTrace, type TraceStep } from "@strongroom/iam";
import { presentKeys } from "./condition-key-names.ts";
import type { Decided, DecisionLog } from "./decision-log.ts";

/** A denial as the trail keeps it: every policy that had a say, statement by statement. */
export interface DenialRecord {
  /** ARN of the principal, or the service's name. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly because: string;
  readonly steps: readonly DenialStep[];
  /** The condition keys that were present. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** It was too long to keep: only statements that apply, or fail by a condition alone, are there. */
  readonly shortened?: true;
}

export interface DenialStep extends Omit<TraceStep, "policies"> {
  readonly policies: readonly DenialPolicy[];
}

export interface DenialPolicy {
  readonly policy: string;
  readonly statements: readonly StatementTrace[];
  /** How many more statements there are, which are about other actions. */
  readonly aboutOtherActions?: number;
}

/** How many denials of one request are told in full: the one that ended it, and the first ones of a batch. */
const toldMax = 3;
const recordCharactersMax = 48 * 1024;
const valuesMax = 12;
const valueCharactersMax = 256;

/** The denials of a request, the one that ended it first. */
export function denialRecords(log: DecisionLog): readonly DenialRecord[] {
  const denied = log.kept.filter(({ verdict }) => verdict.outcome !== "allowed");
  const last = log.lastDenied;
  const told = last === undefined ? [] : [last, ...denied.filter((one) => one !== last)].slice(0, toldMax);
  const records: DenialRecord[] = [];
  let left = recordCharactersMax;
  for (const decided of told) {
    const record = fitting(denialRecord(decided), left);
    if (record === undefined) break;
    left -= JSON.stringify(record).length;
    records.push(record);
  }
  return records;
}

export function denialRecord({ request, policies, keyNames }: Decided): DenialRecord {
  const { explanation, steps } = trace(request, policies);
  return {
    principal: request.principal.arn,
    action: request.action,
    resource: request.resource,
    because: explanation.because,
    steps: steps.map((step) => ({ ...step, policies: step.policies.map(aboutTheAction) })),
    keys: shortLists(presentKeys(request.context, keyNames())),
  };
}

/** Most statements of most policies are about something else: they are counted. */
function aboutTheAction({ policy, statements }: TraceStep["policies"][number]): DenialPolicy {
  const kept = statements.filter(({ failed }) => failed !== "action");
  const others = statements.length - kept.length;
  return { policy, statements: kept.map(short), ...(others === 0 ? {} : { aboutOtherActions: others }) };
}

function short(statement: StatementTrace): StatementTrace {
  if (statement.conditions === undefined) return statement;
  const conditions = statement.conditions.map((condition) => ({
    ...condition,
    wanted: shortList(condition.wanted),
    present: condition.present && shortList(condition.present),
  }));
  return { ...statement, conditions };
}

function shortLists(keys: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, shortList(values)]));
}

function shortList(values: readonly string[]): readonly string[] {
  const cut = values.slice(0, valuesMax).map((value) => {
    return value.length <= valueCharactersMax ? value : `${value.slice(0, valueCharactersMax)}…`;
  });
  return values.length <= valuesMax ? cut : [...cut, `… and ${values.length - valuesMax} more`];
}

/** The record, or what is most telling of it; undefined where even that is too long. */
function fitting(record: DenialRecord, charactersMax: number): DenialRecord | undefined {
  if (JSON.stringify(record).length <= charactersMax) return record;
  const steps = record.steps.map((step) => ({
    ...step,
    policies: step.policies
      .map(({ policy, statements }) => ({
        policy,
        statements: statements.filter(({ applies, failed }) => applies || failed === "condition").slice(0, 8),
      }))
      .filter(({ statements }) => statements.length > 0),
  }));
  const shorter: DenialRecord = { ...record, steps, shortened: true };
  if (JSON.stringify(shorter).length <= charactersMax) return shorter;
  const bare: DenialRecord = { ...shorter, steps: steps.map((step) => ({ ...step, policies: [] })) };
  return JSON.stringify(bare).length <= charactersMax ? bare : undefined;
}
