import { integer, oneOf, text } from "@strongroom/wire";
import type { PlaceRefusal } from "../../../artifacts/index.ts";
import { refusal } from "../refusal.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { repositoryName } from "../repository-answer.ts";

/** What every new comment says that is no reply. */
export const newCommentMembers = {
  repositoryName,
  beforeCommitId: text({ max: 64 }),
  afterCommitId: text({ max: 64 }),
  location: {
    filePath: text({ max: 4096 }),
    filePosition: integer(),
    relativeFileVersion: oneOf("BEFORE", "AFTER"),
  },
  content: text(),
  clientRequestToken: text(),
};

interface LocationInput {
  readonly filePath?: string;
  readonly filePosition?: number;
  readonly relativeFileVersion?: "BEFORE" | "AFTER";
}

export const locationOf = (given: LocationInput | undefined) =>
  given && { path: given.filePath ?? "", position: given.filePosition, version: given.relativeFileVersion };

/** The exception for a place that no comment can be about. */
export function placeRefusal(kind: PlaceRefusal, repository: string): Error {
  switch (kind) {
    case "same-commits":
    case "invalid-position":
    case "invalid-version":
      return reviewRefusal(kind);
    case "invalid-commit-id":
    case "no-such-commit":
    case "path-required":
    case "invalid-path":
    case "no-such-path":
      return refusal(kind, repository);
  }
}
