import { readJson, type JsonMember, type JsonNode } from "./json-document.ts";
import { Policy, type PolicyUse } from "./policy.ts";
import { FaultList, type PolicyFault, type Reading } from "./policy-fault.ts";
import { readStatement } from "./read-statement.ts";
import { Statement } from "./statement.ts";
import { TextCache } from "./text-cache.ts";

export interface Compiled {
  readonly policy: Policy;
  readonly faults: readonly PolicyFault[];
}

const mebi = 1024 * 1024;
/**
 * Characters a generation. Those for identity policies hold 50,000 statements of usual length, which take
 * about 150 MB; all of them together can grow to three times that.
 */
const compiled: Readonly<Record<PolicyUse, TextCache<Compiled>>> = {
  identity: new TextCache(16 * mebi),
  resource: new TextCache(4 * mebi),
  trust: new TextCache(4 * mebi),
  endpoint: new TextCache(mebi),
};

/**
 * Reads a policy document once; the same text is answered from memory afterwards.
 * A document with faults gives a policy as well: in it a faulty Deny statement matches and a faulty
 * Allow statement does not, and a document that is not JSON denies everything.
 */
export function compilePolicy(text: string, use: PolicyUse): Compiled {
  return compiled[use].get(text, (document) => readPolicy(document, use));
}

/** For whoever stores a policy: refused at its first fault. */
export function checkPolicy(
  text: string,
  use: PolicyUse,
): { readonly kind: "policy"; readonly policy: Policy } | { readonly kind: "fault"; readonly fault: PolicyFault } {
  const { policy, faults } = compilePolicy(text, use);
  const fault = faults[0];
  return fault === undefined ? { kind: "policy", policy } : { kind: "fault", fault };
}

/** As `compilePolicy`, without remembering. */
export function readPolicy(text: string, use: PolicyUse): Compiled {
  const faults = new FaultList(text);
  const root = readJson(text);
  if (root.kind === "fault") {
    faults.add(`Syntax errors in policy: ${root.message}`, "", root.at);
    return { policy: denyEverything(use), faults: faults.faults };
  }
  if (root.kind !== "object") {
    faults.add("Syntax errors in policy: a JSON object is expected", "", root.at);
    return { policy: denyEverything(use), faults: faults.faults };
  }
  const members = new Map(root.members.map((member) => [member.name, member]));
  for (const { name, at } of root.members) {
    if (!["Version", "Id", "Statement"].includes(name)) {
      faults.add(`Syntax errors in policy: unknown element "${name}"`, name, at);
    }
  }
  const variables = readVersion(members.get("Version"), faults);
  const id = members.get("Id");
  if (id !== undefined && id.value.kind !== "string") faults.add("Id must be a string", "Id", id.value.at);
  const isDocumentFaulty = faults.faults.length > 0;
  const reading = { use, variables, faults, isDocumentFaulty, contextKeys: new Map<string, string>() };
  const statements = readStatements(root, members.get("Statement"), reading);
  return { policy: new Policy(use, statements, [...reading.contextKeys.values()]), faults: faults.faults };
}

function readVersion(version: JsonMember | undefined, faults: FaultList): boolean {
  if (version === undefined) return false;
  const { value } = version;
  const text = value.kind === "string" ? value.text : undefined;
  if (text !== "2012-10-17" && text !== "2008-10-17") {
    faults.add("The policy must contain a valid version string", "Version", value.at);
  }
  return text !== "2008-10-17";
}

function readStatements(root: JsonNode, member: JsonMember | undefined, reading: Reading): Statement[] {
  const { faults } = reading;
  if (member === undefined) {
    faults.add("Syntax errors in policy: Statement is missing", "Statement", root.at);
    return [];
  }
  const nodes = member.value.kind === "array" ? member.value.items : [member.value];
  const labels = new Set<string>();
  return nodes.map((node, place) => {
    const path = member.value.kind === "array" ? `Statement[${place}]` : "Statement";
    const elements = readStatement(node, path, place, reading);
    if (labels.has(elements.label)) {
      faults.add("Statement IDs (SID) in a single policy must be unique", `${path}.Sid`, node.at);
    }
    labels.add(elements.label);
    return new Statement(elements);
  });
}

/** ② a document that cannot be read is taken for the strictest one. */
function denyEverything(use: PolicyUse): Policy {
  const statement = new Statement({
    use,
    label: "#0",
    effect: "Deny",
    actions: undefined,
    exceptActions: false,
    resources: undefined,
    exceptResources: false,
    principals: undefined,
    clauses: [],
    faulty: true,
  });
  return new Policy(use, [statement], []);
}
