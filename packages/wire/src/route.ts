import type { AwsError } from "./error.ts";
import type { HttpRequestHead } from "./http.ts";
import type { Operation } from "./operation.ts";
import type { Service } from "./service.ts";

/** A request that is known to be for one served operation. */
export interface RoutedOperation<A = unknown> {
  readonly kind: "operation";
  readonly service: Service<A>;
  readonly operation: Operation<A>;
  /** true: the body goes to the handler unread, so authorisation comes before it. */
  readonly streamsInput: boolean;
  /** The longest body that decode() takes when the operation does not stream its input. */
  readonly bodyBytesMax: number;
  /** S3: the bucket of the path or the host, and the key, both percent-decoded. */
  readonly bucket?: string;
  readonly key?: string;
  /** awsQuery and ec2Query: the decoded form, in order. */
  readonly form?: readonly (readonly [string, string])[];
}

/** awsQuery and ec2Query name their operation in the body: read it (bounded), then finish. */
export interface RoutedByBody<A = unknown> {
  readonly kind: "named-in-body";
  readonly service: Service<A>;
  readonly bodyBytesMax: number;
  finish(body: Uint8Array): RoutedOperation<A> | RouteRefusal<A>;
}

export interface RouteRefusal<A = unknown> {
  readonly kind: "refused";
  /** undefined: not even the service is known. */
  readonly service: Service<A> | undefined;
  /** The operation's name, where it is known but not served. */
  readonly operationName: string | undefined;
  readonly error: AwsError;
}

export type Routed<A = unknown> = RoutedOperation<A> | RoutedByBody<A> | RouteRefusal<A>;

/**
 * Finds the operation of a request. `scopeService` is the service in the signature's credential
 * scope; it decides between services, the rest of the request only within one.
 */
export function route<A>(
  services: readonly Service<A>[],
  head: HttpRequestHead,
  scopeService: string | undefined,
): Routed<A> {
  throw new Error(`being built: ${services.length} ${head.method} ${String(scopeService)}`);
}
