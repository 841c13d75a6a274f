import type { GroupStore } from "./group-store.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { InstanceProfileStore } from "./instance-profile-store.ts";
import type { People } from "./people/people.ts";
import type { Policies } from "./policies.ts";
import * as quotas from "./quotas.ts";

interface SummaryParts {
  readonly identities: Pick<IdentityStore, "count">;
  readonly groups: Pick<GroupStore, "count">;
  readonly profiles: Pick<InstanceProfileStore, "count">;
  readonly policies: Pick<Policies, "counts">;
  readonly people: Pick<People, "mfaDevices">;
  readonly providerCount: () => number;
}

const devicesAtOnce = 1000;

/** What there is of everything in the account, and how much there may be. Root has no credentials here. */
export function accountSummary({ identities, groups, profiles, policies, people, providerCount }: SummaryParts) {
  const { policies: policyCount, versions } = policies.counts();
  return {
    Users: identities.count("user"),
    Roles: identities.count("role"),
    Groups: groups.count(),
    InstanceProfiles: profiles.count(),
    Policies: policyCount,
    PolicyVersionsInUse: versions,
    MFADevices: devices(people, "Any"),
    MFADevicesInUse: devices(people, "Assigned"),
    Providers: providerCount(),
    ServerCertificates: 0,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: 0,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    ...quotaSummary,
  };
}

const quotaSummary = {
  UsersQuota: quotas.usersMax,
  RolesQuota: quotas.rolesMax,
  GroupsQuota: quotas.groupsMax,
  InstanceProfilesQuota: quotas.instanceProfilesMax,
  PoliciesQuota: quotas.policiesMax,
  PolicyVersionsInUseQuota: quotas.policiesMax * quotas.versionsPerPolicyMax,
  GroupsPerUserQuota: quotas.groupsPerUserMax,
  AccessKeysPerUserQuota: quotas.accessKeysPerUserMax,
  SigningCertificatesPerUserQuota: 0,
  ServerCertificatesQuota: 0,
  AttachedPoliciesPerUserQuota: quotas.attachedPoliciesMax.user,
  AttachedPoliciesPerRoleQuota: quotas.attachedPoliciesMax.role,
  AttachedPoliciesPerGroupQuota: quotas.attachedPoliciesMax.group,
  VersionsPerPolicyQuota: quotas.versionsPerPolicyMax,
  PolicySizeQuota: quotas.managedPolicyCharactersMax,
  UserPolicySizeQuota: quotas.inlinePolicyCharactersMax.user,
  RolePolicySizeQuota: quotas.inlinePolicyCharactersMax.role,
  GroupPolicySizeQuota: quotas.inlinePolicyCharactersMax.group,
  AssumeRolePolicySizeQuota: quotas.trustPolicyCharactersMax,
  /** Session tokens are valid wherever the server answers. */
  GlobalEndpointTokenVersion: 2,
} as const;

function devices({ mfaDevices }: Pick<People, "mfaDevices">, assignment: "Any" | "Assigned"): number {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const { items, more } = mfaDevices.list(assignment, { limit: devicesAtOnce, after });
    count += items.length;
    after = items.at(-1)?.serial;
    if (!more) return count;
  }
}
