import { inPlace } from "./mixed-lists.ts";
import { textWriter } from "./scalar-text.ts";
import { type Dictionary, isScalar, type Member, scalarOf, type Shape, type Structure, type Traits } from "./shape.ts";
import { elementName } from "./xml-reader.ts";

/** Writes a value as one element, or as several where the member is flattened. */
type XmlWriter = (value: unknown) => string;

/** The members of a structure by their names. */
type Answered = Readonly<Record<string, unknown>>;

/** Writers compiled once per shape and element name. What does not fit the model is a bug and throws. */
export class XmlWriters {
  readonly #made = new Map<Structure, Map<string, XmlWriter>>();

  /** `own`: the traits of the member that the value belongs to. */
  writer(shape: Shape, name: string, own: Traits = {}): XmlWriter {
    if (isScalar(shape)) {
      const write = textWriter(shape, "date-time");
      return wrapped(name, own, shape.traits, (value) => escapeXml(write(value)));
    }
    switch (shape.kind) {
      case "structure":
        return this.structure(shape, name, own);
      case "list": {
        const item = this.writer(shape.item.shape, shape.item.own.xmlName ?? "member", shape.item.own);
        return wrapped(name, own, shape.traits, (value) => asList(value).map(item).join(""));
      }
      case "map": {
        const entry = this.#entry(shape, "entry", {});
        return wrapped(name, own, shape.traits, (value) => asEntries(value).map(entry).join(""));
      }
    }
  }

  structure(shape: Structure, name: string, own: Traits = {}): XmlWriter {
    const key = `${name} ${JSON.stringify(own.xmlNamespace ?? "")}`;
    const names = this.#made.get(shape) ?? new Map<string, XmlWriter>();
    this.#made.set(shape, names);
    const known = names.get(key);
    if (known !== undefined) return known;
    let compiled: XmlWriter | undefined;
    const writer: XmlWriter = (value) => {
      compiled ??= this.#compile(shape, name, own);
      return compiled(value);
    };
    names.set(key, writer);
    return writer;
  }

  #compile(shape: Structure, name: string, own: Traits): XmlWriter {
    const attributes = shape.members
      .filter((member) => member.traits.xmlAttribute === 1)
      .map((member) => ({
        from: member.name,
        to: elementName(member),
        write: textWriter(scalarOf(member), "date-time"),
      }));
    const content = this.content(shape.members, shape.mixedLists);
    const xmlns = namespaceAttribute(own, shape.traits);
    return (value) => {
      let start = `<${name}${xmlns}`;
      for (const { from, to, write } of attributes) {
        const inner = (value as Readonly<Record<string, unknown>>)[from];
        if (inner !== undefined && inner !== null) start += ` ${to}="${escapeXml(write(inner))}"`;
      }
      const inside = content(value);
      return inside === "" ? `${start}/>` : `${start}>${inside}</${name}>`;
    };
  }

  /** The elements of some members of a structure, without the structure's own; mixed lists stand where the first does. */
  content(members: readonly Member[], mixedLists: readonly string[] = []): XmlWriter {
    const mixed = members.filter(({ name }) => mixedLists.includes(name));
    const steps = members
      .filter((member) => member.traits.xmlAttribute !== 1 && !mixed.slice(1).includes(member))
      .map((member) => (member === mixed[0] ? this.#mixed(mixed) : this.#present(member)));
    return (value) => {
      let out = "";
      for (const step of steps) out += step(value as Answered);
      return out;
    };
  }

  #present(member: Member): (from: Answered) => string {
    const write = this.member(member);
    return (from) => {
      const inner = from[member.name];
      return inner === undefined || inner === null ? "" : write(inner);
    };
  }

  #mixed(lists: readonly Member[]): (from: Answered) => string {
    const plan = lists.map((member) => ({ from: member.name, write: this.#item(member) }));
    return (from) => {
      const items = plan.flatMap((list) => asList(from[list.from] ?? []).map((item) => ({ item, write: list.write })));
      return inPlace(items)
        .map(({ item, write }) => write(item))
        .join("");
    };
  }

  member(member: Member): XmlWriter {
    const { shape } = member;
    const name = elementName(member);
    if (member.traits.xmlFlattened === 1 && shape.kind === "list") {
      const item = this.#item(member);
      return (value) => asList(value).map(item).join("");
    }
    if (member.traits.xmlFlattened === 1 && shape.kind === "map") {
      const entry = this.#entry(shape, name, member.own);
      return (value) => asEntries(value).map(entry).join("");
    }
    return this.writer(shape, name, member.own);
  }

  /** One item of a flattened list. */
  #item(member: Member): XmlWriter {
    const { shape, traits, own } = member;
    if (traits.xmlFlattened !== 1 || shape.kind !== "list") throw new TypeError(`${member.name} is no flattened list`);
    return this.writer(shape.item.shape, elementName(member), { ...shape.item.own, ...own });
  }

  #entry(shape: Dictionary, name: string, own: Traits): (entry: [string, unknown]) => string {
    const key = this.writer(shape.key.shape, shape.key.own.xmlName ?? "key", shape.key.own);
    const value = this.writer(shape.value.shape, shape.value.own.xmlName ?? "value", shape.value.own);
    const xmlns = namespaceAttribute(own, {});
    return ([k, v]) => `<${name}${xmlns}>${key(k)}${value(v)}</${name}>`;
  }
}

function wrapped(name: string, own: Traits, shape: Traits, content: (value: unknown) => string): XmlWriter {
  const start = `<${name}${namespaceAttribute(own, shape)}`;
  const end = `</${name}>`;
  return (value) => {
    const inside = content(value);
    return inside === "" ? `${start}/>` : `${start}>${inside}${end}`;
  };
}

export function namespaceAttribute(own: Traits, shape: Traits): string {
  const namespace = own.xmlNamespace ?? shape.xmlNamespace;
  if (namespace === undefined) return "";
  if (typeof namespace === "string") return ` xmlns="${escapeXml(namespace)}"`;
  const [prefix, uri] = namespace;
  return ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeXml(uri)}"`;
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError("an answer has no list where the model has one");
  return value.filter((item) => item !== undefined && item !== null);
}

const asEntries = (value: unknown): [string, unknown][] =>
  Object.entries(value as object).filter(([, inner]) => inner !== undefined && inner !== null);

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// eslint-disable-next-line no-control-regex -- control characters are what must not stand there as they are
const special = /[&<>"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;

/** Text as XML: control characters as references, as S3 writes them; half characters replaced. */
export function escapeXml(text: string): string {
  return text.toWellFormed().replace(special, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return named[character] ?? `&#x${code.toString(16).toUpperCase()};`;
  });
}
