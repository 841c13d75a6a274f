import { bucketAddress } from "./bucket-address.ts";
import type { HttpRequestHead } from "./http.ts";
import type { RoutedOperation } from "./route.ts";
import type { Service } from "./service.ts";
import { headerMap, splitTarget } from "./uri-template.ts";

/** Where a browser's form wants to upload to. */
interface FormUploadTarget<A> {
  readonly service: Service<A>;
  readonly bucket: string;
}

/**
 * A browser's upload to a bucket: `POST /bucket` with a multipart form, whose fields carry the
 * signature. undefined for every other request; one that also carries a signature elsewhere is none.
 */
export function formUploadTarget<A>(
  services: readonly Service<A>[],
  head: HttpRequestHead,
): FormUploadTarget<A> | undefined {
  const headers = headerMap(head.headers);
  const { path, query } = splitTarget(head.target);
  if (head.method !== "POST" || query !== "" || headers.has("authorization")) return undefined;
  if (!/^multipart\/form-data *;/i.test(headers.get("content-type") ?? "")) return undefined;
  const service = services.find((one) => one.buckets === true);
  const { level, bucket } = bucketAddress(path, headers.get("host"));
  return service === undefined || level !== "bucket" || bucket === undefined ? undefined : { service, bucket };
}

/** The operation that stores what a form brings. */
export function routedUpload<A>(service: Service<A>, bucket: string, key: string): RoutedOperation<A> | undefined {
  const operation = service.operations.get("PutObject");
  if (operation === undefined) return undefined;
  return {
    kind: "operation",
    service,
    operation,
    streamsInput: true,
    bodyBytesMax: service.bodyBytesMax,
    bucket,
    key,
    labels: { Bucket: bucket, Key: key },
    form: [],
  };
}
