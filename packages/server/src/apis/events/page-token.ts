import { integer, text } from "@strongroom/wire";
import { validationError } from "./events-error.ts";

export const pageMembers = { NextToken: text({ min: 1, max: 2048 }), Limit: integer({ min: 1, max: 100 }) };
export const pageLimitDefault = 100;

/** Tokens carry the list that they belong to and the name behind which the next page starts. */
export function tokenFor(list: string, next: string | undefined): { NextToken?: string } {
  return next === undefined ? {} : { NextToken: Buffer.from(JSON.stringify([list, next])).toString("base64url") };
}

export function readToken(list: string, token: string | undefined): string {
  if (token === undefined) return "";
  try {
    const read: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(read) && read[0] === list && typeof read[1] === "string") return read[1];
  } catch {
    // What is not JSON is not one of ours either.
  }
  throw validationError("The NextToken is not valid.");
}
