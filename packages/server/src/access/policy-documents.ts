import { checkPolicy, faultText, type PolicyUse } from "@strongroom/iam";
import { managedPolicyCharactersMax } from "./quotas.ts";
import { refused, type Refusal } from "./refusal.ts";

/** ② a policy with a fault is refused when it is stored, with the place of the fault. */
export function documentFault(document: string, use: PolicyUse): Refusal | undefined {
  const checked = checkPolicy(document, use);
  return checked.kind === "fault" ? refused("malformed-policy", faultText(checked.fault)) : undefined;
}

/** `charactersMax` counts without white space. */
export function tooLong(text: string, charactersMax: number, of: string): Refusal | undefined {
  if (text.replace(/\s/g, "").length <= charactersMax) return undefined;
  return refused("limit-exceeded", `Maximum policy size of ${charactersMax} bytes exceeded for ${of}`);
}

export function managedDocumentFault(document: string): Refusal | undefined {
  return documentFault(document, "identity") ?? tooLong(document, managedPolicyCharactersMax, "policy");
}
