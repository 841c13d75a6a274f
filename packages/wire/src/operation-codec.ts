import { gunzipSync } from "node:zlib";
import { answerWriter, type DocumentWriters } from "./answer-binding.ts";
import { type Form, formTree } from "./form.ts";
import { FormReaders } from "./form-reader.ts";
import type { HttpAnswer } from "./http.ts";
import { JsonReaders } from "./json-reader.ts";
import { JsonWriters } from "./json-writer.ts";
import { Malformed } from "./malformed.ts";
import { type DocumentReaders, requestReader } from "./request-binding.ts";
import type { OperationSchema } from "./schema.ts";
import type { ServiceSettings } from "./service.ts";
import { isEventStream, type Member, type Structure, structureOf, traitsOf } from "./shape.ts";
import { uriTemplate } from "./uri-template.ts";
import { utf8 } from "./utf8.ts";
import { parseXml } from "./xml-parser.ts";
import { elementName, XmlReaders } from "./xml-reader.ts";
import { escapeXml, namespaceAttribute, XmlWriters } from "./xml-writer.ts";

export interface WireRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly form: Form;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** One operation of one service, both ways. Compiled once. */
export interface OperationCodec {
  /** Throws Malformed. */
  read(request: WireRequest): object;
  write(output: object, requestId: string): HttpAnswer;
}

type WireSettings = Pick<ServiceSettings, "protocol" | "xmlNamespace" | "bodyBytesMax" | "buckets">;

const encoder = new TextEncoder();
export const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What the answers of an operation have beside its schema. */
interface AnswerForm {
  /** Stands in for the modelled status of a success, where the protocol has one. */
  readonly status: number | undefined;
  readonly mixedLists: readonly string[];
}

export function operationCodec(settings: WireSettings, schema: OperationSchema, form: AnswerForm): OperationCodec {
  const { status, mixedLists } = form;
  if (mixedLists.length > 0 && settings.protocol !== "restXml") {
    throw new TypeError(`${schema.name} mixes lists, which ${settings.protocol} cannot`);
  }
  for (const member of [...structureOf(schema.input).members, ...structureOf(schema.output).members]) {
    if (isEventStream(member)) throw new TypeError(`${schema.name} has an event stream: ${member.name}`);
  }
  switch (settings.protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
      return jsonCodec(settings, schema);
    case "awsQuery":
    case "ec2Query":
      return queryCodec(settings, settings.protocol, schema);
    case "restXml":
      return restCodec(
        settings,
        schema,
        status,
        xmlReaders(),
        xmlWriters(settings.xmlNamespace, mixedLists),
        (body) => body,
      );
    case "restJson1":
      return restCodec(settings, schema, status, jsonReaders(), jsonWriters(), (body, encoding) =>
        unzipped(settings, body, encoding),
      );
  }
}

/** Some clients compress longer requests; the unpacked body is held to the same bound. */
function unzipped(
  settings: WireSettings,
  body: WireRequest["body"],
  encoding: string | undefined,
): WireRequest["body"] {
  if (encoding !== "gzip" || !(body instanceof Uint8Array) || body.byteLength === 0) return body;
  try {
    return gunzipSync(body, { maxOutputLength: settings.bodyBytesMax });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    throw new Malformed(
      isTooLarge ? "too-large" : "serialization",
      isTooLarge ? "its unpacked body" : "the body is not gzip",
    );
  }
}

function wholeBody(settings: WireSettings, { body, headers }: WireRequest): Uint8Array {
  const all = unzipped(settings, body, headers.get("content-encoding"));
  if (all instanceof Uint8Array) return all;
  throw new TypeError("this operation does not stream its input: read the body first");
}

/** A JSON document; an empty body stands for `{}`. */
function parseJson(body: Uint8Array): unknown {
  const text = utf8(body);
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Malformed("serialization", "the body is not JSON");
  }
}

function jsonCodec(settings: WireSettings, schema: OperationSchema): OperationCodec {
  const contentType = settings.protocol === "awsJson1_0" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
  const read = new JsonReaders(false).structure(structureOf(schema.input));
  const write = new JsonWriters(false).structure(structureOf(schema.output));
  return {
    read: (request) => read(parseJson(wholeBody(settings, request)), 0) as object,
    write: (output) => ({
      status: 200,
      headers: [["content-type", contentType]],
      body: encoder.encode(JSON.stringify(write(output))),
    }),
  };
}

/** Parameters of the protocol itself and of a presigned request. */
const isAside = (name: string): boolean => /^(Action|Version)$|^X-Amz-/i.test(name);

function queryCodec(
  settings: WireSettings,
  protocol: "awsQuery" | "ec2Query",
  schema: OperationSchema,
): OperationCodec {
  const read = new FormReaders(protocol).structure(structureOf(schema.input));
  const output = structureOf(schema.output);
  const writers = new XmlWriters();
  const root = `${schema.name}Response`;
  const xmlns = namespaceAttribute(
    settings.xmlNamespace === undefined ? {} : { xmlNamespace: settings.xmlNamespace },
    {},
  );
  const content = writers.content(output.members);
  const hasResult = schema.output !== "unit";
  const inside = (value: object, requestId: string): string => {
    const id = escapeXml(requestId);
    if (protocol === "ec2Query") return `<requestId>${id}</requestId>${content(value)}`;
    const result = hasResult ? `<${schema.name}Result>${content(value)}</${schema.name}Result>` : "";
    return `${result}<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`;
  };
  return {
    read: ({ form }) => read(formTree(form, isAside)) as object,
    write: (value, requestId) => ({
      status: 200,
      headers: [["content-type", "text/xml;charset=UTF-8"]],
      body: encoder.encode(`${xmlHead}<${root}${xmlns}>${inside(value, requestId)}</${root}>`),
    }),
  };
}

/**
 * S3 passes over query parameters of this form: they are notes for its access log.
 * Source: "Amazon S3 server access log format", custom access log information.
 */
const customParameter = /^x-(?!amz-)/i;

function restCodec(
  { buckets }: WireSettings,
  schema: OperationSchema,
  given: number | undefined,
  readers: DocumentReaders,
  writers: DocumentWriters,
  unpack: (body: WireRequest["body"], encoding: string | undefined) => WireRequest["body"],
): OperationCodec {
  const template = uriTemplate(schema);
  const [method, , modelled] = traitsOf(schema.traits).http ?? ["POST", "/", 200];
  const status = given ?? modelled;
  const constants = template?.constants.map(([name]) => name) ?? [];
  const read = requestReader(
    structureOf(schema.input),
    readers,
    constants,
    buckets === true ? customParameter : undefined,
  );
  const write = answerWriter(structureOf(schema.output), status, writers);
  const bodiless = method === "HEAD" || status === 204;
  return {
    read: ({ labels, form, headers, body }) =>
      read({ labels, query: form, headers, body: unpack(body, headers.get("content-encoding")) }),
    write: (output) => {
      const answer = write(output);
      return bodiless ? { ...answer, body: undefined } : answer;
    },
  };
}

function jsonReaders(): DocumentReaders {
  const readers = new JsonReaders(true);
  return {
    members: (shape, members) => {
      const read = readers.structure(shape, members);
      return (body) => read(parseJson(body), 0) as object;
    },
    payload: (member) => {
      const read = readers.reader(member.shape);
      return (body) => read(parseJson(body), 0);
    },
  };
}

export function jsonWriters(): DocumentWriters {
  const writers = new JsonWriters(true);
  return {
    contentType: "application/json",
    members: (shape, members) => {
      const write = writers.structure(shape, members);
      return (value) => JSON.stringify(write(value));
    },
    payload: (member) => {
      const write = writers.writer(member.shape);
      return (value) => JSON.stringify(write(value));
    },
  };
}

/** The root element must have its name; an empty body stands for an empty document. */
function xmlReaders(): DocumentReaders {
  const readers = new XmlReaders();
  const named = (body: Uint8Array, root: string): ReturnType<typeof parseXml> => {
    const element = parseXml(utf8(body));
    if (element.name === root) return element;
    throw new Malformed("serialization", `expected <${root}>, found <${element.name.slice(0, 64)}>`);
  };
  return {
    members: (shape, members, root) => {
      const read = readers.structure(shape, members);
      return (body) => (body.byteLength === 0 ? {} : (read(named(body, root)) as object));
    },
    payload: (member) => {
      const read = readers.reader(member.shape);
      const root = payloadRoot(member);
      return (body) => read(named(body, root));
    },
  };
}

function xmlWriters(namespace: string | undefined, mixedLists: readonly string[]): DocumentWriters {
  const writers = new XmlWriters();
  const own = namespace === undefined ? {} : { xmlNamespace: namespace };
  return {
    contentType: "application/xml",
    members: (shape, members, root) => {
      const body: Structure = { ...shape, members, mixedLists };
      // S3's GetBucketLocation: a document of one text, named like its root, is that text alone.
      const [only] = members;
      if (only !== undefined && members.length === 1 && elementName(only) === root && only.shape.kind === "string") {
        const write = writers.writer(only.shape, root, own);
        return (value) => xmlHead + write((value as Record<string, unknown>)[only.name] ?? "");
      }
      const write = writers.structure(body, root, shape.traits.xmlNamespace === undefined ? own : {});
      return (value) => xmlHead + write(value);
    },
    payload: (member) => {
      const has = member.traits.xmlNamespace !== undefined;
      const write = writers.writer(member.shape, payloadRoot(member), has ? member.own : { ...member.own, ...own });
      return (value) => xmlHead + write(value);
    },
  };
}

function payloadRoot(member: Member): string {
  const { shape } = member;
  return member.own.xmlName ?? shape.traits.xmlName ?? (shape.kind === "structure" ? shape.name : member.name);
}
