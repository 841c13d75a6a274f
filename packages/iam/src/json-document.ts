/**
 * JSON with positions. `JSON.parse` forgets where things stood and lets a repeated member win over
 * the first one; a policy's author wants the position, and two readers of one policy must agree.
 */
export type JsonNode =
  | { readonly kind: "object"; readonly at: number; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly at: number; readonly items: readonly JsonNode[] }
  | { readonly kind: "string" | "number" | "boolean" | "null"; readonly at: number; readonly text: string };

export interface JsonMember {
  readonly name: string;
  readonly at: number;
  readonly value: JsonNode;
}

interface JsonFault {
  readonly kind: "fault";
  readonly at: number;
  readonly message: string;
}

const depthMax = 32;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads one JSON value that fills `text`; `at` counts UTF-16 units from the start. */
export function readJson(text: string): JsonNode | JsonFault {
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "fault", at: error.at, message: error.message };
    throw error;
  }
}

/** Line and column of an offset, both counted from one. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: at - lineStart + 1 };
}

class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new Unreadable("unexpected text after the document", this.#at);
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > depthMax) throw new Unreadable(`nested deeper than ${depthMax} levels`, this.#at);
    this.#space();
    const at = this.#at;
    switch (this.#text[at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return { kind: "string", at, text: this.#string() };
      case undefined:
        throw new Unreadable("the document ends too early", at);
      default:
        return this.#word();
    }
  }

  #object(depth: number): JsonNode {
    const at = this.#at;
    const members: JsonMember[] = [];
    const names = new Set<string>();
    this.#at += 1;
    if (this.#takes("}")) return { kind: "object", at, members };
    do {
      this.#space();
      const memberAt = this.#at;
      if (this.#text[memberAt] !== '"') throw new Unreadable("a member name in double quotes is expected", memberAt);
      const name = this.#string();
      if (names.has(name)) throw new Unreadable(`the member "${name}" stands twice`, memberAt);
      names.add(name);
      if (!this.#takes(":")) throw new Unreadable('":" is expected', this.#at);
      members.push({ name, at: memberAt, value: this.#value(depth + 1) });
    } while (this.#takes(","));
    if (!this.#takes("}")) throw new Unreadable('"," or "}" is expected', this.#at);
    return { kind: "object", at, members };
  }

  #array(depth: number): JsonNode {
    const at = this.#at;
    const items: JsonNode[] = [];
    this.#at += 1;
    if (this.#takes("]")) return { kind: "array", at, items };
    do items.push(this.#value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) throw new Unreadable('"," or "]" is expected', this.#at);
    return { kind: "array", at, items };
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw new Unreadable("a string is not closed", start);
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end + 1));
      this.#at = end + 1;
      return String(value);
    } catch {
      throw new Unreadable("a string holds a control character or a wrong escape", start);
    }
  }

  #word(): JsonNode {
    const at = this.#at;
    for (const [word, kind] of [
      ["true", "boolean"],
      ["false", "boolean"],
      ["null", "null"],
    ] as const) {
      if (!this.#text.startsWith(word, at)) continue;
      this.#at += word.length;
      return { kind, at, text: word };
    }
    numberPattern.lastIndex = at;
    const number = numberPattern.exec(this.#text)?.[0];
    if (number === undefined) throw new Unreadable("a JSON value is expected", at);
    this.#at += number.length;
    return { kind: "number", at, text: number };
  }

  #takes(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at += 1;
  }
}
