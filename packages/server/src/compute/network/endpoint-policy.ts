import { checkPolicy, faultText } from "@strongroom/iam";
import type { PolicyPrincipals } from "../../access/index.ts";

const policyCharactersMax = 20_480;

/** The policy of an endpoint that was made without one, as EC2 shows it: everybody may do everything through it. */
export const fullAccessPolicy = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
});

/**
 * A document as an endpoint's policy is stored, with users and roles by their unique ids; or why it cannot be one,
 * with the place of the fault.
 */
export function storedPolicy(
  document: string,
  principals: Pick<PolicyPrincipals, "bound">,
): { readonly policy: string } | { readonly fault: string } {
  if (document.length > policyCharactersMax) {
    return { fault: `An endpoint policy has at most ${policyCharactersMax} characters.` };
  }
  const checked = checkPolicy(document, "endpoint");
  if (checked.kind === "fault") return { fault: faultText(checked.fault) };
  const bound = principals.bound(document);
  return bound.kind === "bound"
    ? { policy: bound.document }
    : { fault: `Invalid principal in policy: "AWS":"${bound.principal}"` };
}
