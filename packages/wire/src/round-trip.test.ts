import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as codecommit from "@aws-sdk/client-codecommit";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as runtime from "@aws-sdk/client-sagemaker-runtime";
import * as sts from "@aws-sdk/client-sts";
import { HttpResponse } from "@smithy/core/protocols";
import { awsServices, decode, encode, given, noPermissionNeeded, operationFor, route, service } from "./index.ts";
import { type OperationSchema, readOperationSchema } from "./schema.ts";
import { isEventStream, isScalar, type Member, type Shape, type Structure, structureOf } from "./shape.ts";
import type { ServiceSettings } from "./service.ts";

/**
 * Every operation of the ten client packages: what the official client writes is read, and what is
 * written the official client reads. Values are made from the schemas, by a generator with a seed.
 */
const operation = operationFor<null>();

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Place = "body" | "header" | "label" | "prefix";

class Maker {
  readonly #random: () => number;
  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  structure(shape: Structure, depth: number): Record<string, unknown> {
    const all = shape.members.filter((member) => !isEventStream(member));
    const chosen = shape.union
      ? all.slice(Math.floor(this.#random() * all.length)).slice(0, 1)
      : all.filter((member) => this.#has(member, depth));
    // A structure without members leaves no trace in a form.
    const [first] = all.toSorted((a, b) => Number(isScalar(b.shape)) - Number(isScalar(a.shape)));
    if (chosen.length === 0 && first !== undefined) chosen.push(first);
    return Object.fromEntries(chosen.map((member) => [member.name, this.member(member, depth)]));
  }

  /** The clients make up an idempotency token and a content type that are not given; a stream is always there. */
  #has({ required, traits, shape }: Member, depth: number): boolean {
    const made = traits.idempotencyToken === 1 || traits.httpHeader === "Content-Type" || shape.kind === "stream";
    return required || made || this.#random() < (depth > 3 ? 0.1 : 0.8);
  }

  member(member: Member, depth: number): unknown {
    const { traits, shape } = member;
    if (traits.mediaType !== undefined) return '{"a":1}';
    if (traits.httpLabel === 1) return this.value(shape, depth, "label");
    if (traits.httpPrefixHeaders !== undefined) return { abc: this.text("prefix") };
    return this.value(shape, depth, traits.httpHeader === undefined ? "body" : "header");
  }

  value(shape: Shape, depth: number, place: Place): unknown {
    const whole = (): number => Math.floor(this.#random() * 1_000_000);
    switch (shape.kind) {
      case "string":
        return this.text(place);
      case "number":
        return whole();
      case "boolean":
        return this.#random() < 0.5;
      case "timestamp":
        return new Date(whole() * 1_000_000);
      case "blob":
      case "stream":
        return Uint8Array.from({ length: 1 + Math.floor(this.#random() * 6) }, () => this.#random() * 256);
      case "document":
        return { a: [1] };
      case "list":
        return [this.value(shape.item.shape, depth + 1, place)];
      case "map":
        return { [this.text("prefix")]: this.value(shape.value.shape, depth + 1, place) };
      case "structure":
        return this.structure(shape, depth + 1);
    }
  }

  text(place: Place): string {
    const alphabet = place === "body" ? "abc<>&\"' +%=/\u00fc\u{1f600}" : place === "label" ? "ab c+/&%" : "abc";
    const letters = Array.from(alphabet);
    const one = (): string => letters[Math.floor(this.#random() * letters.length)] ?? "";
    return `k${Array.from({ length: 6 }, one).join("")}k`;
  }
}

/** The parts of a client's protocol that stand between its command and the wire. */
interface ClientProtocol {
  serializeRequest(
    operation: object,
    input: object,
    context: object,
  ): Promise<{
    method: string;
    path: string;
    query: Record<string, string | string[]>;
    headers: Record<string, string>;
    body: unknown;
  }>;
  deserializeResponse(operation: object, context: object, response: HttpResponse): Promise<Record<string, unknown>>;
}

interface Client {
  readonly config: object;
}

const clients: readonly (readonly [
  ServiceSettings,
  Readonly<Record<string, unknown>>,
  new (options: { region: string }) => Client,
])[] = [
  [awsServices.kms, kms, kms.KMSClient],
  [awsServices.sagemaker, sagemaker, sagemaker.SageMakerClient],
  [awsServices.sagemakerRuntime, runtime, runtime.SageMakerRuntimeClient],
  [awsServices.cloudtrail, cloudtrail, cloudtrail.CloudTrailClient],
  [awsServices.codecommit, codecommit, codecommit.CodeCommitClient],
  [awsServices.logs, logs, logs.CloudWatchLogsClient],
  [awsServices.iam, iam, iam.IAMClient],
  [awsServices.sts, sts, sts.STSClient],
  [awsServices.ec2, ec2, ec2.EC2Client],
  [awsServices.s3, s3, s3.S3Client],
];

/** Operations whose own schema says less than their client does. */
const aside: Readonly<Record<string, string>> = {
  WriteGetObjectResponse: "answered on another host of S3",
  ListDirectoryBuckets: "the same request as ListBuckets on another host of S3",
};

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof String) return value.toString();
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, plain(inner)]])),
  );
}

async function collected(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || !(Symbol.asyncIterator in value))
    return value;
  const chunks: Uint8Array[] = [];
  for await (const chunk of value as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const settled = async (value: object): Promise<unknown> =>
  plain(
    Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([k, v]) => [k, await collected(v)] as const)),
    ),
  );

for (const [settings, client, ClientClass] of clients) {
  test(`${settings.name}: every operation, both ways`, async () => {
    const made = new ClientClass({ region: "us-east-1" });
    const config = made.config as { protocol: ClientProtocol };
    const context = { ...config, endpoint: () => Promise.resolve({ protocol: "https:", hostname: "h", path: "/" }) };
    const schemas = Object.values(client).flatMap((value) => {
      const schema = readOperationSchema(value);
      return schema === undefined ? [] : [schema];
    });
    const usable = schemas.filter(
      (schema) =>
        ![...structureOf(schema.input).members, ...structureOf(schema.output).members].some(isEventStream) &&
        aside[schema.name] === undefined,
    );
    const served = service(
      settings,
      client,
      usable.map((schema) =>
        operation(commandOf(schema), {
          members: Object.fromEntries(structureOf(schema.input).members.map(({ name }) => [name, given])),
          permissions: noPermissionNeeded("a test"),
          handle: () => ({}),
        }),
      ),
    );
    const wrong: string[] = [];
    for (const [i, schema] of usable.entries()) {
      try {
        await requestHolds(served, schema, config.protocol, context, i);
        await answerHolds(served, schema, config.protocol, context, i);
      } catch (error) {
        wrong.push(`${schema.name}: ${error instanceof Error ? error.message : "?"}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
}

function commandOf(
  schema: OperationSchema,
): new (input: object) => { input: object; schema: unknown; resolveMiddleware(): () => Promise<{ output: object }> } {
  return class {
    readonly input: object;
    readonly schema = [9, schema.namespace, schema.name, schema.traits, schema.input, schema.output];
    constructor(input: object) {
      this.input = input;
    }
    resolveMiddleware(): () => Promise<{ output: object }> {
      throw new Error("a server sends nothing");
    }
  };
}

type Served = ReturnType<typeof service<null>>;

async function requestHolds(
  served: Served,
  schema: OperationSchema,
  protocol: ClientProtocol,
  context: object,
  seed: number,
): Promise<void> {
  const value = new Maker(seed).structure(structureOf(schema.input), 0);
  if (served.buckets === true && "Bucket" in value) value["Bucket"] = "bkt";
  if ("ContentEncoding" in value) value["ContentEncoding"] = "br";
  const request = await protocol.serializeRequest(schema, value, context);
  const query = Object.entries(request.query).flatMap(([name, values]) =>
    [values].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  const bucket = served.buckets === true && "Bucket" in value ? "/bkt" : "";
  const head = {
    method: request.method,
    target: `${bucket}${request.path}${query.length > 0 ? "?" : ""}${query.join("&")}`,
    headers: Object.entries(request.headers).map(([name, text]) => [name.toLowerCase(), text] as const),
  };
  const body =
    typeof request.body === "string" || request.body instanceof Uint8Array
      ? Buffer.from(request.body)
      : Buffer.alloc(0);
  let routed = route([served], head, served.signingName);
  if (routed.kind === "named-in-body") routed = routed.finish(body);
  if (routed.kind === "refused") throw routed.error;
  assert.equal(routed.operation.name, schema.name);
  assert.deepEqual(await settled(decode(routed, head, body)), await settled(value));
}

async function answerHolds(
  served: Served,
  schema: OperationSchema,
  protocol: ClientProtocol,
  context: object,
  seed: number,
): Promise<void> {
  const value = new Maker(seed + 10_000).structure(structureOf(schema.output), 0);
  const found = served.operations.get(schema.name);
  assert.ok(found);
  const routed = {
    kind: "operation",
    service: served,
    operation: found,
    streamsInput: false,
    bodyBytesMax: 0,
    labels: {},
    form: [],
  } as const;
  const status = structureOf(schema.output).members.find(({ traits }) => traits.httpResponseCode === 1);
  if (status !== undefined) value[status.name] = 200;
  const answer = encode(routed, value, "id");
  const isStreaming = structureOf(schema.output).members.some(({ shape }) => shape.kind === "stream");
  const response = new HttpResponse({
    statusCode: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: isStreaming ? Readable.from([answer.body]) : (answer.body ?? new Uint8Array()),
  });
  const read = await protocol.deserializeResponse(schema, context, response);
  delete read["$metadata"];
  assert.deepEqual(await settled(read), await settled(value));
}
