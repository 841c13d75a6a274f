import { readArnPattern } from "./arn-pattern.ts";
import type { PolicyUse } from "./policy.ts";
import type { Reading } from "./policy-fault.ts";
import { clauseOf, nullClauseOf, type Clause } from "./condition.ts";
import { hasWildcards } from "./glob.ts";
import type { JsonMember, JsonNode } from "./json-document.ts";
import { readOperator, type Operator } from "./operators.ts";
import { readPrincipal, type PrincipalEntry } from "./principal.ts";
import { readFlag } from "./scalars.ts";
import type { ActionPattern, Elements, ResourcePattern } from "./statement.ts";
import { variablesOf } from "./template.ts";
import { readValue } from "./value-test.ts";

const known = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
] as const;
type ElementName = (typeof known)[number];

const actionPattern = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/;
const conditionKeyPattern = /^[\w.-]+:\S(?:.*\S)?$/;
const sidPattern = /^[A-Za-z0-9]*$/;

/** Reads one statement; each fault is noted, and the element it stands in becomes undefined. */
export function readStatement(node: JsonNode, path: string, place: number, reading: Reading): Elements {
  return new StatementReader(path, reading).read(node, place);
}

interface Text {
  readonly text: string;
  readonly at: number;
  readonly path: string;
}

class StatementReader {
  readonly #path: string;
  readonly #reading: Reading;
  readonly #members = new Map<ElementName, JsonMember>();
  #faulty: boolean;

  constructor(path: string, reading: Reading) {
    this.#path = path;
    this.#reading = reading;
    this.#faulty = reading.isDocumentFaulty;
  }

  read(node: JsonNode, place: number): Elements {
    if (node.kind !== "object") this.#fault("Syntax errors in policy: a statement is an object", "", node.at);
    for (const member of node.kind === "object" ? node.members : []) {
      const name = known.find((element) => element === member.name);
      if (name === undefined) {
        this.#fault(`Syntax errors in policy: unknown element "${member.name}"`, `.${member.name}`, member.at);
      } else this.#members.set(name, member);
    }
    const label = this.#label(place);
    const effect = this.#effect(node.at);
    const [actionsMember, exceptActions] = this.#oneOf("Action", "NotAction");
    const [resourcesMember, isExcept] = this.#oneOf("Resource", "NotResource");
    // A trust policy is about its role, whatever a statement adds about resources.
    const exceptResources = isExcept && this.#reading.use !== "trust";
    const actions = this.#actions(actionsMember, node.at);
    const resources = this.#resources(resourcesMember, node.at);
    const principals = this.#principals(effect, node.at);
    const clauses = this.#clauses();
    const faulty = this.#faulty;
    const { use } = this.#reading;
    return { use, label, effect, actions, exceptActions, resources, exceptResources, principals, clauses, faulty };
  }

  #label(place: number): string {
    const sid = this.#members.get("Sid");
    if (sid === undefined) return `#${place}`;
    const { value } = sid;
    if (value.kind !== "string") this.#fault("Sid must be a string", ".Sid", value.at);
    else if (isHeldByIam(this.#reading.use) && !sidPattern.test(value.text)) {
      this.#fault(
        `Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*`,
        ".Sid",
        value.at,
      );
    }
    return value.kind === "string" && value.text !== "" ? value.text : `#${place}`;
  }

  #effect(at: number): "Allow" | "Deny" {
    const value = this.#members.get("Effect")?.value;
    const text = value?.kind === "string" ? value.text : undefined;
    if (text === "Allow" || text === "Deny") return text;
    this.#fault("Syntax errors in policy: Effect is Allow or Deny", ".Effect", value?.at ?? at);
    return "Deny";
  }

  #oneOf(name: "Action" | "Resource", except: "NotAction" | "NotResource"): [JsonMember | undefined, boolean] {
    const plain = this.#members.get(name);
    const excepting = this.#members.get(except);
    if (plain !== undefined && excepting !== undefined) {
      this.#fault(`Syntax errors in policy: ${name} and ${except} exclude each other`, `.${except}`, excepting.at);
      return [undefined, false];
    }
    return [plain ?? excepting, plain === undefined && excepting !== undefined];
  }

  #actions(member: JsonMember | undefined, at: number): ActionPattern[] | undefined {
    if (member === undefined) {
      this.#fault("Policy statement must contain actions.", "", at);
      return undefined;
    }
    return this.#eachText(member, ({ text }) => {
      if (!actionPattern.test(text)) {
        return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
      }
      const lower = text.toLowerCase();
      return { text, lower: lower === text ? text : lower, isExact: !hasWildcards(text) };
    });
  }

  #resources(member: JsonMember | undefined, at: number): ResourcePattern[] | undefined {
    if (this.#reading.use === "trust") {
      if (member !== undefined) this.#fault("Has prohibited field Resource", `.${member.name}`, member.at);
      return ["everything"];
    }
    if (member === undefined) {
      this.#fault("Policy statement must contain resources.", "", at);
      return undefined;
    }
    return this.#eachText(member, ({ text }) => {
      if (text === "*") return { pattern: "everything" as const };
      this.#noteVariables(text);
      const pattern = readArnPattern(text, this.#reading.variables);
      return typeof pattern === "string" ? `Resource ${text} must be in ARN format or "*".` : { pattern };
    })?.map(({ pattern }) => pattern);
  }

  #principals(effect: "Allow" | "Deny", at: number): Elements["principals"] {
    const plain = this.#members.get("Principal");
    const except = this.#members.get("NotPrincipal");
    const member = plain ?? except;
    if (this.#reading.use === "identity") {
      if (member === undefined) return "everyone";
      this.#fault("Policy document should not specify a principal.", `.${member.name}`, member.at);
      return undefined;
    }
    if (member === undefined) {
      this.#fault("Missing required field Principal", "", at);
      // A statement in a resource policy that names nobody concerns nobody.
      return { entries: [], except: false };
    }
    if (plain !== undefined && except !== undefined) {
      this.#fault("Principal and NotPrincipal exclude each other", ".NotPrincipal", except.at);
      return undefined;
    }
    if (plain === undefined && (effect === "Allow" || this.#reading.use === "trust")) {
      this.#fault("NotPrincipal is supported with Deny in resource policies only", ".NotPrincipal", member.at);
      return undefined;
    }
    const entries = this.#principalEntries(member);
    return entries && { entries, except: plain === undefined };
  }

  #principalEntries(member: JsonMember): PrincipalEntry[] | undefined {
    const { value, name } = member;
    if (value.kind === "string" && value.text === "*") return [{ kind: "anyone" }];
    if (value.kind !== "object" || value.members.length === 0) {
      this.#fault('Invalid principal in policy: "*" or an object is expected', `.${name}`, value.at);
      return undefined;
    }
    const entries: PrincipalEntry[] = [];
    let complete = true;
    for (const kind of value.members) {
      const read = this.#eachText(
        kind,
        ({ text }) => {
          const entry = readPrincipal(kind.name, text);
          return typeof entry === "string" ? `Invalid principal in policy: ${entry}` : entry;
        },
        `.${name}`,
      );
      if (read === undefined) complete = false;
      else entries.push(...read);
    }
    return complete ? entries : undefined;
  }

  #clauses(): Clause[] {
    const condition = this.#members.get("Condition");
    if (condition === undefined) return [];
    if (condition.value.kind !== "object") {
      this.#fault("Syntax errors in policy: Condition is an object", ".Condition", condition.value.at);
      return [];
    }
    return condition.value.members.flatMap((member) => {
      const operator = readOperator(member.name);
      const path = `.Condition.${member.name}`;
      if (operator === undefined) {
        this.#fault(`Invalid Condition type : ${member.name}.`, path, member.at);
        return [];
      }
      if (member.value.kind !== "object") {
        this.#fault("Syntax errors in policy: an operator holds an object of keys", path, member.value.at);
        return [];
      }
      return member.value.members.flatMap((key) => this.#clause(operator, key, path) ?? []);
    });
  }

  #clause(operator: Operator, key: JsonMember, path: string): Clause | undefined {
    if (!conditionKeyPattern.test(key.name)) {
      this.#fault(`Condition key "${key.name}" must have a vendor, such as aws:`, `${path}.${key.name}`, key.at);
      return undefined;
    }
    this.#noteKey(key.name);
    if (operator.family === "Null") {
      const values = this.#eachText(key, ({ text }) => readAbsence(text), path);
      return values && nullClauseOf(operator, key.name, values);
    }
    const { variables } = this.#reading;
    const values = this.#eachText(
      key,
      ({ text }) => {
        this.#noteVariables(text);
        const read = readValue(operator, text, variables);
        return "fault" in read ? read.fault : { text, test: read.test };
      },
      path,
    );
    return values && clauseOf(operator, key.name, values);
  }

  /** Reads one text or a list of them; one fault among them makes the whole element undefined. */
  #eachText<T extends object>(member: JsonMember, read: (text: Text) => T | string, within = ""): T[] | undefined {
    const path = `${within}.${member.name}`;
    const isList = member.value.kind === "array";
    const nodes = member.value.kind === "array" ? member.value.items : [member.value];
    if (nodes.length === 0) {
      this.#fault(`Syntax errors in policy: ${member.name} is empty`, path, member.value.at);
      return undefined;
    }
    const results: T[] = [];
    for (const [place, node] of nodes.entries()) {
      const nodePath = isList ? `${path}[${place}]` : path;
      const isValue = within.startsWith(".Condition") && (node.kind === "number" || node.kind === "boolean");
      if (node.kind !== "string" && !isValue) {
        this.#fault("Syntax errors in policy: a string or a list of strings is expected", nodePath, node.at);
        return undefined;
      }
      const result = read({ text: node.text, at: node.at, path: nodePath });
      if (typeof result === "string") {
        this.#fault(result, nodePath, node.at);
        return undefined;
      }
      results.push(result);
    }
    return results;
  }

  #noteKey(name: string): void {
    const { contextKeys } = this.#reading;
    const lower = name.toLowerCase();
    if (!contextKeys.has(lower)) contextKeys.set(lower, name);
  }

  #noteVariables(text: string): void {
    if (this.#reading.variables) for (const name of variablesOf(text)) this.#noteKey(name);
  }

  #fault(message: string, path: string, at: number): void {
    this.#faulty = true;
    this.#reading.faults.add(message, this.#path + path, at);
  }
}

function readAbsence(text: string): { text: string; test: boolean } | string {
  const test = readFlag(text);
  return test === undefined ? `"${text}" is not "true" or "false"` : { text, test };
}

/** IAM itself wants plain statement IDs; buckets, keys and endpoints take names such as `Access-to-one-bucket-only`. */
function isHeldByIam(use: PolicyUse): boolean {
  return use === "identity" || use === "trust";
}
