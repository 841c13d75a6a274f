import { Malformed, mustNotBeNull, under } from "./malformed.ts";
import { epochDate, readBase64, readTimestamp } from "./scalar-text.ts";
import type { Member, Shape, Structure } from "./shape.ts";

/** `depth`: how many structures, lists and maps are around the value. */
type JsonReader = (value: unknown, depth: number) => unknown;

const describe = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;
const wrong = (wanted: string, value: unknown): Malformed =>
  new Malformed("serialization", `expected ${wanted}, found ${describe(value)}`);

/**
 * Half of a surrogate pair cannot be written as UTF-8: as bytes, two different texts with such halves are the
 * same one.
 */
function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new Malformed("serialization", "it is not well-formed Unicode");
}

/** Deeper than any model nests; a recursive shape stops here before the stack does. */
const DEPTH_MAX = 128;
const deeper = (depth: number): number => {
  if (depth >= DEPTH_MAX) throw new Malformed("serialization", "nested too deeply");
  return depth + 1;
};

/**
 * Strict readers of parsed JSON, compiled once per shape: types, required members, unions, and no
 * member that the shape does not have. `useJsonName`: restJson1's names.
 */
export class JsonReaders {
  readonly #made = new Map<Structure, JsonReader>();
  readonly #useJsonName: boolean;
  constructor(useJsonName: boolean) {
    this.#useJsonName = useJsonName;
  }

  reader(shape: Shape): JsonReader {
    switch (shape.kind) {
      case "string":
        return (value) => {
          if (typeof value !== "string") throw wrong("a string", value);
          checkWellFormed(value);
          return value;
        };
      case "number":
        return readJsonNumber;
      case "boolean":
        return (value) => {
          if (typeof value !== "boolean") throw wrong("a boolean", value);
          return value;
        };
      case "timestamp":
        return timestampReader(shape.format);
      case "blob":
      case "stream":
        return (value) => {
          if (typeof value !== "string") throw wrong("base64 text", value);
          return readBase64(value);
        };
      case "document":
        return (value) => value;
      case "list":
        return this.#list(shape.item, shape.traits.sparse === 1);
      case "map":
        return this.#map(shape.value, shape.traits.sparse === 1);
      case "structure":
        return this.structure(shape);
    }
  }

  structure(shape: Structure, members: readonly Member[] = shape.members): JsonReader {
    const known = members === shape.members ? this.#made.get(shape) : undefined;
    if (known !== undefined) return known;
    // Compiled at the first use, so that a shape may hold itself.
    let compiled: JsonReader | undefined;
    const reader: JsonReader = (value, depth) => {
      compiled ??= this.#compile(shape, members);
      return compiled(value, depth);
    };
    if (members === shape.members) this.#made.set(shape, reader);
    return reader;
  }

  #compile(shape: Structure, members: readonly Member[]): JsonReader {
    const byName = new Map(
      members.map((member) => [
        (this.#useJsonName ? member.traits.jsonName : undefined) ?? member.name,
        { name: member.name, read: this.reader(member.shape) },
      ]),
    );
    const required = members.filter((member) => member.required).map((member) => member.name);
    return (value, depth) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("an object", value);
      const inside = deeper(depth);
      const out: Record<string, unknown> = {};
      let at = "";
      try {
        for (const [key, inner] of Object.entries(value)) {
          // A null member is an absent one, as in AWS. `__type` is a note of some clients to themselves.
          if (inner === null || key === "__type") continue;
          at = key;
          const member = byName.get(key);
          if (member === undefined) throw new Malformed("unknown", "is not known");
          out[member.name] = member.read(inner, inside);
        }
        for (const name of required) {
          at = name;
          if (!(name in out)) throw mustNotBeNull();
        }
      } catch (error) {
        throw under(error, at);
      }
      if (shape.union) checkUnion(out);
      return out;
    };
  }

  #list(item: Member, sparse: boolean): JsonReader {
    const read = this.reader(item.shape);
    return (value, depth) => {
      if (!Array.isArray(value)) throw wrong("a list", value);
      const inside = deeper(depth);
      let i = 0;
      try {
        return value.map((inner: unknown, index) => {
          i = index;
          return inner === null && sparse ? null : read(inner, inside);
        });
      } catch (error) {
        throw under(error, `[${i}]`);
      }
    };
  }

  #map(item: Member, sparse: boolean): JsonReader {
    const read = this.reader(item.shape);
    return (value, depth) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("an object", value);
      const inside = deeper(depth);
      const out = {};
      for (const [key, inner] of Object.entries(value)) {
        try {
          checkWellFormed(key);
          // Dropping the entry would make another map of it: in a dense one, null is a wrong type like any other.
          setEntry(out, key, inner === null && sparse ? null : read(inner, inside));
        } catch (error) {
          throw under(error, key);
        }
      }
      return out;
    };
  }
}

export function checkUnion(value: object): void {
  const names = Object.keys(value);
  if (names.length !== 1) {
    throw new Malformed(
      "validation",
      `Member must have exactly one of its members, found ${names.join(", ") || "none"}`,
    );
  }
}

/** A map's keys come from outside: `__proto__` must become an entry like any other. */
export function setEntry(map: object, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

function readJsonNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw wrong("a number", value);
}

function timestampReader(format: "date-time" | "http-date" | "epoch-seconds" | undefined): JsonReader {
  if (format === "date-time" || format === "http-date") {
    return (value) => {
      if (typeof value !== "string") throw wrong(`a ${format} timestamp`, value);
      return readTimestamp(value, format);
    };
  }
  return (value) => {
    if (typeof value !== "number") throw wrong("a timestamp in seconds", value);
    const date = epochDate(value);
    if (date === undefined) throw new Malformed("serialization", "the timestamp is out of range");
    return date;
  };
}
