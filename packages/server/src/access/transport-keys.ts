import type { RequestMark } from "./authority.ts";

/** How a request was signed: what S3's condition keys tell of it. */
export interface SignatureFacts {
  readonly form: "REST-HEADER" | "REST-QUERY-STRING" | "POST";
  /** Milliseconds since it was signed. */
  readonly ageMs: number;
  /** The header `x-amz-content-sha256` as it was signed; absent where the request has none. */
  readonly contentSha256?: string | undefined;
}

/** What the server itself knows about a request's way here. */
export interface RequestFacts {
  readonly secureTransport: boolean;
  readonly userAgent?: string;
  /** `1.2` or `1.3`, of the socket. */
  readonly tlsVersion?: string | undefined;
  readonly signature?: SignatureFacts | undefined;
  readonly request?: RequestMark | undefined;
}

/**
 * A transfer that the platform makes for somebody inside the server counts as what its client would have
 * sent: signed in a header, over the newest TLS.
 */
export const platformFacts: RequestFacts = {
  secureTransport: true,
  tlsVersion: "1.3",
  signature: { form: "REST-HEADER", ageMs: 0 },
};

type Key = readonly [name: string, value: string];

/**
 * Condition keys of single services that only the server can tell.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function transportKeys({ tlsVersion, signature }: RequestFacts, region: string): readonly Key[] {
  const keys: Key[] = [["ec2:Region", region]];
  if (tlsVersion !== undefined) keys.push(["s3:TlsVersion", tlsVersion]);
  if (signature === undefined) return keys;
  const { form, ageMs, contentSha256 } = signature;
  keys.push(["s3:authType", form], ["s3:signatureversion", "AWS4-HMAC-SHA256"]);
  // As in S3, a signature in a header has no age: it is good for the minutes of the clocks' skew.
  if (form !== "REST-HEADER") keys.push(["s3:signatureAge", String(ageMs)]);
  if (contentSha256 !== undefined) keys.push(["s3:x-amz-content-sha256", contentSha256]);
  return keys;
}

const ownKeys = new Set([
  "ec2:region",
  "kms:calleraccount",
  "kms:viaservice",
  "s3:authtype",
  "s3:resourceaccount",
  "s3:signatureage",
  "s3:signatureversion",
  "s3:tlsversion",
  "s3:x-amz-content-sha256",
]);

/** Whether a key of a single service, its name in lower case, comes from the server alone. */
export function isServiceOwnKey(key: string): boolean {
  return ownKeys.has(key);
}

/** A service's own keys are there for its own actions only. */
export function belongsTo(key: string, action: string): boolean {
  return action.toLowerCase().startsWith(key.slice(0, key.indexOf(":") + 1));
}
