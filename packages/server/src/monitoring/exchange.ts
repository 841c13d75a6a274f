import type { Authority } from "../access/index.ts";

/** A request to an endpoint and its answer. */
export interface Exchange {
  readonly input: Uint8Array;
  readonly inputContentType: string | undefined;
  readonly output: Uint8Array;
  readonly outputContentType: string | undefined;
  /** The caller's own. */
  readonly inferenceId: string | undefined;
  readonly customAttributes: string | undefined;
}

/** What is captured, in the spelling of an endpoint's configuration. */
export interface CaptureSettings {
  /** Percent. */
  readonly InitialSamplingPercentage: number;
  readonly KmsKeyId?: string;
  readonly CaptureOptions: readonly { readonly CaptureMode: "Input" | "Output" | "InputAndOutput" }[];
  readonly CaptureContentTypeHeader?: {
    readonly CsvContentTypes?: readonly string[];
    readonly JsonContentTypes?: readonly string[];
  };
}

/** An endpoint whose traffic is captured, and where to. */
export interface CapturedEndpoint {
  readonly name: string;
  readonly variantName: string;
  readonly capture: CaptureSettings;
  /** Bucket and prefix. */
  readonly destination: { readonly bucket: string; readonly key: string };
}

/** The capture of one endpoint; disposing stores what waits. */
export interface CaptureStream extends AsyncDisposable {
  /** Never waits and never throws: an answer is not held up by its capture. */
  take(exchange: Exchange): void;
}

/** `authority`: the model's role, in whose name the files are written. */
export type OpenCapture = (endpoint: CapturedEndpoint, authority: () => Authority) => CaptureStream;
