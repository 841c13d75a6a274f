import type { FormNode } from "./form.ts";
import { checkUnion, setEntry } from "./json-reader.ts";
import { Malformed, mustNotBeNull, under } from "./malformed.ts";
import { textReader } from "./scalar-text.ts";
import { type Dictionary, isScalar, type List, type Member, type Shape, type Structure } from "./shape.ts";

type FormReader = (node: FormNode) => unknown;

/** Strict readers of awsQuery and ec2Query parameters, compiled once per shape. */
export class FormReaders {
  readonly #made = new Map<Structure, FormReader>();
  readonly #ec2: boolean;
  constructor(protocol: "awsQuery" | "ec2Query") {
    this.#ec2 = protocol === "ec2Query";
  }

  structure(shape: Structure): FormReader {
    const known = this.#made.get(shape);
    if (known !== undefined) return known;
    let compiled: FormReader | undefined;
    const reader: FormReader = (node) => {
      compiled ??= this.#compile(shape);
      return compiled(node);
    };
    this.#made.set(shape, reader);
    return reader;
  }

  #parameter(member: Member): string {
    if (!this.#ec2) return member.own.xmlName ?? member.name;
    if (member.own.ec2QueryName !== undefined) return member.own.ec2QueryName;
    const name = member.own.xmlName ?? member.name;
    return name.slice(0, 1).toUpperCase() + name.slice(1);
  }

  #reader(shape: Shape, flat: boolean): FormReader {
    if (isScalar(shape)) {
      const read = textReader(shape, "date-time");
      return (node) => {
        if (node.children.size > 0 || node.value === undefined) {
          throw new Malformed("serialization", "expected one value");
        }
        return read(node.value);
      };
    }
    switch (shape.kind) {
      case "structure":
        return this.structure(shape);
      case "list":
        return this.#list(shape, flat);
      case "map":
        return this.#map(shape, flat);
    }
  }

  #compile(shape: Structure): FormReader {
    const byName = new Map(
      shape.members.map((member) => [
        this.#parameter(member),
        {
          name: member.name,
          read: this.#reader(member.shape, this.#ec2 || member.traits.xmlFlattened === 1),
        },
      ]),
    );
    const required = shape.members.filter((member) => member.required);
    return (node) => {
      const out: Record<string, unknown> = {};
      let at = "";
      try {
        if (node.value !== undefined && node.value !== "") {
          throw new Malformed("serialization", "expected a structure, found one value");
        }
        for (const [key, child] of node.children) {
          at = key;
          const member = byName.get(key);
          if (member === undefined) throw new Malformed("unknown", "is not known");
          at = member.name;
          out[member.name] = member.read(child);
        }
        for (const { name } of required) {
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

  #list(shape: List, flat: boolean): FormReader {
    const read = this.#reader(shape.item.shape, this.#ec2);
    const item = shape.item.own.xmlName ?? "member";
    return (node) => {
      const items = unwrap(node, flat ? undefined : item);
      return items === undefined
        ? []
        : numbered(items).map((child, i) => {
            try {
              return read(child);
            } catch (error) {
              throw under(error, `[${i}]`);
            }
          });
    };
  }

  #map(shape: Dictionary, flat: boolean): FormReader {
    const keyName = shape.key.own.xmlName ?? "key";
    const valueName = shape.value.own.xmlName ?? "value";
    const read = this.#reader(shape.value.shape, this.#ec2);
    return (node) => {
      const out = {};
      const entries = unwrap(node, flat ? undefined : "entry");
      for (const entry of entries === undefined ? [] : numbered(entries)) {
        const key = entry.children.get(keyName)?.value;
        const value = entry.children.get(valueName);
        if (key === undefined || value === undefined || entry.children.size !== 2) {
          throw new Malformed("serialization", `an entry must have ${keyName} and ${valueName}`);
        }
        try {
          setEntry(out, key, read(value));
        } catch (error) {
          throw under(error, key);
        }
      }
      return out;
    };
  }
}

/** The node that holds the numbered items; undefined for an empty list (`Tags=`). */
function unwrap(node: FormNode, step: string | undefined): FormNode | undefined {
  if (node.children.size === 0) {
    if (node.value === "") return undefined;
    throw new Malformed("serialization", "expected a list, found one value");
  }
  if (step === undefined) return node;
  const [[name, inner] = ["", node], ...others] = node.children;
  if (name !== step || others.length > 0) throw new Malformed("serialization", `expected ${step}, found ${name}`);
  return inner.children.size === 0 && inner.value === "" ? undefined : inner;
}

/** Items by their number; gaps and disorder occur. */
function numbered(node: FormNode): FormNode[] {
  return [...node.children]
    .map(([key, child]) => {
      if (!/^\d{1,9}$/.test(key)) throw new Malformed("serialization", `expected a number, found ${key.slice(0, 64)}`);
      return [Number(key), child] as const;
    })
    .sort(([a], [b]) => a - b)
    .map(([, child]) => child);
}
