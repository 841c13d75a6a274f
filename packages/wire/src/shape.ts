import type { Schema } from "./schema.ts";

/**
 * What a schema says beyond its kind. Values that the clients write as 1 are read as present.
 * https://smithy.io/2.0/spec/http-bindings.html and …/protocol-traits.html
 */
export interface Traits {
  readonly httpLabel?: 1;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQueryParams?: 1;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly idempotencyToken?: 1;
  readonly sensitive?: 1;
  readonly sparse?: 1;
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  /** [prefix, uri] or the uri alone. */
  readonly xmlNamespace?: string | readonly [string, string];
  readonly ec2QueryName?: string;
  readonly mediaType?: string;
  readonly streaming?: 1;
  readonly http?: readonly [method: string, uri: string, status: number];
  readonly error?: "client" | "server";
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

export type Scalar =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  /** Without a format the place decides: header, query, XML or JSON. */
  | { readonly kind: "timestamp"; readonly format: TimestampFormat | undefined }
  | { readonly kind: "blob" }
  | { readonly kind: "stream" }
  | { readonly kind: "document" };

export interface Structure {
  readonly kind: "structure";
  readonly name: string;
  readonly union: boolean;
  readonly traits: Traits;
  readonly members: readonly Member[];
  /** Names of flattened lists whose items are written among each other. */
  readonly mixedLists?: readonly string[];
}
export interface List {
  readonly kind: "list";
  readonly traits: Traits;
  readonly item: Member;
}
export interface Dictionary {
  readonly kind: "map";
  readonly traits: Traits;
  readonly key: Member;
  readonly value: Member;
}
export type Shape = (Scalar & { readonly traits: Traits }) | Structure | List | Dictionary;

/** A member of a structure, the item of a list, or a map's key or value. */
export interface Member {
  readonly name: string;
  /** What stands at the member itself. */
  readonly own: Traits;
  /** The same over what stands at its shape. */
  readonly traits: Traits;
  readonly required: boolean;
  /** Read when it is needed, since shapes refer to themselves. */
  readonly shape: Shape;
}

/** The scalar that a member is; binding anything else to a header or an attribute is a broken schema. */
export function scalarOf(member: Member): Scalar {
  const { shape } = member;
  if (isScalar(shape)) return shape;
  throw new TypeError(`${member.name} is a ${shape.kind} and not a scalar`);
}

export const isScalar = (shape: Shape): shape is Scalar & { readonly traits: Traits } =>
  shape.kind !== "structure" && shape.kind !== "list" && shape.kind !== "map";

const bits = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
] as const;

export function traitsOf(value: unknown): Traits {
  if (typeof value !== "number") return value ?? {};
  return Object.fromEntries(bits.filter((_, i) => (value >> i) & 1).map((name) => [name, 1]));
}

const scalars: Readonly<Record<number, Scalar>> = {
  0: { kind: "string" },
  1: { kind: "number" },
  2: { kind: "boolean" },
  4: { kind: "timestamp", format: undefined },
  5: { kind: "timestamp", format: "date-time" },
  6: { kind: "timestamp", format: "http-date" },
  7: { kind: "timestamp", format: "epoch-seconds" },
  15: { kind: "document" },
  21: { kind: "blob" },
  42: { kind: "stream" },
};

const LIST_OF = 64;
const MAP_OF = 128;
const read = new WeakMap<object, Shape>();
const unit: Structure = { kind: "structure", name: "Unit", union: false, traits: {}, members: [] };

const isDeferred = (schema: Schema): schema is () => unknown => typeof schema === "function";

/** The shape that a schema describes; the same object for the same schema. */
export function shapeOf(schema: Schema): Shape {
  const target: unknown = isDeferred(schema) ? schema() : schema;
  if (target === "unit") return unit;
  if (typeof target === "number") return simpleShape(target, {});
  if (!Array.isArray(target)) throw new TypeError(`not a schema: ${String(target)}`);
  const known = read.get(target);
  if (known !== undefined) return known;
  const shape = staticShape(target);
  read.set(target, shape);
  return shape;
}

/** Event streams are unions with a streaming trait; no reader or writer here makes their frames. */
export const isEventStream = (member: Member): boolean =>
  member.shape.kind === "structure" && member.traits.streaming === 1;

/** The structure that a schema describes; an operation's input and output are one or nothing. */
export function structureOf(schema: Schema): Structure {
  const shape = shapeOf(schema);
  if (shape.kind !== "structure") throw new TypeError(`not a structure: ${shape.kind}`);
  return shape;
}

function simpleShape(code: number, traits: Traits): Shape {
  if (code >= MAP_OF) {
    return {
      kind: "map",
      traits,
      key: memberOf("key", 0, false),
      value: memberOf("value", code & (LIST_OF - 1), false),
    };
  }
  if (code >= LIST_OF) return { kind: "list", traits, item: memberOf("member", code & (LIST_OF - 1), false) };
  const scalar = scalars[code];
  if (scalar === undefined) throw new TypeError(`no scalar has the code ${code}`);
  return { ...scalar, traits };
}

function staticShape(schema: readonly unknown[]): Shape {
  const traits = traitsOf(schema[3]);
  switch (schema[0]) {
    case 0:
      return simpleShape(schema[4] as number, traits);
    case 1:
      return { kind: "list", traits, item: memberOf("member", schema[4], false) };
    case 2:
      return {
        kind: "map",
        traits,
        key: memberOf("key", schema[4], false),
        value: memberOf("value", schema[5], false),
      };
    case 3:
    case 4:
    case -3: {
      const names = schema[4] as readonly string[];
      const schemas = schema[5] as readonly Schema[];
      // The clients order members required first; element 6 counts those.
      const required = schema[0] === 4 ? 0 : ((schema[6] as number | undefined) ?? 0);
      return {
        kind: "structure",
        name: String(schema[2]),
        union: schema[0] === 4,
        traits,
        members: names.map((name, i) => memberOf(name, schemas[i], i < required)),
      };
    }
    default:
      throw new TypeError(`no schema has the kind ${String(schema[0])}`);
  }
}

function memberOf(name: string, ref: Schema, required: boolean): Member {
  let own: Traits = {};
  let target: unknown = ref;
  while (Array.isArray(target) && target.length === 2) {
    const [inner, traits] = target as [unknown, unknown];
    own = { ...traitsOf(traits), ...own };
    target = inner;
  }
  return {
    name,
    own,
    required,
    get traits() {
      return { ...this.shape.traits, ...own };
    },
    get shape() {
      return shapeOf(target);
    },
  };
}
