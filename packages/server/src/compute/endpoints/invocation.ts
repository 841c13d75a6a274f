/** One request to an endpoint, as it came. */
export interface Invocation {
  readonly endpointName: string;
  readonly body: Uint8Array;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly customAttributes?: string | undefined;
  readonly inferenceId?: string | undefined;
  readonly targetVariant?: string | undefined;
}

export type InvocationOutcome =
  | {
      readonly kind: "answered";
      readonly body: Uint8Array;
      readonly contentType: string | undefined;
      readonly customAttributes: string | undefined;
      readonly variantName: string;
    }
  /** The container answered with an error of its own. */
  | {
      readonly kind: "model-error";
      readonly message: string;
      readonly originalStatus: number;
      readonly originalMessage: string;
      readonly logStreamArn: string;
    }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** An invocation and its answer, for data capture. */
export interface Exchange {
  readonly input: Uint8Array;
  readonly inputContentType: string | undefined;
  readonly output: Uint8Array;
  readonly outputContentType: string | undefined;
  readonly inferenceId: string | undefined;
  readonly customAttributes: string | undefined;
}

/** ⑦ Where the exchanges of one endpoint go. */
export interface CaptureStream extends AsyncDisposable {
  /** Never waits and never throws: an answer is not held up by its capture. */
  take(exchange: Exchange): void;
}
