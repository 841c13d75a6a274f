import type { Clock } from "../../platform/index.ts";
import type { Bucket, BucketStore } from "../buckets/bucket-store.ts";
import type { Notices } from "../notifications/notices.ts";
import { causedByLifecycle } from "../notifications/object-notice.ts";
import { deletionRefusal } from "../objects/object-lock.ts";
import type { ObjectStore, ObjectVersion } from "../objects/object-store.ts";
import { newVersionId } from "../objects/version-id.ts";
import { refuse } from "../objects/refusal.ts";
import type { Refusal } from "../objects/refusal.ts";
import { addMarker, removeVersion } from "../objects/removal.ts";
import type { Upload, UploadStore } from "../objects/upload-store.ts";
import { abortOf, expirationOf, markerExpirationOf, noncurrentExpirationOf } from "./due.ts";
import type { Due } from "./due.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";
import type { LifecycleStore } from "./lifecycle-store.ts";

/** Something that a rule ends now. */
export type Expiry =
  | {
      /** `object`: the current version. `noncurrent`: one that is not, an object or a marker. `marker`: one that hides nothing. */
      readonly kind: "object" | "noncurrent" | "marker";
      readonly version: ObjectVersion;
      readonly ruleId: string;
    }
  | { readonly kind: "upload"; readonly upload: Upload; readonly ruleId: string };

export type Expired =
  /** `markerVersionId`: of the delete marker that was put on top, where that is how the object ended. */
  { readonly kind: "expired"; readonly unnamed: readonly string[]; readonly markerVersionId?: string } | Refusal;

interface Means {
  readonly buckets: BucketStore;
  readonly store: ObjectStore;
  readonly uploads: UploadStore;
  readonly lifecycle: LifecycleStore;
  readonly notices: Notices;
  readonly clock: Clock;
}

/** Above the most that a rule can ask for. */
const newerVersionsMax = 100;

const changedMeanwhile = refuse("precondition-failed", "What the rule was to end, or the rule, was changed meanwhile.");

/** Decides what is due, and ends it. */
export class Expiries {
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** What ends this version now; undefined where it stays. ③ a version that is locked stays. */
  ofVersion(bucket: Bucket, version: ObjectVersion): Expiry | undefined {
    const { rules = [] } = bucket.lifecycle ?? {};
    const now = this.#means.clock.now();
    const found = this.#dueOf(rules, version, now);
    if (found === undefined) return undefined;
    const { kind, due } = found;
    const removes = kind === "noncurrent" || (kind === "object" && bucket.versioning === undefined);
    if (removes && version.kind === "object" && deletionRefusal(version.description, now, false) !== undefined) {
      return undefined;
    }
    return { kind, version, ruleId: due.ruleId };
  }

  ofUpload({ lifecycle }: Bucket, upload: Upload): Expiry | undefined {
    const due = abortOf(lifecycle?.rules ?? [], upload);
    return due !== undefined && due.at <= this.#means.clock.now()
      ? { kind: "upload", upload, ruleId: due.ruleId }
      : undefined;
  }

  /**
   * Ends it, inside a transaction. Everything is decided anew there: an object that was overwritten, tagged or
   * locked meanwhile is another case, and so is a rule that was changed. `requestId`: of its record.
   */
  end(bucketName: string, expiry: Expiry, requestId: string): Expired {
    const { buckets, store, uploads } = this.#means;
    const bucket = buckets.find(bucketName);
    if (bucket === undefined) return changedMeanwhile;
    if (expiry.kind === "upload") {
      const upload = uploads.find(bucketName, expiry.upload.key, expiry.upload.id);
      if (upload === undefined || this.ofUpload(bucket, upload) === undefined) return changedMeanwhile;
      return { kind: "expired", unnamed: uploads.remove(upload) };
    }
    const { key, versionId, seq } = expiry.version;
    const version = store.find(bucketName, key, versionId);
    if (version?.seq !== seq || this.ofVersion(bucket, version)?.kind !== expiry.kind) return changedMeanwhile;
    const hides = expiry.kind === "object" && bucket.versioning !== undefined;
    const expired = hides ? this.#hide(bucket, key) : this.#remove(bucketName, key, versionId);
    if (expired.kind === "refused") return expired;
    const told = expired.markerVersionId ?? versionId;
    this.#means.notices.note(bucket, () => ({
      type: "Object Deleted",
      key,
      reason: "Lifecycle Expiration",
      deletionType: hides ? "Delete Marker Created" : "Permanently Deleted",
      cause: causedByLifecycle(requestId),
      ...(version.kind === "object" ? { etag: version.etag } : {}),
      ...(bucket.versioning === undefined ? {} : { versionId: told }),
    }));
    return expired;
  }

  #remove(bucket: string, key: string, versionId: string): Expired {
    const removed = removeVersion(this.#means, { bucket, key, versionId }, false);
    return removed.kind === "refused" ? removed : { kind: "expired", unnamed: removed.unnamed };
  }

  #hide({ name: bucket, versioning }: Bucket, key: string): Expired {
    const versionId = versioning === "Enabled" ? newVersionId() : "null";
    const marked = addMarker(this.#means, { bucket, key, versionId });
    if (marked.kind === "refused") return marked;
    return { kind: "expired", unnamed: marked.unnamed, markerVersionId: versionId };
  }

  #dueOf(
    rules: readonly LifecycleRule[],
    version: ObjectVersion,
    now: Date,
  ): { readonly kind: "object" | "noncurrent" | "marker"; readonly due: Due } | undefined {
    const aged = agedOf(version);
    if (!version.isLatest) {
      const due = this.#noncurrentDue(rules, version, now);
      return due === undefined ? undefined : { kind: "noncurrent", due };
    }
    const isObject = version.kind === "object";
    const due = isObject ? expirationOf(rules, aged) : markerExpirationOf(rules, aged);
    if (due === undefined || due.at > now) return undefined;
    if (isObject) return { kind: "object", due };
    return this.#means.lifecycle.isOnlyVersion(version) ? { kind: "marker", due } : undefined;
  }

  /** What its age alone rules out is not looked up. */
  #noncurrentDue(rules: readonly LifecycleRule[], version: ObjectVersion, now: Date): Due | undefined {
    const { lifecycle } = this.#means;
    const aged = agedOf(version);
    const soonest = noncurrentExpirationOf(rules, {
      ...aged,
      supersededAt: version.createdAt,
      newerNoncurrent: Infinity,
    });
    if (soonest === undefined || soonest.at > now) return undefined;
    const supersededAt = lifecycle.supersededAt(version);
    if (supersededAt === undefined) return undefined;
    const newerNoncurrent = lifecycle.newerNoncurrent(version, newerVersionsMax);
    const due = noncurrentExpirationOf(rules, { ...aged, supersededAt, newerNoncurrent });
    return due !== undefined && due.at <= now ? due : undefined;
  }
}

/** A delete marker has no content and no tags. */
function agedOf(version: ObjectVersion) {
  const { key, createdAt } = version;
  if (version.kind === "delete-marker") return { key, createdAt, sizeBytes: 0 };
  return { key, createdAt, sizeBytes: version.sizeBytes, tags: version.description.tags };
}
