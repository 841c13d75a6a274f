import { lineAndColumn } from "./json-document.ts";
import type { PolicyUse } from "./policy.ts";

/** What is wrong with a policy document, and where. */
export interface PolicyFault {
  readonly message: string;
  /** `Statement[0].Condition.StringEquals`; empty for the document itself. */
  readonly path: string;
  /** Counted from one. */
  readonly line: number;
  readonly column: number;
}

/** Collects faults while a document is read; reading goes on behind each. */
export class FaultList {
  readonly #text: string;
  readonly faults: PolicyFault[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  add(message: string, path: string, at: number): void {
    this.faults.push({ message, path, ...lineAndColumn(this.#text, at) });
  }
}

/** AWS's message with the place in the document behind it. */
export function faultText(fault: PolicyFault): string {
  const where = fault.path === "" ? "" : ` at ${fault.path}`;
  return `${fault.message} (line ${fault.line}, column ${fault.column}${where})`;
}

/** What the readers of one document share. */
export interface Reading {
  readonly use: PolicyUse;
  readonly variables: boolean;
  readonly faults: FaultList;
  readonly isDocumentFaulty: boolean;
  /** Condition keys and variables met so far: lower case, and as first written. */
  readonly contextKeys: Map<string, string>;
}
