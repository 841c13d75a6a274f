/**
 * Who may do what: users, roles, policies, access keys, sessions, and the decision.
 *
 * Promise: an Authority is the only way to act for somebody, and it says no unless a policy says yes;
 * every refusal names who, what, on which resource, and the kind of policy that decided; the statement, and all the
 * steps that led there, are told to whoever may ask for an explanation.
 * Invariants: condition keys that the server derives come from the server alone; a change to users,
 * roles, policies or keys holds from the next decision on; secrets rest sealed and are told once;
 * a session token counts for the access key it was issued with, until it expires or its role is gone.
 * It must not know buckets, keys or jobs: other domains describe their resources to it; nor the wire.
 */
import type { Migration } from "../platform/index.ts";
import { accessKeyMigrations } from "./access-key-store.ts";
import { accountAliasMigrations } from "./account-alias-store.ts";
import { credentialReportMigrations } from "./credential-report-store.ts";
import { groupMigrations } from "./group-store.ts";
import { identityProviderMigrations } from "./identity-provider-store.ts";
import { identityMigrations } from "./identity-store.ts";
import { instanceProfileMigrations } from "./instance-profile-store.ts";
import { lastUsedMigrations } from "./last-used-store.ts";
import { organizationMigrations } from "./organization-store.ts";
import { peopleMigrations } from "./people/people.ts";
import { policyMigrations } from "./policy-store.ts";
import { revocationMigrations } from "./revocation-store.ts";

export const migrations: readonly Migration[] = [
  ...identityMigrations,
  ...accessKeyMigrations,
  ...policyMigrations,
  ...groupMigrations,
  ...instanceProfileMigrations,
  ...lastUsedMigrations,
  ...accountAliasMigrations,
  ...credentialReportMigrations,
  ...organizationMigrations,
  ...revocationMigrations,
  ...identityProviderMigrations,
  ...peopleMigrations,
];

export { AccessDenied } from "./authority.ts";
export type { Authority, Origin, Permission, Principal } from "./authority.ts";
export { DecisionLog } from "./decision-log.ts";
export { encodedMessageCharactersMax } from "./authorization-messages.ts";
export { remediesOf } from "./remedies.ts";
export { denialRecords } from "./denial-record.ts";
export type { DenialPolicy, DenialRecord, DenialStep } from "./denial-record.ts";
export { authorizationRecord } from "./decision-record.ts";
export type { AuthorizationRecord, DecisionRecord } from "./decision-record.ts";
export { openAccess } from "./access.ts";
export type { Access } from "./access.ts";
export { assumeRolePermissions, tagKeys } from "./assume-permissions.ts";
export { sessionSecondsMin } from "./assume-role.ts";
export type { AssumedRole } from "./assume-role.ts";
export type {
  Group,
  InstanceProfile,
  ManagedPolicy,
  Owner,
  Page,
  PageRequest,
  PolicyVersion,
  Role,
  User,
} from "./identity.ts";
export type { Use } from "./last-used-store.ts";
export { organizationTagsMax } from "./organization.ts";
export type { Organization, OrganizationTarget } from "./organization.ts";
export { passRolePermission } from "./pass-role.ts";
export type { Assignment, MfaDevice } from "./people/mfa-device-store.ts";
export type { PasswordPolicy } from "./people/password-policy.ts";
export type { People } from "./people/people.ts";
export type { SignInOutcome } from "./people/sign-in.ts";
export { qrPicture } from "./people/qr-picture.ts";
export type { PolicyPrincipals } from "./policy-principals.ts";
export type { PolicyUsage } from "./policies.ts";
export type { Credential } from "./credentials.ts";
export { anonymous } from "./principal.ts";
export { limitOfSession } from "./session-limits.ts";
export { isRefused } from "./refusal.ts";
export type { Refusal } from "./refusal.ts";
export type { SimulatedPolicy, SimulatedResult, Simulation } from "./simulation.ts";
export type { ControlPolicy, ControlRefusal, LockOutCheck } from "./service-control-policies.ts";
export { sessionSecondsMax } from "./revocations.ts";
export { isSessionRefused } from "./session-refusal.ts";
export type { SessionRefusal } from "./session-refusal.ts";
export type { SessionTag } from "./session-tags.ts";
export type { WhichSessions } from "./sessions.ts";
export type { IdentityProvider } from "./identity-provider-store.ts";
export { withoutScheme } from "./identity-providers.ts";
export type { IdentityFault, ProvenIdentity } from "./web-identities.ts";
export { sessionTokenCharactersMax } from "./session-tokens.ts";
export type { TemporaryCredentials } from "./session-tokens.ts";
export type { RequestFacts, SignatureFacts } from "./transport-keys.ts";
export type { VpcEndpointFacts, VpcEndpointLookup } from "./vpc-endpoint-policies.ts";
