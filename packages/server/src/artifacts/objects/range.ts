/** A half-open range of bytes. */
export interface ByteRange {
  readonly from: number;
  readonly end: number;
}

/**
 * What a Range header selects of `sizeBytes`. A header that is not one range of bytes is ignored, as
 * HTTP allows and S3 does; a range behind the end is unsatisfiable.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { kind: "whole" } | ({ kind: "range" } & ByteRange) | { kind: "unsatisfiable" } {
  const match = /^bytes=(\d*)-(\d*)$/.exec((header ?? "").trim());
  if (match === null) return { kind: "whole" };
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    if (length === 0) return { kind: "unsatisfiable" };
    return { kind: "range", from: sizeBytes - length, end: sizeBytes };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return { kind: "whole" };
  if (from >= sizeBytes) return { kind: "unsatisfiable" };
  const end = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return { kind: "range", from, end };
}
