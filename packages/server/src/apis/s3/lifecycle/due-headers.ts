import type { Due } from "../../../artifacts/index.ts";

/** When an object expires, as answers about it say. */
export function expirationAnswer(expiration: Due | undefined) {
  if (expiration === undefined) return {};
  const { at, ruleId } = expiration;
  return { Expiration: `expiry-date="${at.toUTCString()}", rule-id="${headerText(ruleId)}"` };
}

/** When an upload is aborted, as answers about it say. */
export function abortAnswer(abort: Due | undefined) {
  return abort === undefined ? {} : { AbortDate: abort.at, AbortRuleId: headerText(abort.ruleId) };
}

/** An id as it is; what a header cannot carry between quotes is percent-encoded. */
function headerText(id: string): string {
  return id.replace(/[^\x20-\x7e]|["%\\]/gu, (character) => encodeURIComponent(character));
}
