import {
  AwsError,
  awsServices,
  encodeError,
  type HttpAnswer,
  type HttpRequestHead,
  readClaim,
  route,
  service,
} from "@strongroom/wire";

/** What the services look like to whoever may know no more of them than the form of their errors. */
const faces = Object.values(awsServices).map((settings) => service(settings, {}, []));

const sealed = new AwsError({
  code: "ServiceUnavailable",
  message: "This environment is sealed: nothing in it can be read until its operator unseals it.",
  status: 503,
});

/** The answer to every request of a server that is sealed, in the form of the service that the request is for. */
export function sealedAnswer(head: HttpRequestHead, requestId: string): HttpAnswer {
  const claim = readClaim(head);
  const scope = "refused" in claim ? undefined : claim.scope.service;
  const asked = route(faces, head, scope).service;
  return encodeError(asked, sealed, requestId, head);
}
