import { type Schema } from "./schema.ts";
import { shapeOf, type Member, type Shape } from "./shape.ts";

/** What stands in CloudTrail's records in place of a secret. */
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Secrets that not every model marks as such, and digests by which a guess at one could be tried. */
const alwaysHidden = new Set([
  "Password",
  "SecretAccessKey",
  "SessionToken",
  "Plaintext",
  "PrivateKey",
  "SSECustomerKeyMD5",
  "CopySourceSSECustomerKeyMD5",
]);

/** How deep values are followed; shapes may refer to themselves. */
const depthMax = 32;

/**
 * An input or output as an audit record may hold it: the model's members in lowerCamelCase, as
 * CloudTrail spells them; what the model calls sensitive is hidden, bytes are replaced by their
 * number, a stream by a word. Members that are not in the model are left out. The value is not
 * touched, and a stream is not read.
 */
export function redacted(schema: Schema, value: object): Record<string, unknown> {
  const shape = shapeOf(schema);
  if (shape.kind !== "structure") return {};
  return members(shape.members, value, 0);
}

function members(list: readonly Member[], value: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of list) {
    const given: unknown = (value as Record<string, unknown>)[member.name];
    if (given === undefined || given === null) continue;
    const secret = member.traits.sensitive !== undefined || alwaysHidden.has(member.name);
    result[nameInRecord(member)] = secret ? hidden : viewOf(member.shape, given, depth + 1);
  }
  return result;
}

/** S3 calls its bucket `bucketName` in CloudTrail; everything else begins in lower case. */
function nameInRecord({ name, own }: Member): string {
  if (name === "Bucket" && own.httpLabel !== undefined) return "bucketName";
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function viewOf(shape: Shape, value: unknown, depth: number): unknown {
  if (shape.traits.sensitive !== undefined) return hidden;
  if (depth > depthMax) return "…";
  switch (shape.kind) {
    case "structure":
      return typeof value === "object" && value !== null ? members(shape.members, value, depth) : undefined;
    case "list":
      return Array.isArray(value) ? value.map((item) => inPlace(shape.item, item, depth)) : undefined;
    case "map":
      return mapView(shape, value, depth);
    case "blob":
      return value instanceof Uint8Array ? `<${value.byteLength} bytes>` : "<bytes>";
    case "stream":
      return "<stream>";
    case "timestamp":
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
    case "string":
    case "number":
    case "boolean":
    case "document":
      return value;
  }
}

function mapView(shape: Extract<Shape, { kind: "map" }>, value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (shape.key.traits.sensitive !== undefined) return hidden;
  // Keys of a map are the caller's own, and keep their spelling.
  const pairs = Object.entries(value).map(([key, item]) => [key, inPlace(shape.value, item, depth)]);
  return Object.fromEntries(pairs) as unknown;
}

function inPlace(member: Member, value: unknown, depth: number): unknown {
  return member.traits.sensitive === undefined ? viewOf(member.shape, value, depth + 1) : hidden;
}
