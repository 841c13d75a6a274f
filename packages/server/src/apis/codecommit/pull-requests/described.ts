import { reviewRefusal } from "./review-refusal.ts";

const titleCharactersMax = 150;
const descriptionCharactersMax = 10_240;
const tokenCharactersMax = 64;

/** Throws the exception for a title that is none. */
export function demandTitle(title: string): void {
  if (title === "") throw reviewRefusal("title-required");
  if (title.length > titleCharactersMax) throw reviewRefusal("invalid-title");
}

export function demandDescription(description: string): void {
  if (description.length > descriptionCharactersMax) throw reviewRefusal("invalid-description");
}

export function demandClientToken(token: string | undefined): void {
  if (token === undefined) return;
  if (token.length < 1 || token.length > tokenCharactersMax) throw reviewRefusal("invalid-client-token");
}
