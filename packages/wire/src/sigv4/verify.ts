import type { Claim } from "./claim.ts";
import { canonicalRequest, type PathStyle } from "./canonical.ts";
import type { PayloadMode } from "./payload-claim.ts";
import { refusal, type Refusal, type RefusalReason } from "./refusal.ts";
import type { HttpRequestHead } from "../http.ts";
import { headerValues, splitTarget } from "./request-head.ts";
import {
  algorithm,
  equalInConstantTime,
  scopeText,
  sha256Hex,
  signatureOf,
  rememberedSigningKey,
} from "./signing-key.ts";

export interface VerifyOptions {
  readonly now: Date;
  /** The region that this server stands in; the scope must name it. */
  readonly region: string;
  /** The signing name of the service that the request goes to; the scope must name it. */
  readonly service: string;
  readonly pathStyle: PathStyle;
  /** Hexadecimal SHA-256 of the whole body; needed where the claim's payload mode is `hash-of-body`. */
  readonly bodySha256?: string;
  /**
   * Accepts a session token that was added after signing, as AWS's token vending for devices does.
   * Off unless said: a temporary key's token must be signed.
   */
  readonly unsignedSessionToken?: boolean;
}

interface Held {
  readonly held: true;
  /** For the chunk signatures of the body; see `payloadOf`. */
  readonly signingKey: Uint8Array;
}

const skewMs = 15 * 60 * 1000;
const mismatch =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your access key ID, secret access key and signing method.";

/** Stands in for the secret of a key that does not exist: same work, and nothing ever signed with it. */
const nobodysSecret = "0".repeat(40);

/**
 * Verifies a claim against the head that it was read from. `secretAccessKey` is undefined where the
 * access key is unknown, inactive or its token does not belong to it: the answer and the time it
 * takes are those of a wrong signature.
 */
export function verifyClaim(
  head: HttpRequestHead,
  claim: Claim,
  secretAccessKey: string | undefined,
  options: VerifyOptions,
): Held | Refusal {
  const refused = refusalOfHead(head, claim, options);
  if (refused !== undefined) return refused;
  const target = splitTarget(head.target);
  const payloadHash = payloadHashOf(claim.payload.mode, options.bodySha256);
  if (target === undefined || payloadHash === undefined) return wrong(head, claim);

  const omitted = claim.form === "header" ? [] : ["X-Amz-Signature"];
  if (options.unsignedSessionToken === true) omitted.push("X-Amz-Security-Token");
  const canonical = canonicalRequest(head, {
    path: target.path,
    pathStyle: options.pathStyle,
    query: target.query.filter(([name]) => !omitted.includes(name)),
    signedHeaders: claim.signedHeaders,
    payloadHash,
  });
  const key = rememberedSigningKey(claim.accessKeyId, secretAccessKey ?? nobodysSecret, claim.scope);
  const expected = signatureOf(
    key,
    [algorithm, claim.timestamp, scopeText(claim.scope), sha256Hex(canonical)].join("\n"),
  );
  const equal = equalInConstantTime(expected, claim.signature);
  // ② an unknown key is refused even if someone signs with the stand-in.
  if (!equal || secretAccessKey === undefined) return wrong(head, claim);
  return { held: true, signingKey: key };
}

const wrong = (head: HttpRequestHead, claim: Claim): Refusal =>
  refusal(head, claim.scope.service, "signature", mismatch);

/** The longest name of a header that is told back. */
const nameCharactersMax = 128;

/**
 * What of a claim is refused whoever made it and whatever the body is: its scope, its time and the headers that are
 * not signed. undefined where nothing is. `verifyClaim` looks at the same first.
 */
export function refusalOfHead(
  head: HttpRequestHead,
  claim: Claim,
  options: Pick<VerifyOptions, "now" | "region" | "service" | "unsignedSessionToken">,
): Refusal | undefined {
  const no = (reason: RefusalReason, message: string) => refusal(head, claim.scope.service, reason, message);
  if (claim.scope.region !== options.region)
    return no("malformed", `The credential should be scoped to the region ${options.region}.`);
  if (claim.scope.service !== options.service)
    return no("malformed", `The credential should be scoped to the service ${options.service}.`);
  const time = checkTime(claim, options.now);
  if (time !== undefined)
    return no(
      time,
      time === "skewed"
        ? "The difference between the request time and the current time is too large."
        : "Request has expired",
    );
  const unsigned = unsignedHeader(head, claim, options)?.slice(0, nameCharactersMax);
  if (unsigned !== undefined)
    return no("signature", `The header ${unsigned} was sent but is not among the signed headers.`);
  // A name that is signed but was not sent would let a proxy take the header away unseen.
  const unsent = claim.signedHeaders.find((name) => headerValues(head, name).length === 0);
  return unsent === undefined
    ? undefined
    : no("signature", `The header ${unsent.slice(0, nameCharactersMax)} is among the signed headers but was not sent.`);
}

function checkTime(claim: Claim, now: Date): "skewed" | "expired" | undefined {
  const aheadMs = claim.signedAt.getTime() - now.getTime();
  if (aheadMs > skewMs) return "skewed";
  if (claim.expiresSeconds === undefined) return -aheadMs > skewMs ? "skewed" : undefined;
  return -aheadMs > claim.expiresSeconds * 1000 ? "expired" : undefined;
}

/** The first header that has to be signed and is not: host, the time's, and every `x-amz-…` that was sent. */
function unsignedHeader(
  head: HttpRequestHead,
  claim: Claim,
  options: Pick<VerifyOptions, "unsignedSessionToken">,
): string | undefined {
  if (!claim.signedHeaders.includes("host")) return "host";
  const timeIsInDate = claim.form === "header" && headerValues(head, "x-amz-date").length === 0;
  if (timeIsInDate && !claim.signedHeaders.includes("date")) return "date";
  for (const [name] of head.headers) {
    if (!name.startsWith("x-amz-") || claim.signedHeaders.includes(name)) continue;
    if (name === "x-amz-security-token" && options.unsignedSessionToken === true) continue;
    return name;
  }
  return undefined;
}

function payloadHashOf(mode: PayloadMode, bodySha256: string | undefined): string | undefined {
  switch (mode.kind) {
    case "hash":
      return mode.sha256;
    case "hash-of-body":
      return bodySha256;
    case "unsigned":
      return "UNSIGNED-PAYLOAD";
    case "signed-chunks":
      return mode.trailer ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    case "unsigned-trailer":
      return "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  }
}
