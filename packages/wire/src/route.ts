import { type BucketAddress, bucketAddress } from "./bucket-address.ts";
import { AwsError, type ErrorName } from "./error.ts";
import { type Form, parseForm } from "./form.ts";
import type { HttpRequestHead } from "./http.ts";
import { Malformed } from "./malformed.ts";
import { withHoisted } from "./hoisted-headers.ts";
import type { Operation } from "./operation.ts";
import { refusalOf } from "./refusal.ts";
import type { Service } from "./service.ts";
import { structureOf } from "./shape.ts";
import {
  chooseByQuery,
  headerMap,
  matchPath,
  parseQuery,
  splitTarget,
  type UriTemplate,
  uriTemplate,
} from "./uri-template.ts";
import { utf8 } from "./utf8.ts";

/** A request that is known to be for one served operation. */
export interface RoutedOperation<A = unknown> {
  readonly kind: "operation";
  readonly service: Service<A>;
  readonly operation: Operation<A>;
  /** true: the body goes to the handler unread, so authorisation comes before it. */
  readonly streamsInput: boolean;
  /** The longest body that decode() takes when the operation does not stream its input. */
  readonly bodyBytesMax: number;
  /** S3: the bucket of the path or the host, and the key, both percent-decoded. */
  readonly bucket?: string;
  readonly key?: string;
  /** restXml and restJson: what the path says, percent-decoded, by member. */
  readonly labels: Readonly<Record<string, string>>;
  /** awsQuery and ec2Query: the decoded form; restXml and restJson: the query string. */
  readonly form: Form;
}

/** awsQuery and ec2Query name their operation in the body: read it (bounded), then finish. */
export interface RoutedByBody<A = unknown> {
  readonly kind: "named-in-body";
  readonly service: Service<A>;
  readonly bodyBytesMax: number;
  finish(body: Uint8Array): RoutedOperation<A> | RouteRefusal<A>;
}

export interface RouteRefusal<A = unknown> {
  readonly kind: "refused";
  /** undefined: not even the service is known. */
  readonly service: Service<A> | undefined;
  /** The operation's name, where it is known but not served. */
  readonly operationName: string | undefined;
  readonly error: AwsError;
}

export type Routed<A = unknown> = RoutedOperation<A> | RoutedByBody<A> | RouteRefusal<A>;

/**
 * Finds the operation of a request. `scopeService` is the service in the signature's credential
 * scope; it decides between services, the rest of the request only within one.
 */
export function route<A>(
  services: readonly Service<A>[],
  head: HttpRequestHead,
  scopeService: string | undefined,
): Routed<A> {
  const headers = headerMap(head.headers);
  const service = chooseService(services, head, headers, scopeService);
  if (service === undefined) {
    const message = `The service ${scopeService ?? "of this request"} is not served here.`;
    return refused(undefined, { code: "UnknownService", status: 404 }, message);
  }
  try {
    switch (service.protocol) {
      case "awsJson1_0":
      case "awsJson1_1":
        return routeByTarget(service, headers);
      case "awsQuery":
      case "ec2Query":
        return routeByAction(service, head);
      case "restXml":
      case "restJson1":
        return routeByPath(service, head, headers);
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "refused", service, operationName: undefined, error: refusalOf(service, error) };
  }
}

function chooseService<A>(
  services: readonly Service<A>[],
  head: HttpRequestHead,
  headers: ReadonlyMap<string, string>,
  scopeService: string | undefined,
): Service<A> | undefined {
  const target = headers.get("x-amz-target");
  const byTarget = (service: Service<A>): boolean =>
    target !== undefined && operationNamed(service, target) !== undefined;
  if (scopeService === undefined) {
    // Unsigned: the gateway refuses it in the form of the service that it looks like.
    return (
      services.find(byTarget) ??
      (isForm(headers) ? services.find(({ protocol }) => protocol === "awsQuery") : undefined) ??
      services.find((service) => !service.buckets && service.protocol.startsWith("rest") && fitsPath(service, head)) ??
      services.find((service) => service.buckets === true)
    );
  }
  const scoped = services.filter((service) => service.signingName === scopeService);
  if (scoped.length < 2) return scoped[0];
  if (target !== undefined) return scoped.find(byTarget) ?? scoped.find((s) => s.targetPrefix !== undefined);
  return scoped.find((service) => service.protocol.startsWith("rest")) ?? scoped[0];
}

/** A form says in its body, which is not read for this, whether it is for IAM or STS; their errors look the same. */
const isForm = (headers: ReadonlyMap<string, string>): boolean =>
  headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") === true;

function routeByTarget<A>(
  service: Service<A>,
  headers: ReadonlyMap<string, string>,
): RoutedOperation<A> | RouteRefusal<A> {
  const name = operationNamed(service, headers.get("x-amz-target") ?? "");
  if (name === undefined) {
    return refused(
      service,
      service.errors.unknownOperation,
      `X-Amz-Target does not name an operation of ${service.name}.`,
    );
  }
  return routed(service, name, {});
}

/**
 * The operation that X-Amz-Target names, where it names this service. Python's clients write
 * CloudTrail's prefix with its namespace before it, JavaScript's without.
 */
function operationNamed<A>({ targetPrefix }: Service<A>, target: string): string | undefined {
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, dot);
  const isIts = targetPrefix !== undefined && (prefix === targetPrefix || prefix.endsWith(`.${targetPrefix}`));
  return dot > 0 && isIts ? target.slice(dot + 1) : undefined;
}

function routeByAction<A>(service: Service<A>, head: HttpRequestHead): Routed<A> {
  const query = parseForm(splitTarget(head.target).query);
  const finish = (form: Form): RoutedOperation<A> | RouteRefusal<A> => {
    const fields = new Map(form);
    const version = fields.get("Version");
    const action = fields.get("Action") ?? "";
    if (version !== undefined && version !== service.apiVersion) {
      const message = `Could not find operation ${action} for version ${version}.`;
      return refused(service, service.errors.unknownOperation, message);
    }
    return routed(service, action, { form });
  };
  if (head.method === "GET" || head.method === "HEAD") return finish(query);
  return {
    kind: "named-in-body",
    service,
    bodyBytesMax: service.bodyBytesMax,
    finish: (body) => {
      try {
        return finish([...query, ...parseForm(utf8(body))]);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        return { kind: "refused", service, operationName: undefined, error: refusalOf(service, error) };
      }
    },
  };
}

interface Templates {
  readonly byLevel: ReadonlyMap<string, readonly UriTemplate[]>;
  readonly all: readonly UriTemplate[];
}
const compiled = new WeakMap<object, Templates>();

function templatesOf(service: Service): Templates {
  const known = compiled.get(service);
  if (known !== undefined) return known;
  const all = [...service.known.values()].flatMap((schema) => uriTemplate(schema) ?? []);
  const byLevel = new Map<string, UriTemplate[]>();
  for (const template of all) {
    const level = template.labels.includes("Key") ? "key" : template.labels.includes("Bucket") ? "bucket" : "root";
    // Templates of buckets have no path but the key's; a literal path belongs to another host of the service.
    if (template.segments.some((segment) => segment.kind === "literal")) continue;
    const at = `${template.method} ${level}`;
    byLevel.set(at, [...(byLevel.get(at) ?? []), template]);
  }
  const templates = { all, byLevel };
  compiled.set(service, templates);
  return templates;
}

const fitsPath = (service: Service, head: HttpRequestHead): boolean => {
  const { path } = splitTarget(head.target);
  return templatesOf(service).all.some((t) => t.method === head.method && safely(() => matchPath(t, path)));
};
const safely = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

function routeByPath<A>(
  service: Service<A>,
  head: HttpRequestHead,
  sent: ReadonlyMap<string, string>,
): RoutedOperation<A> | RouteRefusal<A> {
  const { path, query } = splitTarget(head.target);
  const form = parseQuery(query);
  const headers = withHoisted(form, sent);
  const templates = templatesOf(service);
  if (service.buckets === true) {
    const address = bucketAddress(path, headers.get("host"));
    const at = templates.byLevel.get(`${head.method} ${address.level}`) ?? [];
    const chosen = chooseByQuery(at, form, headers);
    if (chosen === undefined) return noOperation(service, head, path);
    return routed(service, chosen.name, { form, address });
  }
  const fitting = templates.all
    .filter((template) => template.method === head.method)
    .flatMap((template) => {
      const labels = matchPath(template, path);
      return labels === undefined ? [] : [{ template, labels }];
    });
  const chosen = chooseByQuery(
    fitting.map(({ template }) => template),
    form,
    headers,
  );
  const labels = fitting.find(({ template }) => template === chosen)?.labels;
  if (chosen === undefined || labels === undefined) return noOperation(service, head, path);
  return routed(service, chosen.name, { form, labels });
}

function noOperation<A>(service: Service<A>, head: HttpRequestHead, path: string): RouteRefusal<A> {
  const message = `No operation of ${service.name} is reached by ${head.method} ${path.slice(0, 256)}.`;
  return refused(service, service.errors.unknownOperation, message);
}

function routed<A>(
  service: Service<A>,
  name: string,
  found: { form?: Form; labels?: Readonly<Record<string, string>>; address?: BucketAddress },
): RoutedOperation<A> | RouteRefusal<A> {
  const operation = service.operations.get(name);
  if (operation === undefined) {
    const { errors } = service;
    return service.known.has(name)
      ? refused(service, errors.unservedOperation, `The operation ${name} is not served here.`, name)
      : refused(service, errors.unknownOperation, `The operation ${name.slice(0, 128)} is not known.`);
  }
  const { bucket, key } = found.address ?? {};
  const labels: Record<string, string> = { ...found.labels };
  if (bucket !== undefined) labels["Bucket"] = bucket;
  if (key !== undefined) labels["Key"] = key;
  return {
    kind: "operation",
    service,
    operation,
    streamsInput: streamsInput(operation),
    bodyBytesMax: service.bodyBytesMax,
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    labels,
    form: found.form ?? [],
  };
}

const streaming = new WeakMap<object, boolean>();
function streamsInput(operation: Operation<never>): boolean {
  let known = streaming.get(operation.schema);
  if (known === undefined) {
    known = structureOf(operation.schema.input).members.some((member) => member.shape.kind === "stream");
    streaming.set(operation.schema, known);
  }
  return known;
}

function refused<A>(
  service: Service<A> | undefined,
  name: ErrorName,
  message: string,
  operationName?: string,
): RouteRefusal<A> {
  return { kind: "refused", service, operationName, error: new AwsError({ ...name, message }) };
}
