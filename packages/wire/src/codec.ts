import { AwsError } from "./error.ts";
import { errorAnswer, hostId } from "./error-answer.ts";
import { unsendableHeader } from "./header-text.ts";
import type { HttpAnswer, HttpRequestHead } from "./http.ts";
import { Malformed } from "./malformed.ts";
import type { OperationCodec } from "./operation-codec.ts";
import { refusalOf } from "./refusal.ts";
import type { RoutedOperation } from "./route.ts";
import type { Service } from "./service.ts";
import { headerMap } from "./uri-template.ts";

function codecOf({ service, operation }: RoutedOperation): OperationCodec {
  const codec = service.codecs.get(operation.name);
  if (codec === undefined) throw new TypeError(`${service.name} does not serve ${operation.name}`);
  return codec;
}

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
  const { service, operation, labels, form, bodyBytesMax } = routed;
  try {
    if (body instanceof Uint8Array && body.byteLength > bodyBytesMax) {
      throw new Malformed("too-large", `at most ${bodyBytesMax} bytes`);
    }
    const input = codecOf(routed).read({ labels, form, headers: headerMap(head.headers), body });
    operation.check(input);
    return input;
  } catch (error) {
    throw error instanceof Malformed ? refusalOf(service, error, operation.name) : error;
  }
}

/**
 * A handler's output as the answer of its protocol. Throws TypeError where a header of it cannot be sent, so that
 * this is found while another answer can still be given; the output's body is let go then.
 */
export function encode(routed: RoutedOperation, output: object, requestId: string): HttpAnswer {
  const answer = identified(routed.service, codecOf(routed).write(output, requestId), requestId);
  const unsendable = unsendableHeader(answer.headers);
  if (unsendable === undefined) return answer;
  letGo(answer.body);
  throw new TypeError(`the header ${unsendable} of an answer cannot be sent`);
}

/** A stream that nobody reads must not keep open what it reads from. */
function letGo(body: HttpAnswer["body"]): void {
  if (body === undefined || body instanceof Uint8Array) return;
  body[Symbol.asyncIterator]()
    .return?.()
    .catch(() => undefined);
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
  const answer = errorAnswer(service, error, requestId, head);
  const isSendable = unsendableHeader(answer.headers) === undefined;
  return identified(service, isSendable ? answer : errorAnswer(service, undefined, requestId, head), requestId);
}

/** Clients read the request's id from these headers, some from the one, some from the other. */
function identified(service: Service | undefined, answer: HttpAnswer, requestId: string): HttpAnswer {
  answer.headers.push(["x-amzn-requestid", requestId], ["x-amz-request-id", requestId]);
  if (service?.buckets === true) answer.headers.push(["x-amz-id-2", hostId(requestId)]);
  return answer;
}

/** ② A refusal in the service's own words, for encodeError. */
export function accessDenied(service: Service, message: string): AwsError {
  return new AwsError({ ...service.errors.accessDenied, message });
}
