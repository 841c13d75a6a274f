import type { Clock } from "../../platform/index.ts";
import { deletionRefusal } from "./object-lock.ts";
import type { ObjectStore, ObjectVersion } from "./object-store.ts";
import type { Refusal } from "./refusal.ts";

export interface Removed {
  readonly kind: "removed";
  /** What was there; absent where nothing was. */
  readonly version?: ObjectVersion;
  /** Files that nothing names any longer. */
  readonly unnamed: readonly string[];
}

/**
 * ③ The one way to remove a version for good, whoever asks: called in the transaction that removes, so that no
 * lock can be set between the look at it and the removal. `bypassGovernance` is for who may bypass; nothing that
 * happens by itself may.
 */
export function removeVersion(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId: string },
  bypassGovernance: boolean,
): Removed | Refusal {
  const version = store.find(bucket, key, versionId);
  const locked =
    version?.kind === "object" ? deletionRefusal(version.description, clock.now(), bypassGovernance) : undefined;
  if (locked !== undefined) return locked;
  const unnamed = store.remove(bucket, key, versionId);
  return { kind: "removed", unnamed, ...(version === undefined ? {} : { version }) };
}

/**
 * Puts a delete marker on top of a key. ③ In a bucket whose versioning is suspended it takes the place of the null
 * version, whose lock is looked at like that of any version that is to go.
 */
export function addMarker(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId: string },
): { readonly kind: "marked"; readonly unnamed: readonly string[] } | Refusal {
  const createdAt = clock.now();
  const replaced = store.find(bucket, key, versionId);
  const locked = replaced?.kind === "object" ? deletionRefusal(replaced.description, createdAt, false) : undefined;
  if (locked !== undefined) return locked;
  const unnamed = store.add({ kind: "delete-marker", bucket, key, versionId, createdAt });
  return { kind: "marked", unnamed };
}
