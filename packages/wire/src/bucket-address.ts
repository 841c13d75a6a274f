import { decodePercent } from "./form.ts";

export interface BucketAddress {
  readonly level: "root" | "bucket" | "key";
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** `bucket.s3.<anything>`; a bare `s3.<anything>` or an address names no bucket. */
const virtualHost = /^(.+?)\.s3(?:[.-].*)?$/i;

/**
 * The bucket and key of a request to S3, by path (`/bucket/key`) or by host. The key is the rest of
 * the path as it stands, with only its %-escapes resolved: S3 normalises nothing.
 */
export function bucketAddress(path: string, host: string | undefined): BucketAddress {
  const name = host?.replace(/:\d+$/, "").replace(/\.$/, "") ?? "";
  const byHost = virtualHost.exec(name)?.[1]?.toLowerCase();
  let rest = path.startsWith("/") ? path.slice(1) : path;
  let bucket = byHost;
  if (bucket === undefined) {
    if (rest === "") return { level: "root", bucket: undefined, key: undefined };
    const slash = rest.indexOf("/");
    bucket = decodePercent(slash < 0 ? rest : rest.slice(0, slash));
    rest = slash < 0 ? "" : rest.slice(slash + 1);
  }
  return rest === "" ? { level: "bucket", bucket, key: undefined } : { level: "key", bucket, key: decodePercent(rest) };
}
