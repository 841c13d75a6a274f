/**
 * A second matcher, written to be read against EventBridge's documentation and not to be fast: the event
 * is taken apart into single values, each with the elements of arrays that it stands in, and every way to
 * find the wanted values among them is tried.
 */
interface Found {
  readonly path: string;
  readonly value: unknown;
  /** By array, the element that the value stands in. */
  readonly elements: ReadonlyMap<unknown, number>;
}

/** Wanted values by path; one such list for each choice among the `$or`s. */
type Wanted = readonly (readonly [path: string, values: readonly unknown[]])[];

const separator = "\u0000";

export function naiveMatch(pattern: object, event: object): boolean {
  const found = valuesOf(event, "", new Map());
  return choicesOf(pattern, "").some((wanted) => canBeFound(wanted, found, new Map()));
}

function choicesOf(pattern: object, path: string): Wanted[] {
  let choices: Wanted[] = [[]];
  const multiply = (more: readonly Wanted[]) => {
    choices = choices.flatMap((one) => more.map((other) => [...one, ...other]));
  };
  for (const [name, value] of Object.entries(pattern) as [string, unknown][]) {
    const inner = path + separator + name;
    if (name === "$or") multiply((value as object[]).flatMap((option) => choicesOf(option, path)));
    else if (Array.isArray(value)) multiply([[[inner, value]]]);
    else multiply(choicesOf(value as object, inner));
  }
  return choices;
}

function valuesOf(value: unknown, path: string, elements: ReadonlyMap<unknown, number>): Found[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => valuesOf(item, path, new Map([...elements, [value, i]])));
  }
  if (typeof value !== "object" || value === null) return [{ path, value, elements }];
  return Object.entries(value).flatMap(([name, inner]) => valuesOf(inner, path + separator + name, elements));
}

/** Finds what is wanted, one after the other; what must be absent is looked at last. */
function canBeFound(wanted: Wanted, found: readonly Found[], chosen: ReadonlyMap<unknown, number>): boolean {
  const next = wanted.findIndex(([, values]) => !values.every(isAbsence));
  const [field] = wanted.slice(next === -1 ? wanted.length : next);
  if (field === undefined) {
    return wanted.every(([path]) => !found.some((one) => one.path === path && agrees(one, chosen)));
  }
  const [path, values] = field;
  const rest = wanted.filter((one) => one !== field);
  const isThere = found.some((one) => {
    if (one.path !== path || !agrees(one, chosen) || !values.some((value) => isOne(value, one.value))) return false;
    // Only objects of arrays tie fields together; a value's own list is its own.
    return canBeFound(rest, found, new Map([...chosen, ...one.elements]));
  });
  if (isThere) return true;
  return values.some(isAbsence) && canBeFound([...rest, [path, [{ exists: false }]]], found, chosen);
}

function agrees({ elements }: Found, chosen: ReadonlyMap<unknown, number>): boolean {
  return [...elements].every(([array, i]) => (chosen.get(array) ?? i) === i);
}

function isAbsence(value: unknown): boolean {
  return typeof value === "object" && value !== null && "exists" in value && value.exists === false;
}

function isOne(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === value;
  const [[name, argument] = ["", undefined]] = Object.entries(wanted) as [string, unknown][];
  switch (name) {
    case "anything-but":
      return !manyOf(argument).some((one) => isOne(one, value));
    case "exists":
      return argument === true;
    case "numeric":
      return typeof value === "number" && isWithin(argument as (string | number)[], value);
    case "cidr":
      return typeof value === "string" && isAddressIn(argument as string, value);
    default:
      return typeof value === "string" && expressionOf(name, argument).test(value);
  }
}

/** What anything-but excludes, one by one. */
function manyOf(argument: unknown): unknown[] {
  if (Array.isArray(argument)) return argument;
  if (typeof argument !== "object" || argument === null) return [argument];
  const [[name, inner] = ["", undefined]] = Object.entries(argument) as [string, unknown][];
  return (Array.isArray(inner) ? inner : [inner]).map((one: unknown) => ({ [name]: one }));
}

function expressionOf(name: string, argument: unknown): RegExp {
  const inner = typeof argument === "object" ? (argument as { "equals-ignore-case": string }) : undefined;
  const text = inner === undefined ? String(argument) : inner["equals-ignore-case"];
  const escaped = text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  const flags = inner !== undefined || name === "equals-ignore-case" ? "sui" : "su";
  if (name === "prefix") return new RegExp(`^${escaped}`, flags);
  if (name === "suffix") return new RegExp(`${escaped}$`, flags);
  if (name === "equals-ignore-case") return new RegExp(`^${escaped}$`, flags);
  const parts = text.match(/\\.|[^\\]/gsu) ?? [];
  const wildcard = parts.map((part) =>
    part === "*" ? ".*" : part.slice(-1).replace(/[.+*?^${}()|[\]\\/]/, String.raw`\$&`),
  );
  return new RegExp(`^${wildcard.join("")}$`, "s");
}

function isWithin([operator, bound, ...rest]: readonly (string | number)[], value: number): boolean {
  const limit = Number(bound);
  const holds = {
    "=": value === limit,
    "<": value < limit,
    "<=": value <= limit,
    ">": value > limit,
    ">=": value >= limit,
  };
  return holds[operator as keyof typeof holds] && (rest.length === 0 || isWithin(rest, value));
}

function isAddressIn(range: string, text: string): boolean {
  const [address = "", bits = ""] = range.split("/");
  const [one, other] = [bitsOf(address), bitsOf(text)];
  return (
    one?.length === other?.length && one !== undefined && one.slice(0, Number(bits)) === other?.slice(0, Number(bits))
  );
}

/** An address as a text of zeros and ones. */
function bitsOf(address: string): string | undefined {
  const binary = (value: number, width: number) => value.toString(2).padStart(width, "0");
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) {
    const bytes = address.split(".").map(Number);
    return bytes.every((byte) => byte < 256) ? bytes.map((byte) => binary(byte, 8)).join("") : undefined;
  }
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address)) return undefined;
  // The URL parser knows IPv6 and writes it in its shortest form.
  if (!URL.canParse(`http://[${address}]/`)) return undefined;
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = short.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const after = groups(tail ?? "");
  const zeros = Array<string>(8 - groups(head).length - after.length).fill("0");
  return [...groups(head), ...zeros, ...after].map((group) => binary(Number.parseInt(group, 16), 16)).join("");
}
