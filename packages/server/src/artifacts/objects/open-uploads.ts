import type { Authority } from "../../access/index.ts";
import type { BucketStore } from "../buckets/bucket-store.ts";
import type { ContentKey } from "./content.ts";
import type { ObjectKeys } from "./object-keys.ts";
import { noSuchBucket, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadStore } from "./upload-store.ts";

export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
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

  find({ bucket, key, uploadId }: UploadName): { kind: "upload"; upload: Upload } | Refusal {
    if (this.#buckets.find(bucket) === undefined) return noSuchBucket(bucket);
    const upload = this.#uploads.find(bucket, key, uploadId);
    if (upload === undefined) {
      return refuse(
        "no-such-upload",
        "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      );
    }
    return { kind: "upload", upload };
  }

  /** What the upload's parts are sealed under, for somebody who may use its key. */
  openKey(authority: Authority, upload: Upload): ({ kind: "under" } & ContentKey) | Refusal {
    const { bucket, key, sealed } = upload;
    const opened = this.#keys.open({ authority, bucket, key, sealed });
    if (opened.kind === "refused") return opened;
    return { kind: "under", dataKey: opened.dataKey, bucket, key, contentId: sealed.contentId };
  }
}
