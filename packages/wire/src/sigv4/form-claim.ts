import type { HttpRequestHead } from "../http.ts";
import { readPayloadClaim, type PayloadClaim } from "./payload-claim.ts";
import { readPostPolicy, type PostPolicy } from "./post-policy.ts";
import { refusal, type Refusal, type RefusalReason } from "./refusal.ts";
import { algorithm, equalInConstantTime, readCredential, signatureOf, signingKey, type Scope } from "./signing-key.ts";
import { readTimestamp } from "./timestamp.ts";

/** What a browser's form says about who signed its policy. Nothing of it is believed before `verifyFormClaim`. */
export interface FormClaim {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly scope: Scope;
  readonly signedAt: Date;
  /** The policy in Base64: the very text that was signed. */
  readonly policyText: string;
  readonly policy: PostPolicy;
  readonly signature: string;
}

const signatureForm = /^[0-9a-f]{64}$/;
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/;
/** The longest that a signing key is good for: seven days. */
const ageMsMax = 604_800_000;
const skewMs = 15 * 60 * 1000;

/** Reads the claim out of a form's fields, by their names in lower case, as they came. `head` is the request's. */
export function readFormClaim(fields: ReadonlyMap<string, string>, head: HttpRequestHead): FormClaim | Refusal {
  const no = (reason: RefusalReason, message: string) => refusal(head, "s3", reason, message);
  const policyText = fields.get("policy");
  if (policyText === undefined) return no("unsigned", "The form has no policy: unsigned uploads are refused.");
  if (fields.has("awsaccesskeyid") || fields.has("signature") || fields.get("x-amz-algorithm") !== algorithm) {
    return no("unsupported", `The authorization mechanism is not supported. Please use ${algorithm}.`);
  }
  const credential = readCredential(fields.get("x-amz-credential"));
  if (credential === undefined) return no("malformed", "The field x-amz-credential is missing or malformed.");
  const timestamp = fields.get("x-amz-date") ?? "";
  const signedAt = readTimestamp(timestamp);
  if (signedAt === undefined || timestamp.slice(0, 8) !== credential.scope.date) {
    return no("malformed", "The field x-amz-date is missing, malformed or not of the credential's day.");
  }
  const signature = fields.get("x-amz-signature") ?? "";
  if (!signatureForm.test(signature)) return no("malformed", "The field x-amz-signature is missing or malformed.");
  const sessionToken = fields.get("x-amz-security-token");
  if (sessionToken === "" || (credential.accessKeyId.startsWith("ASIA") && sessionToken === undefined)) {
    return no("token", "The security token included in the request is invalid.");
  }
  const policy = base64Form.test(policyText)
    ? readPostPolicy(Buffer.from(policyText, "base64").toString("utf8"))
    : { fault: "Invalid Base64." };
  if ("fault" in policy) return invalidPolicy(policy.fault);
  return { ...credential, sessionToken, signedAt, policyText, policy, signature };
}

/** What a form claims of its file beside the signature: `head` is what the form says as an upload's head would. */
export function readFormPayload(head: HttpRequestHead): { readonly payload: PayloadClaim } | Refusal {
  const payload = readPayloadClaim(head, { path: "/", query: [] }, undefined, { kind: "unsigned" });
  return "fault" in payload ? refusal(head, "s3", "unsupported", payload.fault) : { payload };
}

function invalidPolicy(fault: string): Refusal {
  const message = `Invalid Policy: ${fault}`;
  return { refused: true, reason: "malformed", code: "InvalidPolicyDocument", message, status: 400 };
}

const mismatch =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your access key ID, secret access key and signing method.";

/** Stands in for the secret of a key that does not exist: same work, and nothing ever signed with it. */
const nobodysSecret = "0".repeat(40);

/**
 * Verifies who signed a form's policy; what the policy says of the form is `postPolicyFault`'s.
 * `secretAccessKey` is undefined where the key is unknown: the answer is that of a wrong signature.
 */
export function verifyFormClaim(
  head: HttpRequestHead,
  claim: FormClaim,
  secretAccessKey: string | undefined,
  options: { readonly now: Date; readonly region: string },
): { readonly held: true } | Refusal {
  const no = (reason: RefusalReason, message: string) => refusal(head, "s3", reason, message);
  if (claim.scope.region !== options.region)
    return no("malformed", `The credential should be scoped to the region ${options.region}.`);
  if (claim.scope.service !== "s3") return no("malformed", "The credential should be scoped to the service s3.");
  const ageMs = options.now.getTime() - claim.signedAt.getTime();
  if (ageMs < -skewMs)
    return no("skewed", "The difference between the request time and the current time is too large.");
  if (ageMs > ageMsMax) return no("expired", "Request has expired");
  const key = signingKey(secretAccessKey ?? nobodysSecret, claim.scope);
  const equal = equalInConstantTime(signatureOf(key, claim.policyText), claim.signature);
  // ② an unknown key is refused even if someone signs with the stand-in.
  return equal && secretAccessKey !== undefined ? { held: true } : no("signature", mismatch);
}
