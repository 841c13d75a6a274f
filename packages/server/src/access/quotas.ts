import { refused, type Refusal } from "./refusal.ts";
import type { Owner } from "./identity.ts";

/** AWS's quotas of IAM, where they can be raised: as far as they go. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const usersMax = 5000;
export const rolesMax = 1000;
export const groupsMax = 300;
export const groupsPerUserMax = 10;
export const accessKeysPerUserMax = 2;
export const mfaDevicesPerUserMax = 8;
export const instanceProfilesMax = 1000;
export const rolesPerInstanceProfileMax = 1;
export const policiesMax = 1500;
export const versionsPerPolicyMax = 5;

/** In characters without white space. */
export const managedPolicyCharactersMax = 6144;
export const trustPolicyCharactersMax = 4096;
/** All inline policies of one owner together, in characters without white space. */
export const inlinePolicyCharactersMax = { user: 2048, role: 10_240, group: 5120 } as const;
export const attachedPoliciesMax = { user: 20, role: 20, group: 10 } as const;

/** AWS's words for a quota that would be exceeded. */
export function overQuota(name: string, max: number): Refusal {
  return refused("limit-exceeded", `Cannot exceed quota for ${name}: ${max}`);
}

export function attachedQuotaName({ kind }: Owner): string {
  return `PoliciesPer${{ user: "User", role: "Role", group: "Group" }[kind]}`;
}
