import { AwsError, bucketOf, type HttpRequestHead } from "@strongroom/wire";
import { corsRuleFor } from "../../artifacts/index.ts";
import type { Buckets, CorsRule, CrossOriginWish } from "../../artifacts/index.ts";

const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/** What the gateway asks, to tell browsers about pages of other origins. */
export function crossOrigin(buckets: Pick<Buckets, "find">) {
  return {
    preflight(head: HttpRequestHead): [string, string][] | AwsError | undefined {
      if (head.method !== "OPTIONS") return undefined;
      const origin = header(head, "origin");
      const method = header(head, "access-control-request-method");
      if (origin === undefined || method === undefined) {
        const name = origin === undefined ? "Origin" : "Access-Control-Request-Method";
        return new AwsError({
          code: "BadRequest",
          message: `Insufficient information. ${name} request header needed.`,
          status: 400,
        });
      }
      const headers = namesIn(header(head, "access-control-request-headers") ?? "");
      const rules = rulesFor(buckets, head);
      if (rules === undefined) return forbidden("CORS is not enabled for this bucket.");
      const allowed = headersOf(rules, { origin, method, headers });
      return (
        allowed ??
        forbidden("This CORS request is not allowed. No rule of the bucket allows its origin, method and headers.")
      );
    },
    headersFor(head: HttpRequestHead): [string, string][] {
      const origin = header(head, "origin");
      const rules = origin === undefined || !isForS3(head) ? undefined : rulesFor(buckets, head);
      if (origin === undefined || rules === undefined) return [];
      return headersOf(rules, { origin, method: head.method, headers: [] }) ?? [];
    },
  };
}

/**
 * ② An origin is named back, and browsers are told to send what they know it by, only where a rule names it;
 * where a rule is for all origins nothing personal is allowed.
 */
function headersOf(rules: readonly CorsRule[], wish: CrossOriginWish): [string, string][] | undefined {
  const found = corsRuleFor(rules, wish);
  if (found === undefined) return undefined;
  const { rule, isForAll } = found;
  const { allowedMethods, exposeHeaders = [], maxAgeSeconds } = rule;
  return [
    ["access-control-allow-origin", isForAll ? "*" : wish.origin],
    ["access-control-allow-methods", allowedMethods.join(", ")],
    ...(wish.headers.length === 0
      ? []
      : [["access-control-allow-headers", wish.headers.join(", ")] as [string, string]]),
    ...(exposeHeaders.length === 0
      ? []
      : [["access-control-expose-headers", exposeHeaders.join(", ")] as [string, string]]),
    ...(maxAgeSeconds === undefined ? [] : [["access-control-max-age", String(maxAgeSeconds)] as [string, string]]),
    ...(isForAll ? [] : [["access-control-allow-credentials", "true"] as [string, string]]),
    ["vary", vary],
  ];
}

function rulesFor(buckets: Pick<Buckets, "find">, head: HttpRequestHead): readonly CorsRule[] | undefined {
  const bucket = bucketOf(head);
  return bucket === undefined ? undefined : buckets.find(bucket)?.cors;
}

/** The scope of its signature says which service a request is for; a form that is uploaded is for S3. */
function isForS3(head: HttpRequestHead): boolean {
  const claim = `${header(head, "authorization") ?? ""} ${head.target}`;
  return (
    /(\/|%2F)s3(\/|%2F)aws4_request/i.test(claim) ||
    (head.method === "POST" && /^multipart\/form-data *;/i.test(header(head, "content-type") ?? ""))
  );
}

const header = (head: HttpRequestHead, wanted: string): string | undefined =>
  head.headers.find(([name]) => name === wanted)?.[1];

const namesIn = (list: string): string[] =>
  list
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

const forbidden = (why: string) =>
  new AwsError({ code: "AccessForbidden", message: `CORSResponse: ${why}`, status: 403 });
