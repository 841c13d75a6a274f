import type { BucketLifecycle, Filtered, LifecycleRule } from "./lifecycle-rule.ts";
import { concerns } from "./lifecycle-rule.ts";

/** When something is due, and by which rule. */
export interface Due {
  readonly at: Date;
  readonly ruleId: string;
}

const dayMs = 86_400_000;
/** The last time that a Date can tell. */
const timeMsMax = 8.64e15;

/**
 * The days are added to the time, and the sum is rounded to the next midnight UTC.
 * Source: "Lifecycle rules based on an object's age", Amazon S3 user guide.
 */
export function afterDays(from: Date, days: number): Date {
  const midnight = (Math.floor(from.getTime() / dayMs) + days + 1) * dayMs;
  return new Date(Math.min(midnight, timeMsMax));
}

/** The current version of an object, as rules look at it. */
export interface Aged extends Filtered {
  readonly createdAt: Date;
}

/** When the current version expires: by the rule that is due first, of several by the one that stands first. */
export function expirationOf(rules: readonly LifecycleRule[], object: Aged): Due | undefined {
  return earliest(rules, object, ({ expiration }) => {
    if (expiration === undefined || "expiredDeleteMarker" in expiration) return undefined;
    return "date" in expiration ? new Date(expiration.date) : afterDays(object.createdAt, expiration.days);
  });
}

/** The same of a version as it is stored, in a bucket that may have rules. */
export function expirationIn(
  lifecycle: BucketLifecycle | undefined,
  version: Omit<Aged, "tags"> & { readonly description: { readonly tags?: Filtered["tags"] } },
): Due | undefined {
  if (lifecycle === undefined) return undefined;
  const { key, sizeBytes, createdAt, description } = version;
  return expirationOf(lifecycle.rules, { key, sizeBytes, createdAt, tags: description.tags });
}

/** When an upload that is not completed is aborted. Such rules have no filter but a prefix. */
export function abortOf(
  rules: readonly LifecycleRule[],
  upload: { readonly key: string; readonly createdAt: Date },
): Due | undefined {
  return earliest(rules, { ...upload, sizeBytes: 0 }, ({ abortUploadAfterDays: days }) =>
    days === undefined ? undefined : afterDays(upload.createdAt, days),
  );
}

/** A version that was overwritten or deleted. */
export interface Noncurrent extends Filtered {
  /** When the version that follows it was made. */
  readonly supersededAt: Date;
  /** Objects that came behind it and are not current either. */
  readonly newerNoncurrent: number;
}

/** When a version that is not current is removed for good. */
export function noncurrentExpirationOf(rules: readonly LifecycleRule[], version: Noncurrent): Due | undefined {
  return earliest(rules, version, ({ noncurrentExpiration: rule }) => {
    if (rule === undefined || version.newerNoncurrent < (rule.newerVersions ?? 0)) return undefined;
    return afterDays(version.supersededAt, rule.days);
  });
}

/**
 * When a delete marker that hides nothing any longer is removed: at once where a rule says so, and by age where
 * a rule expires objects by age or date, as S3 does.
 */
export function markerExpirationOf(rules: readonly LifecycleRule[], marker: Aged): Due | undefined {
  return earliest(rules, marker, ({ expiration }) => {
    if (expiration === undefined) return undefined;
    if ("expiredDeleteMarker" in expiration) return expiration.expiredDeleteMarker ? marker.createdAt : undefined;
    return "date" in expiration ? new Date(expiration.date) : afterDays(marker.createdAt, expiration.days);
  });
}

function earliest(
  rules: readonly LifecycleRule[],
  thing: Filtered,
  at: (rule: LifecycleRule) => Date | undefined,
): Due | undefined {
  let first: Due | undefined;
  for (const rule of rules) {
    const time = concerns(rule, thing) ? at(rule) : undefined;
    if (time !== undefined && (first === undefined || time < first.at)) first = { at: time, ruleId: rule.id };
  }
  return first;
}
