import type { ObjectVersion } from "./object-store.ts";
import { noSuchKey, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** The conditions of a read or a write, as HTTP defines them (RFC 9110, section 13). Entity tags without quotes. */
export interface Conditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: Date;
  readonly ifUnmodifiedSince?: Date;
}

export type ConditionVerdict = "holds" | "not-modified" | "failed";

/** Entity tags go before dates: If-Match decides over If-Unmodified-Since, If-None-Match over If-Modified-Since. */
export function readConditions(conditions: Conditions, object: { etag: string; createdAt: Date }): ConditionVerdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // HTTP dates have whole seconds.
  const modified = Math.floor(object.createdAt.getTime() / 1000);
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) return "failed";
  } else if (ifUnmodifiedSince !== undefined && modified > seconds(ifUnmodifiedSince)) {
    return "failed";
  }
  if (ifNoneMatch !== undefined) {
    if (names(ifNoneMatch, object.etag)) return "not-modified";
  } else if (ifModifiedSince !== undefined && modified <= seconds(ifModifiedSince)) {
    return "not-modified";
  }
  return "holds";
}

/**
 * A write or a deletion may demand that no object is there (`If-None-Match: *`), or that a certain one is;
 * "absent" where one is demanded and there is none, or a delete marker.
 */
export function writeConditions(
  conditions: Pick<Conditions, "ifMatch" | "ifNoneMatch">,
  current: { etag: string } | undefined,
): "holds" | "failed" | "absent" {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined && current !== undefined && names(ifNoneMatch, current.etag)) return "failed";
  if (ifMatch === undefined) return "holds";
  if (current === undefined) return "absent";
  return names(ifMatch, current.etag) ? "holds" : "failed";
}

/** What a write is refused with whose conditions do not hold for what is the latest of the key now. */
export function writeRefusal(
  conditions: Pick<Conditions, "ifMatch" | "ifNoneMatch">,
  key: string,
  current: ObjectVersion | undefined,
): Refusal | undefined {
  switch (writeConditions(conditions, current?.kind === "object" ? current : undefined)) {
    case "holds":
      return undefined;
    case "absent":
      return noSuchKey(key);
    case "failed":
      return refuse("precondition-failed", "At least one of the pre-conditions you specified did not hold");
  }
}

function names(header: string, etag: string): boolean {
  return header.split(",").some((one) => {
    const tag = one.trim().replace(/^W\//, "").replaceAll('"', "");
    return tag === "*" || tag === etag;
  });
}
