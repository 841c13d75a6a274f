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

/** A write may demand that no object is there (`If-None-Match: *`), or that a certain one is. */
export function writeConditions(
  conditions: Pick<Conditions, "ifMatch" | "ifNoneMatch">,
  current: { etag: string } | undefined,
): ConditionVerdict {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined && current !== undefined && names(ifNoneMatch, current.etag)) return "failed";
  if (ifMatch !== undefined && (current === undefined || !names(ifMatch, current.etag))) return "failed";
  return "holds";
}

function names(header: string, etag: string): boolean {
  return header.split(",").some((one) => {
    const tag = one.trim().replace(/^W\//, "").replaceAll('"', "");
    return tag === "*" || tag === etag;
  });
}
