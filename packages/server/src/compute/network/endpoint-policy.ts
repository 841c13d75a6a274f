import { checkPolicy, faultText } from "@strongroom/iam";

const policyCharactersMax = 20_480;

/** The policy of an endpoint that was made without one, as EC2 shows it: everybody may do everything through it. */
export const fullAccessPolicy = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
});

/** Why a document cannot be an endpoint's policy, with the place of the fault; undefined if it can. */
export function endpointPolicyFault(document: string): string | undefined {
  if (document.length > policyCharactersMax) return `An endpoint policy has at most ${policyCharactersMax} characters.`;
  const checked = checkPolicy(document, "endpoint");
  return checked.kind === "fault" ? faultText(checked.fault) : undefined;
}
