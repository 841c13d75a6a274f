import type { HttpAnswer, HttpRequestHead } from "./http.ts";
import type { RoutedOperation } from "./route.ts";
import type { Service } from "./service.ts";
import { AwsError } from "./error.ts";

/**
 * The operation's input out of a request, checked: types, required members, limits, and nothing
 * that is not supported. Throws AwsError with the service's own code. A streaming operation takes
 * the unread body; every other takes bytes.
 */
export function decode(
  routed: RoutedOperation,
  head: HttpRequestHead,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): object {
  throw new Error(`being built: ${routed.operation.name} ${head.method} ${String(body)}`);
}

/** A handler's output as the answer of its protocol. */
export function encode(routed: RoutedOperation, output: object, requestId: string): HttpAnswer {
  throw new Error(`being built: ${routed.operation.name} ${String(output)} ${requestId}`);
}

/**
 * What was thrown, as the service's error document: modelled exceptions of the official client and
 * AwsError by their code, whatever else as an internal failure without a word of its text.
 */
export function encodeError(
  service: Service | undefined,
  error: unknown,
  requestId: string,
  head: HttpRequestHead,
): HttpAnswer {
  throw new Error(`being built: ${String(service)} ${String(error)} ${requestId} ${head.method}`);
}

/** ② A refusal in the service's own words, for encodeError. */
export function accessDenied(service: Service, message: string): AwsError {
  return new AwsError({ ...service.errors.accessDenied, message });
}
