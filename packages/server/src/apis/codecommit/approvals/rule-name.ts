import { reviewRefusal } from "../pull-requests/review-refusal.ts";

const nameForm = /^[\w. -]{1,100}$/;
const isName = (name: string): boolean => nameForm.test(name) && !name.endsWith(".git");

/** Throws the exception for a name that no rule can have. */
export function demandRuleName(name: string): void {
  if (name === "") throw reviewRefusal("rule-name-required");
  if (!isName(name)) throw reviewRefusal("invalid-rule-name", name);
}

/** Throws the exception for a name that no template can have. */
export function demandTemplateName(name: string): void {
  if (name === "") throw reviewRefusal("template-name-required");
  if (!isName(name)) throw reviewRefusal("invalid-template-name", name);
}

const descriptionCharactersMax = 1000;

export function demandTemplateDescription(description: string): void {
  if (description.length > descriptionCharactersMax) throw reviewRefusal("invalid-template-description");
}
