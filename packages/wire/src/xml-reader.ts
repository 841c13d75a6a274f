import { checkUnion, setEntry } from "./json-reader.ts";
import { Malformed, under } from "./malformed.ts";
import { textReader } from "./scalar-text.ts";
import { type Dictionary, isScalar, type List, type Member, scalarOf, type Shape, type Structure } from "./shape.ts";
import type { XmlElement } from "./xml-parser.ts";

/** Reads the content of one element. */
type XmlReader = (element: XmlElement) => unknown;

const isFlat = (member: Member): boolean => member.traits.xmlFlattened === 1;
/** An element's name within its structure: what stands at the member, never what stands at its shape. */
export const elementName = (member: Member): string => member.own.xmlName ?? member.name;

/** Strict readers of XML elements, compiled once per shape; the parser bounds the depth. */
export class XmlReaders {
  readonly #made = new Map<Structure, XmlReader>();

  reader(shape: Shape): XmlReader {
    if (isScalar(shape)) {
      const read = textReader(shape, "date-time");
      const trims = shape.kind !== "string";
      return (element) => {
        if (element.children.length > 0) throw new Malformed("serialization", "expected text, found elements");
        return read(trims ? element.text.trim() : element.text);
      };
    }
    switch (shape.kind) {
      case "structure":
        return this.structure(shape);
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
    }
  }

  structure(shape: Structure, members: readonly Member[] = shape.members): XmlReader {
    const known = members === shape.members ? this.#made.get(shape) : undefined;
    if (known !== undefined) return known;
    let compiled: XmlReader | undefined;
    const reader: XmlReader = (element) => {
      compiled ??= this.#compile(shape, members);
      return compiled(element);
    };
    if (members === shape.members) this.#made.set(shape, reader);
    return reader;
  }

  #compile(shape: Structure, members: readonly Member[]): XmlReader {
    const elements = new Map<string, ElementMember>();
    const attributes: { name: string; attribute: string; read: (text: string) => unknown }[] = [];
    for (const member of members) {
      if (member.traits.xmlAttribute === 1) {
        attributes.push({
          name: member.name,
          attribute: elementName(member),
          read: textReader(scalarOf(member), "date-time"),
        });
      } else {
        elements.set(elementName(member), this.#elementMember(member));
      }
    }
    const required = members.filter((member) => member.required).map((member) => member.name);
    return (element) => {
      const out: Record<string, unknown> = {};
      let at = "";
      try {
        if (/\S/.test(element.text)) throw new Malformed("serialization", "expected elements, found text");
        for (const { name, attribute, read } of attributes) {
          at = name;
          const text = element.attributes.get(attribute);
          if (text !== undefined) out[name] = read(text);
        }
        for (const child of element.children) {
          at = child.name;
          const member = elements.get(child.name);
          if (member === undefined) throw new Malformed("unknown", "is not known");
          at = member.name;
          member.take(child, out);
        }
        for (const name of required) {
          at = name;
          // A document without it does not hold to the published schema, as S3 has it.
          if (!(name in out)) throw new Malformed("serialization", "the element is missing");
        }
      } catch (error) {
        throw under(error, at);
      }
      if (shape.union) checkUnion(out);
      return out;
    };
  }

  #elementMember(member: Member): ElementMember {
    const { name, shape } = member;
    if (shape.kind === "list" && isFlat(member)) {
      const read = this.reader(shape.item.shape);
      return {
        name,
        take: (element, out) => {
          const items = (out[name] ??= []) as unknown[];
          try {
            items.push(read(element));
          } catch (error) {
            throw under(error, `[${items.length}]`);
          }
        },
      };
    }
    if (shape.kind === "map" && isFlat(member)) {
      const readEntry = this.#entry(shape);
      return { name, take: (element, out) => readEntry(element, (out[name] ??= {})) };
    }
    const read = this.reader(shape);
    return {
      name,
      take: (element, out) => {
        if (name in out) throw new Malformed("serialization", "is given twice");
        out[name] = read(element);
      },
    };
  }

  #list(shape: List): XmlReader {
    const item = shape.item.own.xmlName ?? "member";
    const read = this.reader(shape.item.shape);
    return (element) =>
      element.children.map((child, i) => {
        try {
          if (child.name !== item) throw new Malformed("serialization", `expected <${item}>, found <${child.name}>`);
          return read(child);
        } catch (error) {
          throw under(error, `[${i}]`);
        }
      });
  }

  #map(shape: Dictionary): XmlReader {
    const readEntry = this.#entry(shape);
    return (element) => {
      const out = {};
      for (const child of element.children) {
        if (child.name !== "entry") throw new Malformed("serialization", `expected <entry>, found <${child.name}>`);
        readEntry(child, out);
      }
      return out;
    };
  }

  #entry(shape: Dictionary): (entry: XmlElement, out: object) => void {
    const keyName = shape.key.own.xmlName ?? "key";
    const valueName = shape.value.own.xmlName ?? "value";
    const read = this.reader(shape.value.shape);
    return (entry, out) => {
      const key = entry.children.find((child) => child.name === keyName);
      const value = entry.children.find((child) => child.name === valueName);
      if (key === undefined || value === undefined || entry.children.length !== 2) {
        throw new Malformed("serialization", `an entry must have <${keyName}> and <${valueName}>`);
      }
      try {
        setEntry(out, key.text, read(value));
      } catch (error) {
        throw under(error, key.text);
      }
    };
  }
}

interface ElementMember {
  readonly name: string;
  take(element: XmlElement, out: Record<string, unknown>): void;
}
