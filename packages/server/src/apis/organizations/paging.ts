import { organizationsError } from "./organizations-error.ts";

const pageSizeMax = 20;

interface PageInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

/** A page of a list that is read whole; the token says how many came before. */
export function pageOf<T>(all: readonly T[], input: PageInput): { readonly items: T[]; readonly NextToken?: string } {
  const skip = input.NextToken === undefined ? 0 : skipOf(input.NextToken);
  const end = skip + (input.MaxResults ?? pageSizeMax);
  const items = all.slice(skip, end);
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString("base64url") } : { items };
}

function skipOf(token: string): number {
  const skip = Number(Buffer.from(token, "base64url").toString());
  if (Number.isSafeInteger(skip) && skip > 0) return skip;
  throw organizationsError({ reason: "invalid-token", message: "The NextToken is not valid." });
}
