import { type BindingPlan, bindingPlan, rootName } from "./binding-plan.ts";
import type { Form } from "./form.ts";
import { isHoisted, isNote, withHoisted } from "./hoisted-headers.ts";
import { setEntry } from "./json-reader.ts";
import { Malformed, mustNotBeNull, under } from "./malformed.ts";
import { type TextReader, textReader } from "./scalar-text.ts";
import { type Member, scalarOf, type Structure } from "./shape.ts";
import { utf8 } from "./utf8.ts";

/** What a REST request is read from, besides its operation. */
interface RestRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: Form;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** How a document in a body is read: XML for restXml, JSON for restJson1. */
export interface DocumentReaders {
  /** The members of `shape` that travel in the body. */
  members(shape: Structure, members: readonly Member[], root: string): (body: Uint8Array) => object;
  /** A member whose shape is the whole body. */
  payload(member: Member): (body: Uint8Array) => unknown;
}

type Out = Record<string, unknown>;
type Step = (request: RestRequest, out: Out) => void;

/**
 * A reader of one operation's requests: labels, query, headers and body, each strictly. `constants` and what
 * `ignores` fits are query parameters that no member stands for.
 */
export function requestReader(
  shape: Structure,
  documents: DocumentReaders,
  constants: readonly string[],
  ignores?: RegExp,
): (request: RestRequest) => object {
  const plan = bindingPlan(shape, "input");
  const steps: Step[] = [
    ...plan.labels.map((member) => labelStep(member)),
    queryStep(plan, constants, ignores),
    ...plan.headers.map(({ member, header }) => headerStep(member, header)),
    ...plan.prefixHeaders.map(({ member, prefix }) => prefixStep(member, prefix)),
    bodyStep(shape, plan, documents),
  ];
  const required = shape.members.filter((member) => member.required).map((member) => member.name);
  return (given) => {
    const out: Out = {};
    const request = { ...given, headers: withHoisted(given.query, given.headers) };
    for (const step of steps) step(request, out);
    for (const name of required) {
      if (name in out) continue;
      throw under(name === plan.payload?.name ? new Malformed("empty-body", "must be there") : mustNotBeNull(), name);
    }
    return out;
  };
}

/** Reads text of the path, the query or a header. */
function at<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isText = error instanceof Malformed && error.fault === "serialization";
    throw under(isText ? new Malformed("argument", error.problem) : error, name);
  }
}

function labelStep(member: Member): Step {
  const read = textReader(scalarOf(member), "date-time");
  return ({ labels }, out) => {
    const text = labels[member.name];
    if (text !== undefined && text !== "") out[member.name] = at(member.name, () => read(text));
  };
}

/** Of the signature; `x-id` is a note of some clients. */
const aside = /^(x-id|AWSAccessKeyId|Signature|Expires)$/i;

function queryStep(plan: BindingPlan, constants: readonly string[], ignores: RegExp | undefined): Step {
  const byParameter = new Map(
    plan.queries.map(({ member, parameter }) => {
      const { shape } = member;
      const isList = shape.kind === "list";
      return [
        parameter,
        { name: member.name, isList, read: textReader(scalarOf(isList ? shape.item : member), "date-time") },
      ];
    }),
  );
  const rest = plan.queryParams;
  const isAside = (parameter: string): boolean =>
    constants.includes(parameter) || aside.test(parameter) || ignores?.test(parameter) === true;
  return ({ query }, out) => {
    const hoisted = new Set<string>();
    for (const [parameter, text] of query) {
      const member = byParameter.get(parameter);
      if (rest !== undefined && !constants.includes(parameter)) takeRest(rest, parameter, text, out);
      if (member === undefined) {
        if (isHoisted(parameter)) takeHoisted(plan, parameter.toLowerCase(), hoisted);
        if (rest !== undefined || isHoisted(parameter) || isAside(parameter)) continue;
        throw under(new Malformed("unsupported", "is not supported here"), parameter);
      }
      const value = at(member.name, () => member.read(text));
      if (member.isList) ((out[member.name] ??= []) as unknown[]).push(value);
      else if (member.name in out) throw under(new Malformed("serialization", "is given twice"), member.name);
      else out[member.name] = value;
    }
  };
}

/** ② a hoisted header that no member stands for is refused: whoever signed it meant something by it. */
function takeHoisted({ headers, prefixHeaders }: BindingPlan, name: string, taken: Set<string>): void {
  const isMember =
    headers.some(({ header }) => header === name) || prefixHeaders.some(({ prefix }) => name.startsWith(prefix));
  if (!isMember && !isNote(name)) throw under(new Malformed("unsupported", "is not supported here"), name);
  if (taken.has(name)) throw under(new Malformed("argument", "is given twice"), name);
  taken.add(name);
}

function takeRest(rest: Member, parameter: string, text: string, out: Out): void {
  const map = (out[rest.name] ??= {}) as Record<string, unknown>;
  const isList = rest.shape.kind === "map" && rest.shape.value.shape.kind === "list";
  if (!isList) setEntry(map, parameter, text);
  else if (Object.hasOwn(map, parameter)) (map[parameter] as string[]).push(text);
  else setEntry(map, parameter, [text]);
}

function headerStep(member: Member, header: string): Step {
  const { shape, name } = member;
  if (shape.kind === "list") {
    const item = scalarOf(shape.item);
    const read = textReader(item, "http-date");
    const isDates = item.kind === "timestamp" && (item.format ?? "http-date") === "http-date";
    return ({ headers }, out) => {
      const text = headers.get(header);
      if (text === undefined) return;
      const items = isDates ? splitDates(text) : splitList(text);
      out[name] = at(name, () => items.map(read));
    };
  }
  let read: TextReader = textReader(scalarOf(member), "http-date");
  if (member.traits.mediaType !== undefined && shape.kind === "string") {
    read = (text) => Buffer.from(text, "base64").toString("utf8");
  } else if (header === "content-encoding") {
    read = withoutChunked;
  }
  return ({ headers }, out) => {
    const text = headers.get(header);
    if (text === undefined) return;
    const value = at(name, () => read(withoutBlanks(text)));
    if (value !== undefined) out[name] = value;
  };
}

/** Without the blanks around a header's value. A byte 0xA0 is no blank: it may be the end of a character in UTF-8. */
function withoutBlanks(text: string): string {
  const isBlank = (at: number): boolean => text[at] === " " || text[at] === "\t";
  let [from, end] = [0, text.length];
  while (from < end && isBlank(from)) from += 1;
  while (end > from && isBlank(end - 1)) end -= 1;
  return text.slice(from, end);
}

/** aws-chunked is how the body travelled, not how the object is encoded. */
function withoutChunked(text: string): string | undefined {
  const codings = text.split(",").map(withoutBlanks);
  const left = codings.filter((coding) => coding.toLowerCase() !== "aws-chunked");
  if (left.length === codings.length) return text === "" ? undefined : text;
  const named = left.filter((coding) => coding !== "");
  return named.length === 0 ? undefined : named.join(", ");
}

/** `a, "b, c"`: quoted items may hold commas. */
function splitList(text: string): string[] {
  if (text.trim() === "") return [];
  const items: string[] = [];
  let item = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quoted && character === "\\") {
      i += 1;
      item += text.charAt(i);
    } else if (character === '"' && (quoted || item.trim() === "")) {
      quoted = !quoted;
    } else if (character === "," && !quoted) {
      items.push(item.trim());
      item = "";
    } else item += character;
  }
  return [...items, item.trim()];
}

/** An HTTP date holds one comma itself. */
function splitDates(text: string): string[] {
  const parts = text.split(",");
  return parts.flatMap((part, i) =>
    i % 2 === 0
      ? [
          [part, parts[i + 1]]
            .filter((p) => p !== undefined)
            .join(",")
            .trim(),
        ]
      : [],
  );
}

function prefixStep(member: Member, prefix: string): Step {
  return ({ headers }, out) => {
    const map = {};
    let some = false;
    for (const [header, text] of headers) {
      if (!header.startsWith(prefix)) continue;
      setEntry(map, header.slice(prefix.length), withoutBlanks(text));
      some = true;
    }
    if (some) out[member.name] = map;
  };
}

function bodyStep(shape: Structure, plan: BindingPlan, documents: DocumentReaders): Step {
  const { payload } = plan;
  if (payload === undefined) {
    if (plan.body.length === 0) return () => undefined;
    const read = documents.members(shape, plan.body, rootName(shape));
    return ({ body }, out) => {
      Object.assign(out, read(bytes(body)));
    };
  }
  const { name } = payload;
  const { kind } = payload.shape;
  if (kind === "stream") {
    return ({ body }, out) => {
      out[name] = body instanceof Uint8Array ? once(body) : body;
    };
  }
  const read = kind === "blob" ? (body: Uint8Array) => body : kind === "string" ? utf8 : documents.payload(payload);
  const always = payload.required && kind === "blob";
  return ({ body }, out) => {
    const all = bytes(body);
    if (all.byteLength > 0 || always) out[name] = inBody(name, () => read(all));
  };
}

function inBody<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw under(error, name);
  }
}

function bytes(body: Uint8Array | AsyncIterable<Uint8Array>): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw new TypeError("this operation does not stream its input: read the body first");
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator of what is there already
async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}
