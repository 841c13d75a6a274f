import { setEntry } from "./json-reader.ts";
import { asText, writeBase64, writeTimestamp } from "./scalar-text.ts";
import type { Member, Shape, Structure } from "./shape.ts";

/** Makes a value ready for JSON.stringify. Absent members are left out. */
type JsonWriter = (value: unknown) => unknown;

/** Writers compiled once per shape. What does not fit the model is a bug and throws TypeError. */
export class JsonWriters {
  readonly #made = new Map<Structure, JsonWriter>();
  readonly #useJsonName: boolean;
  constructor(useJsonName: boolean) {
    this.#useJsonName = useJsonName;
  }

  writer(shape: Shape): JsonWriter {
    switch (shape.kind) {
      case "string":
        return (value) => asText(value);
      case "number":
        return writeJsonNumber;
      case "boolean":
      case "document":
        return (value) => value;
      case "timestamp": {
        const { format } = shape;
        if (format === "date-time" || format === "http-date") return (value) => writeTimestamp(value, format);
        return writeEpoch;
      }
      case "blob":
      case "stream":
        return writeBase64;
      case "list": {
        const write = this.writer(shape.item.shape);
        return (value) => {
          if (!Array.isArray(value)) throw new TypeError("an answer has no list where the model has one");
          return value.map((item: unknown) => (item === null || item === undefined ? null : write(item)));
        };
      }
      case "map": {
        const write = this.writer(shape.value.shape);
        return (value) => {
          const out = {};
          for (const [key, inner] of Object.entries(value as object) as [string, unknown][]) {
            if (inner !== undefined) setEntry(out, key, inner === null ? null : write(inner));
          }
          return out;
        };
      }
      case "structure":
        return this.structure(shape);
    }
  }

  structure(shape: Structure, members: readonly Member[] = shape.members): JsonWriter {
    const known = members === shape.members ? this.#made.get(shape) : undefined;
    if (known !== undefined) return known;
    let compiled: JsonWriter | undefined;
    const writer: JsonWriter = (value) => {
      compiled ??= this.#compile(members);
      return compiled(value);
    };
    if (members === shape.members) this.#made.set(shape, writer);
    return writer;
  }

  #compile(members: readonly Member[]): JsonWriter {
    const plan = members.map((member) => ({
      from: member.name,
      to: (this.#useJsonName ? member.traits.jsonName : undefined) ?? member.name,
      write: this.writer(member.shape),
    }));
    return (value) => {
      const from = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const member of plan) {
        const inner = from[member.from];
        if (inner !== undefined && inner !== null) out[member.to] = member.write(inner);
      }
      return out;
    };
  }
}

function writeJsonNumber(value: unknown): number | string {
  if (typeof value !== "number") throw new TypeError("an answer has no number where the model has one");
  // JSON has no NaN and no infinities; AWS writes them as text.
  return Number.isFinite(value) ? value : String(value);
}

function writeEpoch(value: unknown): number {
  if (!(value instanceof Date)) throw new TypeError("an answer has no Date where the model has a timestamp");
  return value.getTime() / 1000;
}
