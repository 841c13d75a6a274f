import { createHash } from "node:crypto";
import { isMember, isSamePerson } from "./approver.ts";
import type { Approver } from "./approver.ts";

/** What a rule asks for: so many approvals by different people, of the pool where there is one. */
export interface RuleContent {
  /** The branches that a template is for, `refs/heads/…`; all of them where none is named. */
  readonly destinations: readonly string[];
  readonly statements: readonly { readonly needed: number; readonly pool: readonly string[] }[];
}

const contentCharactersMax = 3000;
const destinationsMax = 100;
const poolMax = 50;
const approvalsNeededMax = 200;
const version = "2018-11-08";
const memberForm = /^(?:arn:aws:(?:iam|sts)::[\d*]{1,12}:\S{1,2000}|CodeCommitApprovers:\d{12}:\S{1,1000})$/;

export const digestOf = (content: string): string => createHash("sha256").update(content).digest("hex");

/**
 * Reads a rule's JSON; the text says what is wrong with it where something is. What has no meaning in a rule is
 * refused: a rule must not ask for less than its author believes.
 */
export function readRule(content: string, kind: "rule" | "template"): RuleContent | string {
  if (content.length > contentCharactersMax) return `it has more than ${contentCharactersMax} characters`;
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch {
    return "it is not JSON";
  }
  if (!isObject(read)) return "it is no object";
  const { Version, DestinationReferences: destinations = [], Statements: given, ...rest } = read;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `${unknown} is not known`;
  if (Version !== version) return `Version is ${version}`;
  if (kind === "rule" && read["DestinationReferences"] !== undefined) {
    return "DestinationReferences belong to templates: a pull request has its destination";
  }
  if (!isTexts(destinations, destinationsMax) || !destinations.every((one) => one.startsWith("refs/heads/"))) {
    return `DestinationReferences are at most ${destinationsMax} names that begin with refs/heads/`;
  }
  if (!Array.isArray(given) || given.length === 0) return "Statements has at least one statement";
  const statements = given.map(readStatement);
  const wrong = statements.find((one) => typeof one === "string");
  if (wrong !== undefined) return wrong;
  return { destinations, statements: statements.filter((one) => typeof one !== "string") };
}

function readStatement(given: unknown): RuleContent["statements"][number] | string {
  if (!isObject(given)) return "a statement is no object";
  const { Type, NumberOfApprovalsNeeded: needed, ApprovalPoolMembers: pool = [], ...rest } = given;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `${unknown} is not known`;
  if (Type !== "Approvers") return "Type is Approvers";
  if (typeof needed !== "number" || !Number.isInteger(needed) || needed < 1 || needed > approvalsNeededMax) {
    return `NumberOfApprovalsNeeded is a whole number from 1 to ${approvalsNeededMax}`;
  }
  if (!isTexts(pool, poolMax)) return `ApprovalPoolMembers are at most ${poolMax} texts`;
  const wrong = pool.find((member) => !memberForm.test(member));
  if (wrong !== undefined) return `${wrong} is neither an ARN nor CodeCommitApprovers:<account>:<name>`;
  return { needed, pool };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown, max: number): value is string[] =>
  Array.isArray(value) && value.length <= max && value.every((one) => typeof one === "string");

export const isSatisfied = ({ statements }: RuleContent, approvers: readonly Approver[]): boolean =>
  statements.every(({ needed, pool }) => {
    const counted: string[] = [];
    for (const approver of approvers) {
      if (pool.length > 0 && !pool.some((member) => isMember(approver, member))) continue;
      if (!counted.some((person) => isSamePerson(person, approver.person))) counted.push(approver.person);
    }
    return counted.length >= needed;
  });
