import { type BindingPlan, bindingPlan, rootName } from "./binding-plan.ts";
import type { HttpAnswer } from "./http.ts";
import { asText, textWriter } from "./scalar-text.ts";
import { type Member, scalarOf, type Structure } from "./shape.ts";

/** How a document in a body is written: XML for restXml, JSON for restJson1. */
export interface DocumentWriters {
  readonly contentType: string;
  members(shape: Structure, members: readonly Member[], root: string): (value: object) => string;
  payload(member: Member): (value: unknown) => string;
}

/** Status, headers and body of one operation's answers, or of one modelled error. */
type AnswerWriter = (output: object) => HttpAnswer;

type Headers = [string, string][];
type From = Readonly<Record<string, unknown>>;

export function answerWriter(shape: Structure, status: number, documents: DocumentWriters): AnswerWriter {
  const plan = bindingPlan(shape, "output");
  const headerSteps = [
    ...contentLengthLast(plan.headers).map(({ member, header }) => headerStep(member, header)),
    ...plan.prefixHeaders.map(({ member, prefix }) => prefixStep(member, prefix)),
  ];
  const writeBody = bodyWriter(shape, plan.payload, plan.body, documents);
  return (output) => {
    const from = output as From;
    const headers: Headers = [];
    for (const step of headerSteps) step(from, headers);
    const { body, contentType } = writeBody(from);
    const typed = headers.some(([name]) => name === "content-type");
    if (contentType !== undefined && !typed) headers.push(["content-type", contentType]);
    const given = plan.status === undefined ? undefined : from[plan.status.name];
    return { status: typeof given === "number" ? given : statusOf(status, headers), headers, body };
  };
}

/**
 * Node decodes the bytes of a Content-Disposition that is behind a Content-Length, and sends other ones or fails;
 * what stands before it is sent as it is.
 */
const contentLengthLast = (headers: BindingPlan["headers"]): BindingPlan["headers"] =>
  headers.toSorted((a, b) => Number(a.header === "content-length") - Number(b.header === "content-length"));

/** A part of something is told as a part: the model knows only the status of the whole. */
const statusOf = (modelled: number, headers: Headers): number =>
  modelled === 200 && headers.some(([name]) => name === "content-range") ? 206 : modelled;

type Body = { readonly body: HttpAnswer["body"]; readonly contentType: string | undefined };
const nothing: Body = { body: undefined, contentType: undefined };
const encoder = new TextEncoder();

function bodyWriter(
  shape: Structure,
  payload: Member | undefined,
  body: readonly Member[],
  documents: DocumentWriters,
): (from: From) => Body {
  const { contentType } = documents;
  if (payload === undefined) {
    if (body.length === 0) return () => nothing;
    const write = documents.members(shape, body, rootName(shape));
    return (from) => ({ body: encoder.encode(write(from)), contentType });
  }
  const {
    name,
    shape: { kind },
  } = payload;
  if (kind === "stream") {
    return (from) => {
      const value = from[name] as HttpAnswer["body"];
      return value === undefined ? nothing : { body: value, contentType: "application/octet-stream" };
    };
  }
  const present =
    (write: (value: unknown) => Uint8Array, type: string) =>
    (from: From): Body => {
      const value = from[name];
      return value === undefined || value === null ? nothing : { body: write(value), contentType: type };
    };
  if (kind === "blob") return present(asBytes, "application/octet-stream");
  if (kind === "string") return present((value) => encoder.encode(asText(value)), "text/plain");
  const write = documents.payload(payload);
  return present((value) => encoder.encode(write(value)), contentType);
}

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("an answer has no bytes where the model has a blob");
}

function headerStep(member: Member, header: string): (from: From, headers: Headers) => void {
  const { shape, name } = member;
  if (shape.kind === "list") {
    const item = scalarOf(shape.item);
    const write = textWriter(item, "http-date");
    const quotes = item.kind === "string";
    return (from, headers) => {
      const value = from[name];
      if (!Array.isArray(value)) return;
      const items = value.map((one) => (quotes ? quoted(write(one)) : write(one)));
      headers.push([header, items.join(", ")]);
    };
  }
  const plain = textWriter(scalarOf(member), "http-date");
  const encoded = member.traits.mediaType !== undefined && shape.kind === "string";
  const write = encoded ? (value: unknown) => Buffer.from(asText(value)).toString("base64") : plain;
  return (from, headers) => {
    const value = from[name];
    if (value !== undefined && value !== null) headers.push([header, write(value)]);
  };
}

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replace(/(["\\])/g, "\\$1")}"` : text);

function prefixStep(member: Member, prefix: string): (from: From, headers: Headers) => void {
  return (from, headers) => {
    const value = from[member.name];
    if (value === undefined || value === null) return;
    for (const [name, text] of Object.entries(value)) {
      headers.push([`${prefix}${name.toLowerCase()}`, asText(text)]);
    }
  };
}
