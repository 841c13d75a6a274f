import { integer, oneOf, text } from "@strongroom/wire";
import { ownerMember } from "../bucket-owner.ts";

export const listMembers = {
  Bucket: text(),
  Prefix: text({ max: 1024 }),
  Delimiter: text(),
  EncodingType: oneOf("url"),
  ...ownerMember,
};
export const maxMember = integer({ min: 0 });

const pageMax = 1000;
export const pageSize = (wanted: number | undefined): number => Math.min(wanted ?? pageMax, pageMax);

/** Keys may hold what XML cannot: with `encoding-type=url` they are percent-encoded, slashes left alone. */
export function keyWriter(encodingType: string | undefined): <T extends string | undefined>(key: T) => T {
  if (encodingType !== "url") return (key) => key;
  return (key) => (key === undefined ? key : (encodeURIComponent(key).replaceAll("%2F", "/") as typeof key));
}

/** S3 tells back a delimiter only where it is one. */
export const delimiterAnswer = (delimiter: string | undefined): string | undefined =>
  delimiter === "" ? undefined : delimiter;

export interface ListInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly EncodingType?: string;
}

/** The condition keys of a listing. */
export function listHeaders(input: ListInput, maxKeys?: number) {
  return { prefix: input.Prefix, delimiter: input.Delimiter, maxKeys };
}
