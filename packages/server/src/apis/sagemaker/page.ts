import { integer, text } from "@strongroom/wire";
import { validationError } from "./sagemaker-error.ts";

export const maxResults = integer({ min: 1, max: 100 });
export const nextToken = text({ max: 8192 });

const pageSizeDefault = 10;

/** Where a page of a list begins and how many it holds; the token says how many came before. */
export interface Page {
  readonly skip: number;
  readonly limit: number;
}

export function readPage(
  input: { readonly NextToken?: string; readonly MaxResults?: number },
  size = pageSizeDefault,
): Page {
  const limit = input.MaxResults ?? size;
  if (input.NextToken === undefined) return { skip: 0, limit };
  const skip = Number(Buffer.from(input.NextToken, "base64url").toString());
  if (!Number.isSafeInteger(skip) || skip < 1) throw validationError("Invalid NextToken");
  return { skip, limit };
}

/** Asks for one more than the page holds, and says with a token that there is more. */
export function pageOf<T>(
  page: Page,
  find: (skip: number, limit: number) => readonly T[],
): { items: T[]; NextToken?: string } {
  const found = find(page.skip, page.limit + 1);
  const items = found.slice(0, page.limit);
  if (found.length <= page.limit) return { items };
  return { items, NextToken: Buffer.from(String(page.skip + page.limit)).toString("base64url") };
}
