import { answerWriter } from "./answer-binding.ts";
import { AwsError } from "./error.ts";
import type { HttpAnswer, HttpRequestHead } from "./http.ts";
import { jsonWriters, xmlHead } from "./operation-codec.ts";
import type { Service } from "./service.ts";
import { shapeOf, type Structure } from "./shape.ts";
import { escapeXml, namespaceAttribute, XmlWriters } from "./xml-writer.ts";
import { JsonWriters } from "./json-writer.ts";
import { splitTarget } from "./uri-template.ts";

type ErrorService = Pick<Service, "protocol" | "errors" | "errorSchemas" | "buckets" | "xmlNamespace">;

/** An error before it takes the form of a protocol. */
interface Told {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly extra: Readonly<Record<string, string>>;
  /** The shape of a modelled error, and what it holds. */
  readonly modelled: { readonly shape: Structure; readonly value: object } | undefined;
}

/** The error document of a service; undefined where not even the service is known. */
export function errorAnswer(
  service: ErrorService | undefined,
  error: unknown,
  requestId: string,
  head: HttpRequestHead,
): HttpAnswer {
  const told = tell(service, error);
  if (service === undefined) return jsonError(told, "application/x-amz-json-1.1");
  const answer = inProtocol(service, told, requestId, head);
  if (error instanceof AwsError) for (const [name, value] of error.headers) answer.headers.push([name, value]);
  const bodiless = head.method === "HEAD" || told.status === 304;
  return bodiless ? { ...answer, body: undefined } : answer;
}

function inProtocol(service: ErrorService, told: Told, requestId: string, head: HttpRequestHead): HttpAnswer {
  switch (service.protocol) {
    case "awsJson1_0":
      return jsonError(told, "application/x-amz-json-1.0");
    case "awsJson1_1":
      return jsonError(told, "application/x-amz-json-1.1");
    case "restJson1":
      return restJsonError(told);
    case "restXml":
      return service.buckets === true
        ? xmlError(told, bareError(told, requestId, head))
        : xmlError(told, wrappedError(service, told, requestId));
    case "awsQuery":
      return xmlError(told, wrappedError(service, told, requestId));
    case "ec2Query": {
      const inside = `<Errors><Error>${codeAndMessage(told)}</Error></Errors>`;
      return xmlError(told, `<Response>${inside}<RequestID>${escapeXml(requestId)}</RequestID></Response>`);
    }
  }
}

function tell(service: ErrorService | undefined, error: unknown): Told {
  if (error instanceof AwsError) {
    const { code, message, status, extra } = error;
    return { code, message, status, extra, modelled: undefined };
  }
  const modelled = service === undefined ? undefined : tellModelled(service, error);
  if (modelled !== undefined) return modelled;
  // Whatever else was thrown is a bug or a fault of the machine: not a word of it leaves.
  const { code, status } = service?.errors.internal ?? { code: "InternalFailure", status: 500 };
  const message = "The request could not be completed because of an internal failure.";
  return { code, message, status, extra: {}, modelled: undefined };
}

/** An exception class of the service's own client package. */
function tellModelled(service: ErrorService, error: unknown): Told | undefined {
  if (!(error instanceof Error) || !("$fault" in error)) return undefined;
  const schema = service.errorSchemas.get(error.name);
  if (schema === undefined) return undefined;
  const shape = shapeOf(schema);
  if (shape.kind !== "structure") return undefined;
  const { traits } = shape;
  const value: Record<string, unknown> = {};
  const given = error as unknown as Readonly<Record<string, unknown>>;
  for (const { name } of shape.members) {
    value[name] = given[name] ?? (name.toLowerCase() === "message" ? error.message : undefined);
  }
  const [queryCode, queryStatus] = isQuery(service) ? (traits.awsQueryError ?? []) : [];
  return {
    code: queryCode ?? error.name,
    message: error.message,
    status: queryStatus ?? traits.httpError ?? (traits.error === "server" ? 500 : 400),
    extra: {},
    modelled: { shape, value },
  };
}

const isQuery = ({ protocol }: ErrorService): boolean => protocol === "awsQuery" || protocol === "ec2Query";
const encoder = new TextEncoder();

function jsonError(told: Told, contentType: string): HttpAnswer {
  const { modelled } = told;
  const members =
    modelled === undefined
      ? { message: told.message, ...told.extra }
      : (new JsonWriters(false).structure(modelled.shape)(modelled.value) as object);
  return {
    status: told.status,
    headers: [["content-type", contentType]],
    body: encoder.encode(JSON.stringify({ __type: told.code, ...members })),
  };
}

function restJsonError(told: Told): HttpAnswer {
  const { modelled } = told;
  const answer: HttpAnswer =
    modelled === undefined
      ? {
          status: told.status,
          headers: [["content-type", "application/json"]],
          body: encoder.encode(JSON.stringify({ message: told.message, ...told.extra })),
        }
      : answerWriter(modelled.shape, told.status, jsonWriters())(modelled.value);
  answer.headers.push(["x-amzn-errortype", told.code]);
  return answer;
}

function xmlError(told: Told, document: string): HttpAnswer {
  return {
    status: told.status,
    headers: [["content-type", "application/xml"]],
    body: encoder.encode(xmlHead + document),
  };
}

const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`;

function codeAndMessage({ code, message, extra, modelled }: Told): string {
  const further = Object.entries(extra).map(([name, text]) => element(name, text));
  if (modelled !== undefined) {
    const members = modelled.shape.members.filter(
      ({ name, traits }) => name.toLowerCase() !== "message" && traits.httpHeader === undefined,
    );
    further.push(new XmlWriters().content(members)(modelled.value));
  }
  return element("Code", code) + (message === "" ? "" : element("Message", message)) + further.join("");
}

function wrappedError(service: ErrorService, told: Told, requestId: string): string {
  const xmlns = namespaceAttribute(
    service.xmlNamespace === undefined ? {} : { xmlNamespace: service.xmlNamespace },
    {},
  );
  const type = element("Type", told.status < 500 ? "Sender" : "Receiver");
  const id = element("RequestId", requestId);
  return `<ErrorResponse${xmlns}><Error>${type}${codeAndMessage(told)}</Error>${id}</ErrorResponse>`;
}

/** S3's form: a bare Error with the path that it is about. */
function bareError(told: Told, requestId: string, head: HttpRequestHead): string {
  const resource = told.extra["Resource"] === undefined ? element("Resource", splitTarget(head.target).path) : "";
  const ids = element("RequestId", requestId) + element("HostId", hostId(requestId));
  return `<Error>${codeAndMessage(told)}${resource}${ids}</Error>`;
}

/** S3 answers with a second id; ours tells nothing more than the first. */
export const hostId = (requestId: string): string => Buffer.from(requestId).toString("base64");
