import { integer, text } from "@strongroom/wire";
import type { Permission } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";
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
  return { items, NextToken: tokenOf(page.skip + page.limit) };
}

/** How many items are looked at in one go where some of them may be left out. */
const scannedAtOnce = 200;

/**
 * ② As pageOf, without the items on which the caller may not perform the list's own action: a policy that
 * restricts it to resources with certain tags also restricts which names a list tells.
 */
export function pageOfVisible<T extends { readonly arn: string }>(
  page: Page,
  { call, action }: { readonly call: ServerCall; readonly action: string },
  find: (skip: number, limit: number) => readonly T[],
): { items: T[]; NextToken?: string } {
  const items: T[] = [];
  for (let at = page.skip; ; at += scannedAtOnce) {
    const found = find(at, scannedAtOnce);
    for (const [place, item] of found.entries()) {
      if (!isVisible(call, action, item)) continue;
      if (items.length === page.limit) return { items, NextToken: tokenOf(at + place) };
      items.push(item);
    }
    if (found.length < scannedAtOnce) return { items };
  }
}

/** `context`: the condition keys that the request brings for the action. */
export function isVisible(
  { authority }: ServerCall,
  action: string,
  { arn }: { readonly arn: string },
  context?: Permission["context"],
): boolean {
  return authority.sees({
    action: `sagemaker:${action}`,
    resource: arn,
    ...(context === undefined ? {} : { context }),
  });
}

function tokenOf(skip: number): string {
  return Buffer.from(String(skip)).toString("base64url");
}
