import { text } from "@strongroom/wire";
import type { MergeOption } from "../../../artifacts/index.ts";
import { pageStart, pageToken } from "../page.ts";
import { conflictMembers, mannerOf, mergeOption, sideMembers, type MannerInput } from "./merge-members.ts";

/** What every question about the conflicts of a merge says. */
export const askedMembers = { ...sideMembers, ...conflictMembers, mergeOption, nextToken: text({ max: 200 }) };

interface AskedInput extends MannerInput {
  readonly repositoryName: string;
  readonly sourceCommitSpecifier: string;
  readonly destinationCommitSpecifier: string;
  readonly mergeOption: MergeOption;
  readonly nextToken?: string;
}

/** The question, and how much of the answer was told before: the pages after the first are about its commits. */
export function askedConflicts(input: AskedInput) {
  const { skip = 0, commits = [] } = pageStart(input.nextToken, input.repositoryName) ?? {};
  const [source = input.sourceCommitSpecifier, destination = input.destinationCommitSpecifier] = commits;
  const asked = {
    ...{ repository: input.repositoryName, source, destination },
    ...{ option: input.mergeOption, manner: mannerOf(input) },
  };
  return { asked, skip };
}

export const conflictCommits = (found: { source: string; destination: string; base: string | undefined }) => ({
  sourceCommitId: found.source,
  destinationCommitId: found.destination,
  baseCommitId: found.base,
});

/** Undefined where nothing follows. */
export const nextPage = (
  found: { readonly source: string; readonly destination: string },
  skip: number,
  hasMore: boolean,
): string | undefined => (hasMore ? pageToken({ skip, commits: [found.source, found.destination] }) : undefined);
