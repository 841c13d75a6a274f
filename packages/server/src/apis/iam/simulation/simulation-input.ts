import { InvalidInputException, type ContextKeyTypeEnum } from "@aws-sdk/client-iam";
import type { Access, Simulation, SimulatedPolicy } from "../../../access/index.ts";

type Simulator = Access["simulator"];

interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
  readonly ContextKeyType?: ContextKeyTypeEnum;
}

export function invalidInput(message: string): InvalidInputException {
  return new InvalidInputException({ message, $metadata: {} });
}

/** Policies handed in by the caller, by the names that results give them. */
export function inputPolicies(simulator: Simulator, member: string, documents: readonly string[]): SimulatedPolicy[] {
  return documents.map((document, at) => {
    const id = `${member}.${at + 1}`;
    refuseFaulty(simulator, id, document, "identity");
    return { id, type: "none", document };
  });
}

export function resourcePolicy(simulator: Simulator, document: string | undefined): SimulatedPolicy | undefined {
  if (document === undefined) return undefined;
  refuseFaulty(simulator, "ResourcePolicy", document, "resource");
  return { id: "ResourcePolicy", type: "resource", document };
}

export function refuseFaulty(simulator: Simulator, id: string, document: string, use: "identity" | "resource"): void {
  const fault = simulator.fault(document, use);
  if (fault !== undefined) throw invalidInput(`Invalid policy document in ${id}: ${fault}`);
}

export function callerOf(simulator: Simulator, arn: string): Simulation["caller"] {
  const caller = simulator.caller(arn);
  if (caller === undefined) throw invalidInput(`CallerArn must be the ARN of a user, group or role: ${arn}`);
  return caller;
}

/** ② a wildcard among the actions would be one action of that very name, and its result a wrong one. */
export function refuseWildcards(actions: readonly string[]): void {
  const wrong = actions.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (wrong !== undefined)
    throw invalidInput(`ActionNames must name a service and an operation, without wildcards: ${wrong}`);
}

/** `fallback`: the account of the caller. */
export function ownerAccount(resourceOwner: string | undefined, fallback: string): string {
  if (resourceOwner === undefined) return fallback;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(resourceOwner)?.[1];
  if (account === undefined) throw invalidInput(`ResourceOwner must be an account: ${resourceOwner}`);
  return account;
}

export function contextOf(entries: readonly ContextEntry[] | undefined): Record<string, readonly string[]> {
  const context: Record<string, readonly string[]> = {};
  for (const { ContextKeyName, ContextKeyValues, ContextKeyType } of entries ?? []) {
    if (ContextKeyName === undefined || ContextKeyValues === undefined || ContextKeyType === undefined) {
      throw invalidInput("A context entry needs ContextKeyName, ContextKeyValues and ContextKeyType.");
    }
    if (!ContextKeyType.endsWith("List") && ContextKeyValues.length > 1) {
      throw invalidInput(`The context key ${ContextKeyName} of type ${ContextKeyType} has more than one value.`);
    }
    const wrong = ContextKeyValues.find((value) => !shapes[baseType(ContextKeyType)].test(value));
    if (wrong !== undefined) {
      throw invalidInput(`The context key ${ContextKeyName} has a value that is not ${ContextKeyType}: ${wrong}`);
    }
    context[ContextKeyName] = ContextKeyValues;
  }
  return context;
}

const shapes = {
  string: /^/,
  numeric: /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/,
  boolean: /^(true|false)$/i,
  ip: /^[\d.]+(\/\d+)?$|^[\da-f:.]+(\/\d+)?$/i,
  binary: /^[A-Za-z\d+/]*={0,2}$/,
  date: /^\d+$|^\d{4}(-\d{2}){0,2}(T.+)?$/,
} as const;

function baseType(type: ContextKeyTypeEnum): keyof typeof shapes {
  return type.replace(/List$/, "") as keyof typeof shapes;
}
