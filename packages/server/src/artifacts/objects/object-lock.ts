import type { DefaultRetention, ObjectLockSettings } from "../buckets/bucket-store.ts";
import type { Description } from "./object-store.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

export interface Retention {
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  /** Epoch milliseconds. */
  readonly until: number;
}

/**
 * What keeps one version from being deleted: WORM, "Locking objects with Object Lock", Amazon S3 user guide.
 * It is kept with the version's description.
 */
export interface ObjectLock {
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/**
 * ③ The lock of a version. What cannot be read as a lock is "unreadable", and keeps the version: a record
 * that was damaged never sets it free.
 */
export function lockOf(description: Pick<Description, "lock">): ObjectLock | "unreadable" {
  const lock: unknown = description.lock ?? {};
  if (!isRecord(lock)) return "unreadable";
  const { retention, legalHold } = lock;
  if (legalHold !== undefined && typeof legalHold !== "boolean") return "unreadable";
  if (retention === undefined) return legalHold === undefined ? {} : { legalHold };
  if (!isRetention(retention)) return "unreadable";
  return { retention, ...(legalHold === undefined ? {} : { legalHold }) };
}

/** Why this version may not be deleted now; undefined where it may. `bypass` counts for governance alone. */
export function deletionRefusal(description: Description, now: Date, bypass: boolean): Refusal | undefined {
  const lock = lockOf(description);
  if (lock === "unreadable") return refuse("locked", "The lock of this object cannot be read, so the object is kept.");
  const isRetained = lock.retention !== undefined && lock.retention.until > now.getTime();
  const isReleased = bypass && lock.retention?.mode === "GOVERNANCE";
  if (lock.legalHold !== true && (!isRetained || isReleased)) return undefined;
  return refuse("locked", "Access Denied because object protected by object lock.");
}

/**
 * Why a version's retention may not become `wanted`. Compliance is never shortened, whoever asks; governance
 * only with the bypass; both may be extended in their own mode.
 */
export function retentionRefusal(
  description: Description,
  wanted: Retention | undefined,
  now: Date,
  bypass: boolean,
): Refusal | undefined {
  const lock = lockOf(description);
  if (lock === "unreadable") return refuse("locked", "The lock of this object cannot be read, so it is not changed.");
  const current = lock.retention;
  if (current === undefined || current.until <= now.getTime()) return undefined;
  if (wanted?.mode === current.mode && wanted.until >= current.until) return undefined;
  if (current.mode === "GOVERNANCE" && bypass) return undefined;
  return refuse("locked", "Access Denied because object protected by object lock.");
}

/** The description that a new version gets: with the bucket's default where the write named no retention. */
export function lockedByDefault(
  description: Description,
  settings: ObjectLockSettings | undefined,
  now: Date,
): Description {
  const fallback = settings?.defaultRetention;
  if (fallback === undefined || description.lock?.retention !== undefined) return description;
  const retention = { mode: fallback.mode, until: endOf(fallback, now) };
  return { ...description, lock: { ...description.lock, retention } };
}

function endOf(retention: DefaultRetention, from: Date): number {
  const end = new Date(from);
  if (retention.days !== undefined) end.setUTCDate(end.getUTCDate() + retention.days);
  if (retention.years !== undefined) end.setUTCFullYear(end.getUTCFullYear() + retention.years);
  return end.getTime();
}

function isRetention(value: unknown): value is Retention {
  if (!isRecord(value)) return false;
  const { mode, until } = value;
  return (mode === "GOVERNANCE" || mode === "COMPLIANCE") && Number.isSafeInteger(until);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
