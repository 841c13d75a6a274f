import type { BucketStore } from "../buckets/bucket-store.ts";
import { list, startBehind } from "./listing.ts";
import type { Listing } from "./listing.ts";
import { afterKey, afterPrefix } from "./key-order.ts";
import type { ListingStore, ScanStart } from "./listing-store.ts";
import type { ObjectStore, ObjectVersion, StoredVersion } from "./object-store.ts";
import { noSuchBucket } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadStore } from "./upload-store.ts";
import { versionIdFault } from "./version-id.ts";

interface ListRequest {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly max: number;
}
export type ListingPage<T> = { readonly kind: "listing" } & Listing<T>;

/** What a bucket holds, in the order of the keys' bytes, page by page along an index. */
export interface Listings {
  /** `after`: a key, or a common prefix of such a listing. `token`: what the page before gave. */
  objects(
    x: ListRequest & { after?: string | undefined; token?: string | undefined },
  ): (ListingPage<StoredVersion> & { token?: string }) | Refusal | { kind: "bad-token" };
  versions(
    x: ListRequest & { keyMarker?: string | undefined; versionIdMarker?: string | undefined },
  ): ListingPage<ObjectVersion> | Refusal;
  uploads(
    x: ListRequest & { keyMarker?: string | undefined; uploadIdMarker?: string | undefined },
  ): ListingPage<Upload> | Refusal;
}

export function openListings(x: {
  buckets: BucketStore;
  store: ObjectStore;
  listing: ListingStore;
  uploads: UploadStore;
}): Listings {
  const { buckets, store, listing, uploads } = x;
  const plain = ({ prefix = "", delimiter = "", max }: ListRequest) => ({ prefix, delimiter, max });

  return {
    objects({ bucket, after = "", token, ...request }) {
      if (buckets.find(bucket) === undefined) return noSuchBucket(bucket);
      const { prefix, delimiter, max } = plain({ bucket, ...request });
      const start = token === undefined ? startBehind(after, prefix, delimiter) : readToken(token);
      if (start === undefined) return { kind: "bad-token" };
      const page = list(
        { prefix, delimiter, max, start },
        {
          scan: (from, end, rows) => listing.objects(bucket, from, end, rows),
          outline: (asked) => listing.outlineObjects(bucket, asked),
        },
      );
      return page.last === undefined
        ? { kind: "listing", ...page }
        : { kind: "listing", ...page, token: writeToken(page.last) };
    },

    versions({ bucket, keyMarker = "", versionIdMarker, ...request }) {
      if (buckets.find(bucket) === undefined) return noSuchBucket(bucket);
      const fault = versionIdFault(versionIdMarker, "version-id-marker");
      if (fault !== undefined) return fault;
      const { prefix, delimiter, max } = plain({ bucket, ...request });
      const marked = versionIdMarker === undefined ? undefined : store.find(bucket, keyMarker, versionIdMarker);
      const start = startOf(keyMarker, versionIdMarker, marked?.seq, prefix, delimiter);
      const page = list(
        { prefix, delimiter, max, start },
        {
          scan: (from, end, rows) => listing.versions(bucket, from, end, rows),
          outline: (asked) => listing.outlineVersions(bucket, asked),
        },
      );
      return { kind: "listing", ...page };
    },

    uploads({ bucket, keyMarker = "", uploadIdMarker, ...request }) {
      if (buckets.find(bucket) === undefined) return noSuchBucket(bucket);
      const { prefix, delimiter, max } = plain({ bucket, ...request });
      const marked = uploadIdMarker === undefined ? undefined : uploads.find(bucket, keyMarker, uploadIdMarker);
      const start = startOf(keyMarker, uploadIdMarker, marked?.seq, prefix, delimiter);
      const page = list(
        { prefix, delimiter, max, start },
        {
          scan: (from, end, rows) => uploads.list(bucket, from, end, rows),
          outline: (asked) => uploads.outline(bucket, asked),
        },
      );
      return { kind: "listing", ...page };
    },
  };
}

/**
 * Behind one version or upload of a key. Where that one is gone by now, the key is listed from its
 * start: showing some twice is better than leaving some out.
 */
function startOf(
  keyMarker: string,
  idMarker: string | undefined,
  seq: number | undefined,
  prefix: string,
  delimiter: string,
): ScanStart {
  if (idMarker === undefined) return startBehind(keyMarker, prefix, delimiter);
  const key = Buffer.from(keyMarker);
  return seq === undefined ? { key } : { key, behindSeq: seq };
}

function writeToken(last: { kind: "item"; item: { key: string } } | { kind: "prefix"; prefix: string }): string {
  const text = last.kind === "item" ? `k${last.item.key}` : `p${last.prefix}`;
  return Buffer.from(text).toString("base64url");
}

function readToken(token: string): ScanStart | undefined {
  const bytes = Buffer.from(token, "base64url");
  const key = bytes.subarray(1);
  if (bytes[0] === 0x6b) return { key: afterKey(key) };
  const behind = bytes[0] === 0x70 ? afterPrefix(key) : undefined;
  return behind === undefined ? undefined : { key: behind };
}
