type Tags = Readonly<Record<string, string>>;

/** Which objects a rule is about; all of what is named must hold. */
export interface RuleFilter {
  readonly prefix?: string;
  readonly tags?: Tags;
  /** Bytes; both are exclusive. */
  readonly sizeAbove?: number;
  readonly sizeBelow?: number;
}

/** When the current version of an object expires. A date is in epoch milliseconds, at midnight UTC. */
export type Expiration =
  { readonly days: number } | { readonly date: number } | { readonly expiredDeleteMarker: boolean };

/** One rule of a bucket's lifecycle, checked. */
export interface LifecycleRule {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly filter: RuleFilter;
  /** Where the filter stood, so that it is given back as it was put: at the rule, in a filter, or in its And. */
  readonly filterForm: "rule" | "filter" | "and";
  readonly expiration?: Expiration;
  readonly noncurrentExpiration?: { readonly days: number; readonly newerVersions?: number };
  readonly abortUploadAfterDays?: number;
}

export interface BucketLifecycle {
  readonly rules: readonly LifecycleRule[];
  /** It governs transitions between storage classes, of which there are none: kept to be given back. */
  readonly transitionMinimumSize: "all_storage_classes_128K" | "varies_by_storage_class";
}

/** What a rule's filter looks at. */
export interface Filtered {
  readonly key: string;
  readonly sizeBytes: number;
  readonly tags?: Tags | undefined;
}

/** Whether an object, a version of one or an upload is one that the rule is about. */
export function concerns({ isEnabled, filter }: LifecycleRule, thing: Filtered): boolean {
  const { prefix = "", tags = {}, sizeAbove = -1, sizeBelow = Infinity } = filter;
  return (
    isEnabled &&
    thing.key.startsWith(prefix) &&
    thing.sizeBytes > sizeAbove &&
    thing.sizeBytes < sizeBelow &&
    Object.entries(tags).every(([name, value]) => tagOf(thing, name) === value)
  );
}

function tagOf({ tags }: Filtered, name: string): string | undefined {
  return tags !== undefined && Object.hasOwn(tags, name) ? tags[name] : undefined;
}
