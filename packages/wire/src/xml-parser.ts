import { Malformed } from "./malformed.ts";

/** An element; `attributes` by their names as written, `name` without its prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** All text directly inside, entities resolved. */
  text: string;
}

const DEPTH_MAX = 128;
/** Elements and attributes of one document; a list of 10,000 parts with all their checksums has fewer. */
const NODES_MAX = 100_000;
const NAME = /[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*/y;
const SPACE = /[ \t\r\n]*/y;

const broken = (problem: string): Malformed => new Malformed("serialization", problem);

/**
 * One XML document, strictly: no document type (so no entities of its own), no undefined entities,
 * every element closed by its name, nothing but white space and comments outside of the root.
 */
export function parseXml(source: string): XmlElement {
  return new Parser(source.startsWith("\ufeff") ? source.slice(1) : source).document();
}

class Parser {
  readonly #source: string;
  #at = 0;
  #nodes = 0;
  constructor(source: string) {
    this.#source = source;
  }

  document(): XmlElement {
    let root: XmlElement | undefined;
    const open: { element: XmlElement; written: string }[] = [];
    while (this.#at < this.#source.length) {
      const next = this.#source.indexOf("<", this.#at);
      const text = this.#source.slice(this.#at, next < 0 ? undefined : next);
      const inside = open.at(-1);
      if (inside !== undefined) inside.element.text += unescape(text);
      else if (!/^[ \t\r\n]*$/.test(text)) throw broken("there is text outside of the root element");
      if (next < 0) break;
      this.#at = next;
      if (this.#skipAside()) continue;
      if (this.#skip("<![CDATA[")) {
        const data = this.#upTo("]]>", "CDATA section");
        if (inside === undefined) throw broken("there is text outside of the root element");
        inside.element.text += data;
        continue;
      }
      if (this.#skip("</")) {
        const name = this.#upTo(">", "end tag").trimEnd();
        if (inside?.written !== name) throw broken(`</${name.slice(0, 64)}> closes nothing`);
        open.pop();
        continue;
      }
      if (inside === undefined && root !== undefined) throw broken("there is more than one root element");
      const started = this.#startTag();
      if (inside === undefined) root = started.element;
      else inside.element.children.push(started.element);
      if (!started.closed) {
        if (open.length >= DEPTH_MAX) throw broken("nested too deeply");
        open.push(started);
      }
    }
    const left = open.at(-1);
    if (left !== undefined) throw broken(`<${left.written.slice(0, 64)}> is not closed`);
    if (root === undefined) throw broken("there is no root element");
    return root;
  }

  /** Comments and processing instructions; a document type is refused. */
  #skipAside(): boolean {
    if (this.#skip("<!--")) {
      this.#upTo("-->", "comment");
      return true;
    }
    if (this.#skip("<?")) {
      this.#upTo("?>", "processing instruction");
      return true;
    }
    if (this.#source.startsWith("<!DOCTYPE", this.#at)) throw broken("a document type is not accepted");
    return false;
  }

  #startTag(): { element: XmlElement; written: string; closed: boolean } {
    this.#at += 1;
    const written = this.#match(NAME);
    if (written === "") throw broken("a tag has no name");
    this.#count();
    let attributes: Map<string, string> | undefined;
    const started = (closed: boolean) => ({
      element: { name: localName(written), attributes: attributes ?? noAttributes, children: [], text: "" },
      written,
      closed,
    });
    for (;;) {
      const space = this.#match(SPACE);
      if (this.#skip(">")) return started(false);
      if (this.#skip("/>")) return started(true);
      const name = space === "" ? "" : this.#match(NAME);
      if (name === "") throw broken(`<${written.slice(0, 64)}> is not well-formed`);
      this.#match(SPACE);
      if (!this.#skip("=")) throw broken(`the attribute ${name.slice(0, 64)} has no value`);
      this.#match(SPACE);
      const quote = this.#source[this.#at];
      if (quote !== '"' && quote !== "'") throw broken(`the attribute ${name.slice(0, 64)} is not quoted`);
      this.#at += 1;
      const value = this.#upTo(quote, "attribute");
      if (value.includes("<")) throw broken(`the attribute ${name.slice(0, 64)} holds a <`);
      this.#count();
      attributes ??= new Map();
      if (attributes.has(name)) throw broken(`the attribute ${name.slice(0, 64)} is given twice`);
      attributes.set(name, unescape(value));
    }
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > NODES_MAX) throw broken(`there are more than ${NODES_MAX} elements and attributes`);
  }

  #skip(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #upTo(end: string, what: string): string {
    const at = this.#source.indexOf(end, this.#at);
    if (at < 0) throw broken(`a ${what} has no end`);
    const text = this.#source.slice(this.#at, at);
    this.#at = at + end.length;
    return text;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

const noAttributes: ReadonlyMap<string, string> = new Map();

const localName = (written: string): string => written.slice(written.indexOf(":") + 1);

const named = [
  ["lt;", 0x3c],
  ["gt;", 0x3e],
  ["amp;", 0x26],
  ["quot;", 0x22],
  ["apos;", 0x27],
] as const;
const ampersand = 0x26;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const semicolon = 0x3b;

/** Code unit by code unit into one place: a text may be a million references, each of which would be a string. */
function unescape(text: string): string {
  if (!/[&\r]/.test(text)) return text;
  const units = new Uint16Array(text.length);
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    let unit = text.charCodeAt(at);
    if (unit === ampersand) {
      unit = referenced(text, at + 1);
      at = text.indexOf(";", at);
      if (unit > 0xffff) {
        units[size] = 0xd800 + ((unit - 0x10000) >> 10);
        size += 1;
        unit = 0xdc00 + ((unit - 0x10000) & 0x3ff);
      }
    } else if (unit === carriageReturn) {
      // A line end is one line feed, however it was written (XML 1.0, 2.11).
      if (text.charCodeAt(at + 1) === lineFeed) continue;
      unit = lineFeed;
    }
    units[size] = unit;
    size += 1;
  }
  return Buffer.from(units.buffer, 0, size * 2).toString("utf16le");
}

/** The character that a reference stands for, which goes on behind its `&`. */
function referenced(text: string, at: number): number {
  for (const [name, code] of named) if (text.startsWith(name, at)) return code;
  const code = text[at] === "#" ? numbered(text, at + 1) : undefined;
  if (code === undefined || code < 1 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw broken(`&${/^[^;&]{0,12};?/.exec(text.slice(at, at + 13))?.[0] ?? ""} is not defined`);
  }
  return code;
}

/** With the `x` of hexadecimal ones. */
const digitsMax = 11;

/** `x41;` or `65;` */
function numbered(text: string, from: number): number | undefined {
  const isHex = text.startsWith("x", from);
  const start = isHex ? from + 1 : from;
  const base = isHex ? 16 : 10;
  let code = 0;
  for (let at = start; at <= from + digitsMax; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === semicolon) return at === start ? undefined : code;
    const value = digitOf(unit);
    if (value >= base) return undefined;
    code = code * base + value;
  }
  return undefined;
}

/** Infinity where a code unit is no digit. */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Infinity;
}
