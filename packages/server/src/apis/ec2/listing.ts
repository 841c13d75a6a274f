import type { Filter } from "@aws-sdk/client-ec2";
import { integer, list, type Members, text } from "@strongroom/wire";
import type { ServerCall } from "../operation.ts";
import { ec2Arn, type ResourceType } from "./arn.ts";
import { invalidParameter } from "./outcome.ts";

/** The members that every Describe operation has besides its own. */
export const listingMembers = {
  Filters: list<Members<Filter>>(
    { Name: text({ min: 1, max: 200 }), Values: list(text({ max: 255 }), { max: 200 }) },
    { max: 50 },
  ),
  MaxResults: integer({ min: 5, max: 1000 }),
  NextToken: text({ max: 200 }),
};

interface Listing {
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Filter name → the values of an item under it. `tag:<key>` and `tag-key` are there for everything. */
export type Fields<T> = Readonly<Record<string, (item: T) => readonly string[]>>;

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
}

/** The items that pass all filters; each filter is passed by any of its values, in which `*` and `?` are wild. */
export function filtered<T extends Tagged>(items: readonly T[], { Filters = [] }: Listing, fields: Fields<T>): T[] {
  const tests = Filters.map(({ Name = "", Values = [] }) => {
    const valuesOf = fieldOf(Name, fields);
    const patterns = Values.map(wildcard);
    return (item: T) => valuesOf(item).some((value) => patterns.some((pattern) => pattern.test(value)));
  });
  return items.filter((item) => tests.every((test) => test(item)));
}

function fieldOf<T extends Tagged>(name: string, fields: Fields<T>): (item: T) => readonly string[] {
  if (name === "tag-key") return ({ tags }) => Object.keys(tags);
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return ({ tags }) => (tags[key] === undefined ? [] : [tags[key]]);
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) throw invalidParameter(`The filter '${name}' is invalid`);
  return field;
}

function wildcard(text: string): RegExp {
  const source = text
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

/**
 * ② The items on which the caller may perform the listing's own action: a policy that restricts it to
 * resources with certain tags also restricts which of them are told.
 */
export function visible<T>(
  items: readonly T[],
  call: ServerCall,
  { action, type, idOf }: { readonly action: string; readonly type: ResourceType; readonly idOf: (item: T) => string },
): T[] {
  return items.filter((item) => call.authority.sees({ action, resource: ec2Arn(call, type, idOf(item)) }));
}

/** One page, and the token of the next one: the number of items before it. */
export function pageOf<T>(items: readonly T[], { MaxResults, NextToken }: Listing): { page: T[]; NextToken?: string } {
  const from = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isSafeInteger(from) || from < 0) throw invalidParameter("The token is invalid.");
  const to = MaxResults === undefined ? items.length : from + MaxResults;
  const page = items.slice(from, to);
  return to < items.length ? { page, NextToken: String(to) } : { page };
}

/** The items with these ids, all of them where none is given; `missing` makes the error for one that is not there. */
export function withIds<T>(
  items: readonly T[],
  ids: readonly string[] | undefined,
  idOf: (item: T) => string,
  missing: (id: string) => Error,
): readonly T[] {
  if (ids === undefined || ids.length === 0) return items;
  for (const id of ids) if (!items.some((item) => idOf(item) === id)) throw missing(id);
  return items.filter((item) => ids.includes(idOf(item)));
}
