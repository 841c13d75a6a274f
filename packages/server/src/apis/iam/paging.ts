import { AwsError } from "@strongroom/wire";
import type { Page, PageRequest } from "../../access/index.ts";

const itemsDefault = 100;

export interface PagingInput {
  readonly PathPrefix?: string;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** A marker is the name that the page before ended with; clients take it as it is. */
export function pageRequest({ PathPrefix, Marker, MaxItems = itemsDefault }: PagingInput): PageRequest {
  return { pathPrefix: PathPrefix, after: Marker === undefined ? undefined : readMarker(Marker), limit: MaxItems };
}

export function pageEnd<T extends { readonly name: string }>({ items, more }: Page<T>): PageEnd {
  const last = items.at(-1);
  return more && last !== undefined ? { IsTruncated: true, Marker: markerAfter(last.name) } : { IsTruncated: false };
}

interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** The tags of something, in pages. */
export function tagPage(tags: Readonly<Record<string, string>>, input: PagingInput) {
  const page = pageOfList(
    Object.entries(tags).map(([name, value]) => ({ name, value })),
    input,
  );
  return { Tags: page.items.map(({ name, value }) => ({ Key: name, Value: value })), ...pageEnd(page) };
}

/** A page of a list that is short enough to be in memory whole, in the order of its names. */
export function pageOfList<T extends { readonly name: string }>(items: readonly T[], input: PagingInput): Page<T> {
  const { after = "", limit } = pageRequest(input);
  const rest = items.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { items: rest.slice(0, limit), more: rest.length > limit };
}

function markerAfter(name: string): string {
  return Buffer.from(name).toString("base64url");
}

function readMarker(marker: string): string {
  const name = Buffer.from(marker, "base64url").toString();
  if (markerAfter(name) === marker) return name;
  throw new AwsError({ code: "ValidationError", message: `Invalid Marker: ${marker}`, status: 400 });
}
