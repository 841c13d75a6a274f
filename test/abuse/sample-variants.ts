import type { TestHouse } from "@strongroom/testkit";
import { furtherInputs, optionalValue, replacedMembers } from "./optional-inputs.ts";
import { sampleInput, valueFor } from "./sample-inputs.ts";

export type Service = TestHouse["services"][number];
export type Served = Service["operations"] extends ReadonlyMap<string, infer O> ? O : never;
type Call = Parameters<Served["permissions"]>[1];
type Permission = Awaited<ReturnType<Served["permissions"]>>[number];

/** An input of an operation, and what the operation demands for it. */
export interface Variant {
  readonly input: Readonly<Record<string, unknown>>;
  readonly demands: readonly Permission[];
}

/** What handlers decide by themselves, item by item. */
const decidedByHandlers: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => readonly Permission[]>> =
  {
    "s3.DeleteObjects": ({ Delete, BypassGovernanceRetention }) =>
      (Delete as { Objects: { VersionId?: string; ETag?: string }[] }).Objects.flatMap(({ VersionId, ETag }) =>
        [
          VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
          ...(ETag === undefined ? [] : ["s3:GetObject"]),
          ...(BypassGovernanceRetention === true ? ["s3:BypassGovernanceRetention"] : []),
        ].map((action) => ({ action, resource: "arn:aws:s3:::there/there" })),
      ),
  };

/** Every operation that is served, with its service. */
export const everyOperation = (house: TestHouse): [Service, Served][] =>
  house.services.flatMap((service) => [...service.operations.values()].map((one): [Service, Served] => [service, one]));

/**
 * The inputs of an operation: the smallest, the fullest that it takes, and those that show what neither
 * does. Throws where a required member has no sample.
 */
export async function variantsOf(
  house: TestHouse,
  service: Service,
  operation: Served,
  prepared: object = {},
): Promise<Variant[]> {
  const of = `${service.name}.${operation.name}`;
  const { required, optional, types } = membersOf(operation);
  const sample = { ...sampleInput(service.name, operation.name, required), ...prepared };
  const smallest = await variant(house, service, operation, sample);
  let fullest = smallest;
  const replaced = replacedMembers(service.name, operation.name);
  for (const name of [...replaced, ...optional.filter((one) => !replaced.includes(one))]) {
    if (name in fullest.input && !replaced.includes(name)) continue;
    const own = optionalValue(service.name, operation.name, name);
    const values = own === undefined ? [valueFor(name), madeUp(types.get(name))] : [own];
    fullest = (await withMember(house, service, operation, fullest, name, values)) ?? fullest;
  }
  const further = (furtherInputs[of] ?? []).map((input) => variant(house, service, operation, input));
  const all = [smallest, ...(fullest === smallest ? [] : [fullest]), ...(await Promise.all(further))];
  return all;
}

/** The input with one more member, by the first value that the operation takes. */
async function withMember(
  house: TestHouse,
  service: Service,
  operation: Served,
  { input }: Variant,
  name: string,
  values: readonly unknown[],
): Promise<Variant | undefined> {
  for (const value of values) {
    if (value === undefined || value === null) continue;
    try {
      return await variant(house, service, operation, { ...input, [name]: value });
    } catch {
      // Another value, or the operation does not take the member at all.
    }
  }
  return undefined;
}

async function variant(
  house: TestHouse,
  service: Service,
  operation: Served,
  input: Readonly<Record<string, unknown>>,
): Promise<Variant> {
  operation.check(input);
  const noted: Permission[] = [];
  const demanded = await operation.permissions(input, callNoting(house, noted));
  const byHandler = decidedByHandlers[`${service.name}.${operation.name}`]?.(input) ?? [];
  return { input, demands: unique([...demanded, ...noted, ...byHandler]) };
}

function unique(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}

/** A call by somebody who may do everything, which notes what it is asked for. */
function callNoting({ place }: TestHouse, noted: Permission[]): Call {
  const { accountId, region } = place;
  const decide = (permission: Permission) => {
    noted.push(permission);
    return { allowed: true, message: "", because: "" };
  };
  const authority = {
    principal: {
      kind: "user" as const,
      arn: `arn:aws:iam::${accountId}:user/stranger`,
      accountId,
      userId: "AIDAEXAMPLE",
      userName: "stranger",
    },
    origin: { kind: "host" as const, sourceIp: "127.0.0.1" },
    decide,
    demand: (permission: Permission) => void decide(permission),
    sees: () => true,
    via: () => authority,
  };
  const { signal } = new AbortController();
  return { authority, requestId: "sample", now: new Date(), accountId, region, headers: {}, signal };
}

/** A value of a simple type, by the schemas' numbers for those; members of other types have theirs in optional-inputs.ts. */
function madeUp(type: unknown): unknown {
  const simple = Array.isArray(type) ? (type as unknown[])[0] : type;
  switch (simple) {
    case 0:
      return "there";
    case 1:
      return 1;
    case 2:
      return true;
    case 4:
    case 5:
    case 6:
    case 7:
      return new Date("2026-10-01T12:00:00Z");
    default:
      return undefined;
  }
}

interface Members {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly types: ReadonlyMap<string, unknown>;
}

/** The members of an operation's input: the required come first, counted by the schema's element 6. */
function membersOf(operation: Served): Members {
  let input: unknown = operation.schema.input;
  while (Array.isArray(input) && input.length === 2) input = (input as unknown[])[0];
  if (typeof input === "function") input = (input as () => unknown)();
  if (!Array.isArray(input)) return { required: [], optional: [], types: new Map() };
  const [, , , , names, schemas, count = 0] = input as [
    unknown,
    unknown,
    unknown,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  const types = new Map(names.map((name, at) => [name, schemas[at]]));
  return { required: names.slice(0, count), optional: names.slice(count), types };
}
