import type { Protocol } from "../service.ts";

/** A shape of botocore's service models, as the vectors carry them. */
export interface BotoShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, BotoRef>>;
  readonly required?: readonly string[];
  readonly member?: BotoRef;
  readonly key?: BotoRef;
  readonly value?: BotoRef;
  readonly payload?: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly streaming?: boolean;
  readonly flattened?: boolean;
  readonly sparse?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean };
  readonly timestampFormat?: string;
  readonly locationName?: string;
  readonly xmlNamespace?: BotoNamespace;
}
type BotoNamespace = string | { readonly prefix?: string; readonly uri: string };

export interface BotoRef {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: BotoNamespace;
  readonly timestampFormat?: string;
  readonly idempotencyToken?: boolean;
  readonly jsonvalue?: boolean;
  readonly streaming?: boolean;
}
export type BotoShapes = Readonly<Record<string, BotoShape>>;

const numbers = new Set(["integer", "long", "float", "double", "byte", "short"]);
const formats: Readonly<Record<string, number>> = { iso8601: 5, rfc822: 6, unixTimestamp: 7 };

/** botocore's shapes as the static schemas that the JavaScript clients export. */
export class BotoSchemas {
  readonly #shapes: BotoShapes;
  readonly #protocol: Protocol;
  readonly #made = new Map<string, unknown>();
  constructor(shapes: BotoShapes, protocol: Protocol) {
    this.#shapes = shapes;
    this.#protocol = protocol;
  }

  shape(name: string): BotoShape {
    const shape = this.#shapes[name];
    if (shape === undefined) throw new TypeError(`no shape ${name}`);
    return shape;
  }

  /** An operation's input, output or error; its own reference may rename the root element. */
  root(ref: BotoRef | undefined): unknown {
    if (ref === undefined) return "unit";
    const schema = this.#schema(ref.shape, ref.timestampFormat, false) as unknown[];
    const renamed = {
      xmlName: this.shape(ref.shape).locationName ?? ref.locationName,
      xmlNamespace: namespaceOf(ref.xmlNamespace),
    };
    return Object.assign([...schema], { 3: { ...(schema[3] as object), ...present(renamed) } });
  }

  #schema(name: string, timestampFormat: string | undefined, streaming: boolean): unknown {
    const shape = this.shape(name);
    if (shape.document === true) return 15;
    if (shape.type === "string" || shape.type === "character") return 0;
    if (shape.type === "boolean") return 2;
    if (shape.type === "timestamp") return formats[timestampFormat ?? shape.timestampFormat ?? ""] ?? 4;
    if (shape.type === "blob") return streaming || shape.streaming === true ? 42 : 21;
    if (numbers.has(shape.type)) return 1;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const schema: unknown[] = [];
    this.#made.set(name, schema);
    schema.push(...this.#aggregate(name, shape));
    return schema;
  }

  #aggregate(name: string, shape: BotoShape): unknown[] {
    const traits = present({
      xmlName: shape.locationName,
      xmlNamespace: namespaceOf(shape.xmlNamespace),
      xmlFlattened: shape.flattened === true ? 1 : undefined,
      sparse: shape.sparse === true ? 1 : undefined,
      error: shape.exception === true ? (shape.fault === true ? "server" : "client") : undefined,
      httpError: shape.error?.httpStatusCode,
      awsQueryError:
        shape.error?.code === undefined ? undefined : [shape.error.code, shape.error.httpStatusCode ?? 400],
    });
    if (shape.member !== undefined) return [1, "v", name, traits, this.#ref(shape.member, false)];
    if (shape.key !== undefined && shape.value !== undefined) {
      return [2, "v", name, traits, this.#ref(shape.key, false), this.#ref(shape.value, false)];
    }
    const required = new Set(shape.required);
    const names = Object.keys(shape.members ?? {}).sort((a, b) => Number(required.has(b)) - Number(required.has(a)));
    const kind = shape.union === true ? 4 : shape.exception === true ? -3 : 3;
    const members = names.map((member) => {
      const ref = shape.members?.[member];
      if (ref === undefined) return 0;
      if (shape.payload !== member) return this.#ref(ref, false);
      // botocore repeats a payload's own name, which is no name of an element.
      const { locationName, ...bare } = ref;
      return this.#ref(locationName === member ? bare : ref, true);
    });
    return [kind, "v", name, traits, names, members, required.size];
  }

  #ref(ref: BotoRef, isPayload: boolean): unknown {
    const isMap = this.shape(ref.shape).type === "map";
    const traits: Record<string, unknown> = {
      httpPayload: isPayload ? 1 : undefined,
      xmlFlattened: ref.flattened === true ? 1 : undefined,
      xmlAttribute: ref.xmlAttribute === true ? 1 : undefined,
      xmlNamespace: namespaceOf(ref.xmlNamespace),
      idempotencyToken: ref.idempotencyToken === true ? 1 : undefined,
      mediaType: ref.jsonvalue === true ? "application/json" : undefined,
      ec2QueryName: ref.queryName,
    };
    switch (ref.location ?? "body") {
      case "uri":
        traits["httpLabel"] = 1;
        break;
      case "header":
        traits["httpHeader"] = ref.locationName;
        break;
      case "headers":
        traits["httpPrefixHeaders"] = ref.locationName ?? "";
        break;
      case "querystring":
        if (isMap) traits["httpQueryParams"] = 1;
        else traits["httpQuery"] = ref.locationName;
        break;
      case "statusCode":
        traits["httpResponseCode"] = 1;
        break;
      default:
        traits[this.#protocol === "restJson1" ? "jsonName" : "xmlName"] = ref.locationName;
    }
    return [() => this.#schema(ref.shape, ref.timestampFormat, ref.streaming === true), present(traits)];
  }

  /** A value of the vectors' JSON as the wire's readers give it and its writers take it. */
  value(ref: BotoRef | undefined, value: unknown): unknown {
    if (ref === undefined || value === null || value === undefined) return value;
    if (ref.jsonvalue === true) return typeof value === "string" ? value : JSON.stringify(value);
    const shape = this.shape(ref.shape);
    if (shape.document === true) return value;
    const entries = (of: (name: string) => BotoRef | undefined): object =>
      Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.value(of(name), inner)]));
    switch (shape.type) {
      case "blob":
        return new Uint8Array(Buffer.from(value as string));
      case "timestamp":
        return typeof value === "number" ? new Date(value * 1000) : new Date(value as string);
      case "float":
      case "double":
        return Number(value);
      case "list":
        return (value as unknown[]).map((item) => this.value(shape.member, item));
      case "map":
        return entries(() => shape.value);
      case "structure": {
        // A null member is an absent one.
        const all = Object.entries(entries((name) => shape.members?.[name]));
        return Object.fromEntries(all.filter(([, inner]) => inner !== null));
      }
      default:
        return value;
    }
  }
}

function namespaceOf(namespace: BotoNamespace | undefined): unknown {
  if (namespace === undefined || typeof namespace === "string") return namespace;
  return namespace.prefix === undefined ? namespace.uri : [namespace.prefix, namespace.uri];
}

const present = (traits: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
