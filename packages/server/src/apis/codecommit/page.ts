import { InvalidMaxResultsException } from "@aws-sdk/client-codecommit";
import { refusal } from "./refusal.ts";

interface PageSizes {
  /** How many items a page has where no number is asked for. */
  readonly usual: number;
  readonly max: number;
}

/** Where AWS's reference names no number. */
const unnamed: PageSizes = { usual: 400, max: 400 };
export const eventPages: PageSizes = { usual: 100, max: 100 };
export const commentPages: PageSizes = { usual: 100, max: 500 };
export const reactionPages: PageSizes = { usual: 1000, max: 1000 };

/** How many items a page has. Throws InvalidMaxResultsException for what is no count. */
export function pageSize(asked: number | undefined, { usual, max }: PageSizes = unnamed): number {
  if (asked === undefined) return usual;
  if (asked > 0) return Math.min(asked, max);
  throw new InvalidMaxResultsException({ message: "The number of results is at least 1", $metadata: {} });
}

/** Where a page starts, and the commits that the first page was about: a branch that moves does not mix two lists. */
export interface PageStart {
  readonly skip: number;
  readonly commits: readonly string[];
}

const tokenForm = /^(\d{1,9})((?:\.[0-9a-f]{40})*)$/;

export function pageStart(token: string | undefined, repository: string): PageStart | undefined {
  if (token === undefined) return undefined;
  const [, skip, commits = ""] = tokenForm.exec(token) ?? [];
  if (skip === undefined) throw refusal("invalid-token", repository);
  return { skip: Number(skip), commits: commits.split(".").slice(1) };
}

export const pageToken = ({ skip, commits }: PageStart): string => [String(skip), ...commits].join(".");

const numberForm = /^\d{1,15}$/;

/** A token that is a number behind which the next page starts. */
export function numberToken(token: string | undefined, repository: string): number | undefined {
  if (token === undefined) return undefined;
  if (!numberForm.test(token)) throw refusal("invalid-token", repository);
  return Number(token);
}

/** A token that is a name behind which the next page starts, encoded: it may have spaces. */
export function nameToken(token: string | undefined): string {
  if (token === undefined) return "";
  const name = Buffer.from(token, "base64url").toString();
  if (name === "" || nameTokenOf(name) !== token) throw refusal("invalid-token", "");
  return name;
}

/** Undefined where nothing follows. */
export function nextName(names: readonly string[], hasMore: boolean): string | undefined {
  const last = names.at(-1);
  return hasMore && last !== undefined ? nameTokenOf(last) : undefined;
}

const nameTokenOf = (name: string): string => Buffer.from(name).toString("base64url");
