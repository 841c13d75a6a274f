import { bucketAddress } from "./bucket-address.ts";
import type { HttpRequestHead } from "./http.ts";
import { Malformed } from "./malformed.ts";
import { headerMap, splitTarget } from "./uri-template.ts";

/** The bucket that a request to S3 names in its path or host; undefined where it names none. */
export function bucketOf(head: HttpRequestHead): string | undefined {
  try {
    return bucketAddress(splitTarget(head.target).path, headerMap(head.headers).get("host")).bucket;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
