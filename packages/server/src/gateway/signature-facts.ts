import type { Claim, HttpRequestHead } from "@strongroom/wire";
import type { SignatureFacts } from "../access/index.ts";

/** What a claim tells for S3's condition keys. They are looked at only once the claim was verified. */
export function signatureFacts(claim: Claim, head: HttpRequestHead, now: Date): SignatureFacts {
  const contentSha256 = head.headers.find(([name]) => name === "x-amz-content-sha256")?.[1];
  return {
    form: claim.form === "header" ? "REST-HEADER" : "REST-QUERY-STRING",
    ageMs: Math.max(0, now.getTime() - claim.signedAt.getTime()),
    ...(claim.form === "header" && contentSha256 !== undefined ? { contentSha256 } : {}),
  };
}
