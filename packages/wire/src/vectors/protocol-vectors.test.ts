import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { inspect, isDeepStrictEqual } from "node:util";
import {
  AwsEc2QueryProtocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsRestXmlProtocol,
} from "@aws-sdk/core/protocols";
import { HttpResponse } from "@smithy/core/protocols";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "@smithy/core/serde";
import {
  decode,
  encode,
  encodeError,
  given,
  type HttpAnswer,
  type HttpRequestHead,
  noPermissionNeeded,
  operationFor,
  type Protocol,
  route,
  type RoutedOperation,
  service,
} from "../index.ts";
import { jsonErrors, queryErrors } from "../service-settings.ts";
import { parseXml, type XmlElement } from "../xml-parser.ts";
import { BotoSchemas, type BotoRef, type BotoShapes } from "./botocore-schema.ts";
import exceptions from "./client-side-cases.json" with { type: "json" };

/** Cases that botocore's authors wrote for clients, run the other way round. */
interface Suite {
  readonly metadata: {
    readonly apiVersion?: string;
    readonly xmlNamespace?: string | { readonly uri: string };
    readonly targetPrefix?: string;
  };
  readonly shapes: BotoShapes;
  readonly cases: readonly Case[];
}
interface Case {
  readonly id?: string;
  readonly given: {
    readonly name: string;
    readonly http?: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
    readonly input?: BotoRef;
    readonly output?: BotoRef;
    readonly errors?: readonly BotoRef[];
  };
  readonly params?: object;
  readonly serialized?: {
    readonly method?: string;
    readonly uri?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly result?: object;
  readonly response?: {
    readonly status_code?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  readonly error?: object;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

const folder = new URL("../../../../../shared/vectors/protocols/", import.meta.url);
const protocols: Readonly<Record<string, Protocol>> = {
  query: "awsQuery",
  ec2: "ec2Query",
  "rest-xml": "restXml",
  "rest-json": "restJson1",
  json: "awsJson1_1",
};
const operation = operationFor<null>();

interface Prepared {
  readonly schemas: BotoSchemas;
  readonly schema: readonly unknown[];
  readonly service: ReturnType<typeof service<null>>;
}

function prepare(protocol: Protocol, suite: Suite, one: Case): Prepared {
  const schemas = new BotoSchemas(suite.shapes, protocol);
  const { name, http } = one.given;
  const input = schemas.root(one.given.input);
  const traits = http === undefined ? 0 : { http: [http.method, http.requestUri, http.responseCode ?? 200] };
  const schema = [9, "v", name, traits, input, schemas.root(one.given.output)] as const;
  class VectorCommand {
    readonly input: object;
    readonly schema = schema;
    constructor(value: object) {
      this.input = value;
    }
    resolveMiddleware(): () => Promise<{ output: object }> {
      throw new Error("a server sends nothing");
    }
  }
  const names = input === "unit" ? [] : (input as readonly unknown[])[4];
  const served = operation(VectorCommand, {
    members: Object.fromEntries((names as readonly string[]).map((member) => [member, given])),
    permissions: noPermissionNeeded("a vector"),
    handle: () => ({}),
  });
  const { xmlNamespace } = suite.metadata;
  const namespace = typeof xmlNamespace === "string" ? xmlNamespace : xmlNamespace?.uri;
  const isQuery = protocol === "awsQuery" || protocol === "ec2Query";
  const settings = {
    name: "vectors",
    signingName: "vectors",
    protocol,
    ...(suite.metadata.targetPrefix === undefined ? {} : { targetPrefix: suite.metadata.targetPrefix }),
    ...(suite.metadata.apiVersion === undefined ? {} : { apiVersion: suite.metadata.apiVersion }),
    ...(namespace === undefined ? {} : { xmlNamespace: namespace }),
    errors: isQuery ? queryErrors : jsonErrors,
    bodyBytesMax: 1_000_000,
  };
  const client: Record<string, unknown> = { schema };
  for (const ref of one.given.errors ?? []) client[ref.shape] = schemas.root(ref);
  return { schemas, schema, service: service(settings, client, [served]) };
}

function routedFor({ service }: Prepared, head: HttpRequestHead, body: Uint8Array): RoutedOperation<null> {
  let routed = route([service], head, "vectors");
  if (routed.kind === "named-in-body") routed = routed.finish(body);
  if (routed.kind === "refused") throw routed.error;
  return routed;
}

function runInput(protocol: Protocol, suite: Suite, one: Case): void {
  const prepared = prepare(protocol, suite, one);
  const { method, uri, body, headers } = one.serialized ?? {};
  const head: HttpRequestHead = {
    method: method ?? "POST",
    target: uri ?? "/",
    headers: Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const),
  };
  const bytes = Buffer.from(body ?? "");
  const input = decode(routedFor(prepared, head, bytes), head, bytes);
  assert.deepEqual(plain(input), plain(prepared.schemas.value(one.given.input, one.params ?? {})));
}

/** Buffers and typed arrays alike, no undefined. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, plain(inner)]])),
  );
}

/** A request that reaches the operation, so that its answer can be encoded. */
function routedDirectly({ service }: Prepared): RoutedOperation<null> {
  const [served] = service.operations.values();
  assert.ok(served);
  return { kind: "operation", service, operation: served, streamsInput: false, bodyBytesMax: 1, labels: {}, form: [] };
}

async function runOutput(protocol: Protocol, suite: Suite, one: Case): Promise<void> {
  const prepared = prepare(protocol, suite, one);
  const result = prepared.schemas.value(one.given.output, one.result ?? {}) as object;
  const answer = encode(routedDirectly(prepared), result, "request-id");
  const wanted = one.response ?? {};
  assert.equal(answer.status, wanted.status_code ?? 200);
  if (isSame(protocol, answer, wanted, false)) return;
  // Another spelling of the same answer: the official client must read the same out of it.
  const ours = plain(await clientReads(protocol, prepared, answer));
  if (isDeepStrictEqual(ours, plain(result))) return;
  assert.deepEqual(ours, plain(await clientReads(protocol, prepared, asAnswer(wanted))));
}

function runError(protocol: Protocol, suite: Suite, one: Case): void {
  const prepared = prepare(protocol, suite, one);
  const [ref] = one.given.errors ?? [];
  assert.ok(ref);
  const value = prepared.schemas.value(ref, one.error ?? {}) as object;
  const error = Object.assign(new Error(one.errorMessage ?? ""), { name: ref.shape, $fault: "client" }, value);
  const head = { method: "POST", target: "/", headers: [] };
  const answer = encodeError(prepared.service, error, "foo-id", head);
  const wanted = one.response ?? {};
  assert.equal(answer.status, wanted.status_code ?? 400);
  assert.ok(isSame(protocol, answer, wanted, true), `${bodyText(answer)} is not ${wanted.body ?? ""}`);
}

const asAnswer = (wanted: NonNullable<Case["response"]>): HttpAnswer => ({
  status: wanted.status_code ?? 200,
  headers: Object.entries(wanted.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  body: Buffer.from(wanted.body ?? ""),
});

const bodyText = ({ body }: HttpAnswer): string => Buffer.from((body as Uint8Array | undefined) ?? []).toString();

const isAside = /^(content-type|content-length|x-amzn-errortype|x-amzn-requestid)$/;

function isSame(
  protocol: Protocol,
  answer: HttpAnswer,
  wanted: NonNullable<Case["response"]>,
  isError: boolean,
): boolean {
  const ours = new Map(answer.headers);
  const headersHold = Object.entries(wanted.headers ?? {}).every(
    ([name, value]) => isAside.test(name.toLowerCase()) || ours.get(name.toLowerCase()) === value,
  );
  return (
    headersHold && document(protocol, bodyText(answer), isError) === document(protocol, wanted.body ?? "", isError)
  );
}

/** A body so that equal documents are equal texts. */
function document(protocol: Protocol, body: string, isError: boolean): string {
  try {
    if (protocol === "awsJson1_1" || protocol === "restJson1") {
      const value = JSON.parse(body === "" ? "{}" : body) as Record<string, unknown>;
      const { __type, code, ...rest } = value;
      return JSON.stringify(sorted(isError ? rest : { __type, code, ...rest }));
    }
    return body.trim() === "" ? "" : JSON.stringify(tree(parseXml(body)));
  } catch {
    return body;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

/** Without white space between elements, xmlns attributes and the request's id. */
function tree(element: XmlElement): unknown {
  const children = element.children.filter(({ name }) => !/^(ResponseMetadata|requestId)$/i.test(name)).map(tree);
  const attributes = [...element.attributes].filter(([name]) => !name.startsWith("xmlns")).sort();
  return [element.name, attributes, element.children.length > 0 ? children : element.text];
}

const context = {
  utf8Encoder: toUtf8,
  utf8Decoder: fromUtf8,
  base64Encoder: toBase64,
  base64Decoder: fromBase64,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the client's collector is handed
  streamCollector: async (stream: any): Promise<Uint8Array> => await Promise.resolve(stream as Uint8Array),
};

/** What the official client makes of an answer. */
async function clientReads(
  protocol: Protocol,
  { schema }: Prepared,
  { status, headers, body }: HttpAnswer,
): Promise<unknown> {
  const options = {
    defaultNamespace: "v",
    errorTypeRegistries: [],
    xmlNamespace: "",
    version: "1",
    serviceTarget: "v",
  };
  const made = {
    awsQuery: () => new AwsQueryProtocol(options),
    ec2Query: () => new AwsEc2QueryProtocol(options),
    restXml: () => new AwsRestXmlProtocol(options),
    restJson1: () => new AwsRestJsonProtocol(options),
    awsJson1_1: () => new AwsJson1_1Protocol(options),
    awsJson1_0: () => new AwsJson1_1Protocol(options),
  }[protocol]();
  made.setSerdeContext(context);
  const [, namespace, name, traits, input, output] = schema;
  const response = new HttpResponse({
    statusCode: status,
    headers: Object.fromEntries(headers),
    body: body ?? new Uint8Array(),
  });
  const read = await made.deserializeResponse({ namespace, name, traits, input, output } as never, context, response);
  return Object.fromEntries(Object.entries(read).filter(([member]) => member !== "$metadata"));
}

type Listed = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function runFile(t: TestContext, direction: "input" | "output", file: string): Promise<void> {
  const protocol = protocols[file];
  assert.ok(protocol);
  const suites = JSON.parse(readFileSync(new URL(`${direction}/${file}.json`, folder), "utf8")) as Suite[];
  const listed = (exceptions[direction] as Listed)[file] ?? {};
  const seen = new Map<string, number>();
  const failed: string[] = [];
  const recovered: string[] = [];
  let total = 0;
  for (const suite of suites) {
    for (const [i, one] of suite.cases.entries()) {
      const base = one.id ?? `${one.given.name}-${i}`;
      const times = (seen.get(base) ?? 0) + 1;
      seen.set(base, times);
      const id = times === 1 ? base : `${base}#${times}`;
      total += 1;
      let problem: unknown;
      try {
        if (direction === "input") runInput(protocol, suite, one);
        else if (one.error === undefined) await runOutput(protocol, suite, one);
        else runError(protocol, suite, one);
      } catch (error) {
        problem = error;
      }
      if (problem !== undefined && listed[id] === undefined) failed.push(`${id}: ${inspect(problem)}`);
      if (problem === undefined && listed[id] !== undefined) recovered.push(id);
    }
  }
  const names = Object.keys(listed).filter((id) => !seen.has(id.replace(/#\d+$/, "")));
  t.diagnostic(`${file} ${direction}: ${total - Object.keys(listed).length - failed.length} of ${total} hold`);
  assert.deepEqual(failed, [], "cases that fail and are not listed");
  assert.deepEqual(recovered, [], "cases that are listed and hold");
  assert.deepEqual(names, [], "names in the list that no case has");
}

for (const direction of ["input", "output"] as const) {
  for (const file of Object.keys(protocols)) {
    test(`protocol vectors: ${file} ${direction}`, async (t) => {
      if (!existsSync(folder)) {
        t.skip("the folder shared/vectors/protocols is not beside the checkout");
        return;
      }
      await runFile(t, direction, file);
    });
  }
}
