import type { HttpRequestHead } from "../http.ts";

/** Why a request is not believed. The code is the one that the asked service would give. */
export interface Refusal {
  readonly refused: true;
  readonly reason: RefusalReason;
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export type RefusalReason = "unsigned" | "malformed" | "unsupported" | "skewed" | "expired" | "token" | "signature";

type Dialect = "s3" | "ec2" | "query" | "json";

// From each service's "Common errors" page. The code of a wrong signature is also that of an unknown
// key: the two must not be told apart.
const codes: Readonly<Record<Dialect, Readonly<Record<RefusalReason, readonly [string, number]>>>> = {
  s3: {
    unsigned: ["AccessDenied", 403],
    malformed: ["AuthorizationHeaderMalformed", 400],
    unsupported: ["InvalidRequest", 400],
    skewed: ["RequestTimeTooSkewed", 403],
    expired: ["AccessDenied", 403],
    token: ["InvalidToken", 400],
    signature: ["SignatureDoesNotMatch", 403],
  },
  ec2: {
    unsigned: ["AuthFailure", 401],
    malformed: ["AuthFailure", 401],
    unsupported: ["AuthFailure", 401],
    skewed: ["RequestExpired", 400],
    expired: ["RequestExpired", 400],
    token: ["AuthFailure", 401],
    signature: ["AuthFailure", 401],
  },
  query: {
    unsigned: ["MissingAuthenticationToken", 403],
    malformed: ["IncompleteSignature", 400],
    unsupported: ["IncompleteSignature", 400],
    skewed: ["SignatureDoesNotMatch", 403],
    expired: ["SignatureDoesNotMatch", 403],
    token: ["InvalidClientTokenId", 403],
    signature: ["SignatureDoesNotMatch", 403],
  },
  json: {
    unsigned: ["MissingAuthenticationTokenException", 403],
    malformed: ["IncompleteSignatureException", 400],
    unsupported: ["IncompleteSignatureException", 400],
    skewed: ["InvalidSignatureException", 403],
    expired: ["InvalidSignatureException", 403],
    token: ["UnrecognizedClientException", 403],
    signature: ["InvalidSignatureException", 403],
  },
};

/** A refusal in the words of `service`, or, where no scope could be read, of what the head looks like. */
export function refusal(
  head: HttpRequestHead,
  service: string | undefined,
  reason: RefusalReason,
  message: string,
): Refusal {
  const [code, status] = codes[dialectOf(head, service)][reason];
  return { refused: true, reason, code, message, status };
}

function dialectOf(head: HttpRequestHead, service: string | undefined): Dialect {
  switch (service) {
    case "s3":
      return "s3";
    case "ec2":
      return "ec2";
    case "iam":
    case "sts":
      return "query";
    case undefined:
      break;
    default:
      return "json";
  }
  for (const [name, value] of head.headers) {
    if (name === "x-amz-target") return "json";
    if (name === "content-type" && value.startsWith("application/x-www-form-urlencoded")) return "query";
  }
  return "s3";
}
