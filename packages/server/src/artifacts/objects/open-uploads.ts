import type { Authority } from "../../access/index.ts";
import type { BucketStore } from "../buckets/bucket-store.ts";
import { abortOf } from "../lifecycle/due.ts";
import type { Due } from "../lifecycle/due.ts";
import type { ContentKey } from "./content.ts";
import type { CustomerKey } from "./customer-key.ts";
import type { ObjectKeys } from "./object-keys.ts";
import { noSuchBucket, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadStore } from "./upload-store.ts";
import { customerKeysBlocked } from "./wanted-encryption.ts";

export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export interface FoundUpload {
  readonly kind: "upload";
  readonly upload: Upload;
  /** When a rule of the bucket aborts it, where one does. */
  readonly abort?: Due;
}

/** The uploads that are under way, and the data keys of their parts. */
export class OpenUploads {
  readonly #buckets: BucketStore;
  readonly #uploads: UploadStore;
  readonly #keys: ObjectKeys;

  constructor(x: { buckets: BucketStore; uploads: UploadStore; keys: ObjectKeys }) {
    this.#buckets = x.buckets;
    this.#uploads = x.uploads;
    this.#keys = x.keys;
  }

  find({ bucket, key, uploadId }: UploadName): FoundUpload | Refusal {
    const found = this.#buckets.find(bucket);
    if (found === undefined) return noSuchBucket(bucket);
    const upload = this.#uploads.find(bucket, key, uploadId);
    if (upload === undefined) {
      return refuse(
        "no-such-upload",
        "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      );
    }
    const abort = found.lifecycle === undefined ? undefined : abortOf(found.lifecycle.rules, upload);
    return { kind: "upload", upload, ...(abort === undefined ? {} : { abort }) };
  }

  /** What is wrong with a customer's key that somebody holds for the upload's. */
  customerKeyFault({ bucket, key, sealed }: Upload, customerKey: CustomerKey): Refusal | undefined {
    const fault = this.#keys.customerKeyFault({ bucket, key, sealed, customerKey });
    return fault === undefined ? undefined : otherCustomerKey(fault);
  }

  /** What a new part is sealed under. */
  openKeyToWrite(...x: Parameters<OpenUploads["openKey"]>): ReturnType<OpenUploads["openKey"]> {
    return this.blockOf(x[1]) ?? this.openKey(...x);
  }

  /** ④ a bucket may have come to refuse customers' keys since the upload was begun. */
  blockOf({ bucket, sealed }: Upload): Refusal | undefined {
    const blocks = sealed.encryption === "SSE-C" && this.#buckets.find(bucket)?.encryption.blocksCustomerKeys === true;
    return blocks ? customerKeysBlocked(bucket) : undefined;
  }

  /** What the upload's parts are sealed under, for somebody who may use its key, or who brings it. */
  openKey(
    authority: Authority,
    upload: Upload,
    customerKey: CustomerKey | undefined,
  ): ({ kind: "under" } & ContentKey) | Refusal {
    const { bucket, key, sealed } = upload;
    if (sealed.encryption === "SSE-C" && customerKey === undefined) return customerKeyMissing;
    const opened = this.#keys.open({ authority, bucket, key, sealed, customerKey });
    if (opened.kind === "refused") return sealed.encryption === "SSE-C" ? otherCustomerKey(opened) : opened;
    return { kind: "under", dataKey: opened.dataKey, bucket, key, contentId: sealed.contentId };
  }
}

const customerKeyMissing = refuse(
  "invalid-request",
  "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
);

/** S3 does not call the wrong key of a part a denial: it is another than the upload was begun with. */
function otherCustomerKey(refusal: Refusal): Refusal {
  if (refusal.reason !== "access-denied") return refusal;
  return refuse("invalid-request", "The provided encryption parameters did not match the ones used originally.");
}
