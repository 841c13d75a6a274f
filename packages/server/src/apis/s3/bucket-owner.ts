import { text } from "@strongroom/wire";
import type { ServerCall } from "../operation.ts";
import { s3Error } from "./s3-error.ts";

/** Members that name whose a bucket must be; all buckets here belong to the one account. */
export const ownerMember = { ExpectedBucketOwner: text() };

export function checkOwner(
  input: { readonly ExpectedBucketOwner?: string; readonly ExpectedSourceBucketOwner?: string },
  call: Pick<ServerCall, "accountId">,
): void {
  for (const owner of [input.ExpectedBucketOwner, input.ExpectedSourceBucketOwner]) {
    if (owner !== undefined && owner !== call.accountId) throw s3Error("AccessDenied", "Access Denied");
  }
}
