import { readPayloadClaim, type PayloadClaim, type PayloadMode } from "./payload-claim.ts";
import { refusal, type Refusal, type RefusalReason } from "./refusal.ts";
import type { HttpRequestHead } from "../http.ts";
import { headerOnce, headerValues, splitTarget, type Target } from "./request-head.ts";
import { algorithm, readCredential, type Scope } from "./signing-key.ts";
import { readTimestamp, timestampOfHttpDate } from "./timestamp.ts";

/** What a request says about who signed it. Nothing of it is believed before `verifyClaim`. */
export interface Claim {
  readonly form: "header" | "presigned";
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly scope: Scope;
  /** YYYYMMDDTHHMMSSZ, as signed. */
  readonly timestamp: string;
  readonly signedAt: Date;
  /** Presigned requests only: how long the signature holds. */
  readonly expiresSeconds: number | undefined;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payload: PayloadClaim;
}

const authorizationForm = /^AWS4-HMAC-SHA256 +([^ ,]+), *([^ ,]+), *([^ ,]+)$/;
const signatureForm = /^[0-9a-f]{64}$/;
const signedHeaderForm = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** The longest life of a presigned request: seven days. */
const expiresSecondsMax = 604_800;

const authorityParameters = ["x-amz-algorithm", "x-amz-credential", "x-amz-signature", "signature", "awsaccesskeyid"];

/** Reads the claim out of a head in either form. A head that carries both, or neither, is refused. */
export function readClaim(head: HttpRequestHead): Claim | Refusal {
  const target = readTarget(head);
  if (target === undefined) return refusal(head, undefined, "malformed", "The request target is malformed.");
  const hosts = headerValues(head, "host");
  if (hosts.length !== 1 || hosts[0] === "")
    return refusal(head, undefined, "malformed", "The request must have one Host header.");
  const authorizations = headerValues(head, "authorization");
  const inQuery = target.query.some(([name]) => authorityParameters.includes(name.toLowerCase()));
  // ② two claims in one request: which of them a later step would read is nobody's to guess.
  if (authorizations.length > 1 || (authorizations.length === 1 && inQuery)) {
    return refusal(head, undefined, "malformed", "Only one authentication mechanism is allowed.");
  }
  if (inQuery) return readPresigned(head, target);
  const [authorization] = authorizations;
  if (authorization === undefined) return refusal(head, undefined, "unsigned", "The request is not signed.");
  return readAuthorization(head, target, authorization);
}

function readTarget(head: HttpRequestHead): Target | undefined {
  // A character above one byte cannot have come off the wire.
  return /^[\u0000-\u00ff]*$/.test(head.target) ? splitTarget(head.target) : undefined; // eslint-disable-line no-control-regex
}

function readAuthorization(head: HttpRequestHead, target: Target, authorization: string): Claim | Refusal {
  if (!authorization.startsWith(`${algorithm} `)) return unsupported(head);
  const members = new Map<string, string>();
  for (const part of authorizationForm.exec(authorization.trim())?.slice(1) ?? []) {
    const equals = part.indexOf("=");
    members.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return assemble(head, target, {
    form: "header",
    credential: members.get("Credential"),
    signedHeaders: members.get("SignedHeaders"),
    signature: members.get("Signature"),
    timestamp: timestampIn(head),
    sessionToken: headerValues(head, "x-amz-security-token"),
    expires: undefined,
    contentSha256: headerValues(head, "x-amz-content-sha256"),
  });
}

/** The time that was signed: x-amz-date or, where that is not sent at all, the header Date, which any HTTP client sets. */
function timestampIn(head: HttpRequestHead): string | undefined {
  if (headerValues(head, "x-amz-date").length > 0) return headerOnce(head, "x-amz-date");
  const date = headerOnce(head, "date");
  return date === undefined ? undefined : (timestampOfHttpDate(date) ?? date);
}

function readPresigned(head: HttpRequestHead, target: Target): Claim | Refusal {
  const parameters = new Map<string, string>();
  for (const [name, raw] of target.query) {
    if (!name.startsWith("X-Amz-")) continue;
    const value = decodeParameter(raw);
    if (value === undefined || parameters.has(name)) {
      return refusal(head, undefined, "malformed", `${name} must stand once in the query, correctly encoded.`);
    }
    parameters.set(name, value);
  }
  if (parameters.get("X-Amz-Algorithm") !== algorithm) return unsupported(head);
  const values = (name: string, header: string) => {
    const value = parameters.get(name);
    return [...(value === undefined ? [] : [value]), ...headerValues(head, header)];
  };
  return assemble(head, target, {
    form: "presigned",
    credential: parameters.get("X-Amz-Credential"),
    signedHeaders: parameters.get("X-Amz-SignedHeaders"),
    signature: parameters.get("X-Amz-Signature"),
    timestamp: parameters.get("X-Amz-Date"),
    sessionToken: values("X-Amz-Security-Token", "x-amz-security-token"),
    expires: parameters.get("X-Amz-Expires") ?? "",
    contentSha256: values("X-Amz-Content-Sha256", "x-amz-content-sha256"),
  });
}

function decodeParameter(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

function unsupported(head: HttpRequestHead): Refusal {
  return refusal(
    head,
    undefined,
    "unsupported",
    `The authorization mechanism is not supported. Please use ${algorithm}.`,
  );
}

interface Parts {
  readonly form: Claim["form"];
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly sessionToken: readonly string[];
  readonly expires: string | undefined;
  readonly contentSha256: readonly string[];
}

function assemble(head: HttpRequestHead, target: Target, parts: Parts): Claim | Refusal {
  const credential = readCredential(parts.credential);
  const service = credential?.scope.service;
  const no = (reason: RefusalReason, message: string) => refusal(head, service, reason, message);
  if (credential === undefined) return no("malformed", "The credential is missing or malformed.");
  const { signature, timestamp = "" } = parts;
  if (signature === undefined || !signatureForm.test(signature))
    return no("malformed", "The signature is missing or malformed.");
  const signedHeaders = readSignedHeaders(parts.signedHeaders);
  if (signedHeaders === undefined)
    return no("malformed", "The list of signed headers is missing, malformed or unsorted.");
  const signedAt = readTimestamp(timestamp);
  if (signedAt === undefined)
    return no(
      "malformed",
      "X-Amz-Date, or else Date, is missing, repeated or not a date of the form YYYYMMDDTHHMMSSZ.",
    );
  if (timestamp.slice(0, 8) !== credential.scope.date)
    return no("malformed", "The date of the credential scope is not the day of X-Amz-Date.");
  const expiresSeconds = parts.expires === undefined ? undefined : readExpires(parts.expires);
  if (parts.expires !== undefined && expiresSeconds === undefined) {
    return no("malformed", `X-Amz-Expires must be a number of seconds between 1 and ${expiresSecondsMax}.`);
  }
  const [sessionToken, ...moreTokens] = parts.sessionToken;
  if (moreTokens.length > 0 || sessionToken === "") return no("token", "The security token must stand once.");
  if (credential.accessKeyId.startsWith("ASIA") && sessionToken === undefined)
    return no("token", "The security token included in the request is invalid.");
  const payload = readPayload(head, target, parts, credential.scope.service);
  if ("refused" in payload) return payload;
  return {
    form: parts.form,
    ...credential,
    sessionToken,
    timestamp,
    signedAt,
    expiresSeconds,
    signedHeaders,
    signature,
    payload,
  };
}

function readPayload(head: HttpRequestHead, target: Target, parts: Parts, service: string): PayloadClaim | Refusal {
  const [declared, ...more] = parts.contentSha256;
  if (more.length > 0) return refusal(head, service, "malformed", "x-amz-content-sha256 must stand once.");
  const isS3 = service === "s3";
  if (isS3 && parts.form === "header" && declared === undefined) {
    return refusal(head, service, "unsupported", "Missing required header for this request: x-amz-content-sha256");
  }
  const otherwise: PayloadMode = isS3 ? { kind: "unsigned" } : { kind: "hash-of-body" };
  const claim = readPayloadClaim(head, target, declared, otherwise);
  if ("fault" in claim) return refusal(head, service, claim.malformed ? "malformed" : "unsupported", claim.fault);
  // A body that nothing covers, or that comes in chunks, is S3's alone.
  if (!isS3 && claim.mode.kind !== "hash" && claim.mode.kind !== "hash-of-body") {
    return refusal(head, service, "unsupported", "This payload mode is not supported by this service.");
  }
  return claim;
}

/** The names in the order that they are signed in; undefined unless sorted, lower-case and single. */
function readSignedHeaders(text: string | undefined): string[] | undefined {
  if (text === undefined || text === "") return undefined;
  const names = text.split(";");
  for (const [index, name] of names.entries()) {
    const previous = names[index - 1];
    if (!signedHeaderForm.test(name) || (previous !== undefined && previous >= name)) return undefined;
  }
  return names;
}

function readExpires(text: string): number | undefined {
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= expiresSecondsMax ? seconds : undefined;
}
