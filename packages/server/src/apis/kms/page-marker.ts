import { invalidMarker } from "./kms-error.ts";

/** Markers carry the name behind which the next page starts, and the list that they belong to. */
function markerFor(list: string, next: string): string {
  return Buffer.from(JSON.stringify([list, next])).toString("base64url");
}

export function readMarker(list: string, marker: string | undefined): { after?: string } {
  if (marker === undefined) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(marker, "base64url").toString("utf8"));
  } catch {
    throw invalidMarker();
  }
  if (!Array.isArray(parsed) || parsed[0] !== list || typeof parsed[1] !== "string") throw invalidMarker();
  return { after: parsed[1] };
}

/** The members that say whether there is more. */
export function pageEnd(list: string, next: string | undefined): { Truncated: boolean; NextMarker?: string } {
  return next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: markerFor(list, next) };
}
