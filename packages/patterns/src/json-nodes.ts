import type { Scalar } from "./event-pattern.ts";
import { NotAPattern } from "./pattern-fault.ts";

/** JSON with positions: `JSON.parse` forgets where things stood, and lets a repeated name win silently. */
export type JsonNode =
  | { readonly kind: "object"; readonly at: number; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly at: number; readonly items: readonly JsonNode[] }
  | { readonly kind: "scalar"; readonly at: number; readonly value: Scalar; readonly source: string };

export interface JsonMember {
  readonly name: string;
  readonly at: number;
  readonly value: JsonNode;
}

/** Reads `text`, which has to be JSON; throws NotAPattern where it is not. */
export function readNodes(text: string): JsonNode {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new NotAPattern("the text is not valid JSON", "", positionOf(error, text));
  }
  // The text is JSON for certain: what follows only finds out where everything stands.
  return new Nodes(text).next();
}

function positionOf(error: unknown, text: string): number {
  const found = /at position (\d+)/.exec(error instanceof Error ? error.message : "");
  return found === null ? text.length : Number(found[1]);
}

const token = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/gs;

class Nodes {
  readonly #tokens: RegExpExecArray[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(token)];
  }

  next(): JsonNode {
    const [source, at] = this.#take();
    if (source === "{") return { kind: "object", at, members: this.#until("}", () => this.#member()) };
    if (source === "[") return { kind: "array", at, items: this.#until("]", () => this.next()) };
    return { kind: "scalar", at, value: JSON.parse(source) as Scalar, source };
  }

  #member(): JsonMember {
    const [source, at] = this.#take();
    this.#take();
    return { name: JSON.parse(source) as string, at, value: this.next() };
  }

  #until<T>(end: string, read: () => T): T[] {
    const found: T[] = [];
    while (this.#tokens[this.#at]?.[0] !== end) {
      found.push(read());
      if (this.#tokens[this.#at]?.[0] === ",") this.#at += 1;
    }
    this.#at += 1;
    return found;
  }

  #take(): [source: string, at: number] {
    const found = this.#tokens[this.#at];
    if (found === undefined) throw new TypeError("the text ended although it is JSON");
    this.#at += 1;
    return [found[0], found.index];
  }
}
