/** A request before its body: the raw target, and the headers in wire order with lower-case names, repeats kept. */
export interface HttpRequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: [string, string][];
  /** undefined: no body at all (HEAD, 204). */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}
