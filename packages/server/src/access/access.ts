import type { Clock, Db } from "../platform/index.ts";
import { AccessKeyStore } from "./access-key-store.ts";
import { AccountAlias } from "./account-alias.ts";
import { AccountAliasStore } from "./account-alias-store.ts";
import { accountSummary } from "./account-summary.ts";
import {
  RoleSessions,
  type ActAsRefusal,
  type ActAsRequest,
  type AssumedRole,
  type AssumeRoleRequest,
} from "./assume-role.ts";
import { AuthorizationMessages } from "./authorization-messages.ts";
import type { Authority, Origin, Principal } from "./authority.ts";
import { Credentials, type Credential } from "./credentials.ts";
import { CredentialReports } from "./credential-reports.ts";
import { CredentialReportStore } from "./credential-report-store.ts";
import type { DecisionLog } from "./decision-log.ts";
import { ensureFirstAdministrator, type FirstAdministrator } from "./first-administrator.ts";
import { goneBecause } from "./gone-principals.ts";
import { Generations } from "./generations.ts";
import { GroupStore } from "./group-store.ts";
import { Groups } from "./groups.ts";
import { identityFacts } from "./identity-facts.ts";
import { IdentityProviders } from "./identity-providers.ts";
import { IdentityProviderStore } from "./identity-provider-store.ts";
import { IdentityStore } from "./identity-store.ts";
import { InstanceProfileStore } from "./instance-profile-store.ts";
import { InstanceProfiles } from "./instance-profiles.ts";
import { Judge } from "./judge.ts";
import { LastUsedStore } from "./last-used-store.ts";
import { LastUsed } from "./last-used.ts";
import { Organization } from "./organization.ts";
import { OrganizationStore } from "./organization-store.ts";
import { passRole, type PassRoleOutcome, type PassRoleRequest } from "./pass-role.ts";
import { passwordCost, type PasswordCost } from "./people/password-hash.ts";
import { openPeople, type People } from "./people/people.ts";
import { Policies } from "./policies.ts";
import { PolicyStore } from "./policy-store.ts";
import { PolicyPrincipals } from "./policy-principals.ts";
import { PrincipalPolicies } from "./principal-policies.ts";
import { storedPrincipal } from "./principal.ts";
import { ProviderKeys } from "./provider-keys.ts";
import { RevocationStore } from "./revocation-store.ts";
import { Revocations } from "./revocations.ts";
import type { RequestFacts } from "./transport-keys.ts";
import { ResourceRegistry, type ResourceLookup } from "./resource-facts.ts";
import { Roles } from "./roles.ts";
import { SimulatedPrincipals } from "./simulated-principal.ts";
import { Simulator } from "./simulator.ts";
import { SecretBox } from "./secret-box.ts";
import { Sessions } from "./sessions.ts";
import type { SessionRefusal } from "./session-refusal.ts";
import { SessionTokens } from "./session-tokens.ts";
import { Users } from "./users.ts";
import { WebIdentities } from "./web-identities.ts";
import { VpcEndpointPolicies, type VpcEndpointLookup } from "./vpc-endpoint-policies.ts";

interface AccessParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** 32 bytes, derived from the root for this purpose alone: seals access keys and session tokens. */
  readonly tokenKey: Uint8Array;
  /** What hashing a password costs; tests that hash many take less. */
  readonly passwordCost?: PasswordCost | undefined;
}

/** Disposing of it writes down what was noted in memory only. */
export interface Access extends Disposable {
  readonly users: Users;
  readonly groups: Groups;
  readonly instanceProfiles: InstanceProfiles;
  readonly accountAlias: AccountAlias;
  readonly lastUsed: LastUsed;
  readonly credentialReports: CredentialReports;
  accountSummary(): ReturnType<typeof accountSummary>;
  readonly people: People;
  readonly simulator: Simulator;
  readonly roles: Roles;
  readonly policies: Policies;
  /** For whoever stores the policy of a resource. */
  readonly policyPrincipals: PolicyPrincipals;
  readonly organization: Organization;
  /** What an access key id stands for; see Credential. */
  credential(accessKeyId: string, sessionToken: string | undefined, now: Date): Credential;
  /** Encoded messages of refusals, which `DecodeAuthorizationMessage` reads. */
  readonly authorizationMessages: AuthorizationMessages;
  authorityFor(principal: Principal, origin: Origin, facts: RequestFacts, decisions?: DecisionLog): Authority;
  readonly identityProviders: IdentityProviders;
  readonly webIdentities: WebIdentities;
  /** Sessions of users and of those they vouch for; and how sessions are ended. */
  readonly sessions: Sessions;
  /** Throws AccessDenied where the role does not trust the caller. */
  assumeRole(request: AssumeRoleRequest): AssumedRole | SessionRefusal;
  /** A service takes on a role that trusts it. */
  actAs(request: ActAsRequest): AssumedRole | ActAsRefusal;
  passRole(request: PassRoleRequest): PassRoleOutcome;
  /** The composition root says who knows the policies and tags of which service's resources. */
  describeResources(service: string, lookup: ResourceLookup): void;
  /** The composition root says who knows the policies of VPC endpoints. Called once. */
  describeVpcEndpoints(lookup: VpcEndpointLookup): void;
  /** At the very first start: the user `administrator` with an access key, told once. Afterwards undefined. */
  ensureFirstAdministrator(): FirstAdministrator | undefined;
}

/** Opens the domain over a database that its migrations were applied to. */
export function openAccess(parts: AccessParts): Access {
  const { db, clock, accountId, region, tokenKey } = parts;
  if (tokenKey.byteLength !== 32) throw new RangeError("a token key has 32 bytes");
  const remembering: { forget(): void }[] = [];
  // ② whatever was remembered is dropped by the call that changes anything, before it returns.
  const forget = () => {
    for (const one of remembering) one.forget();
  };
  const identities = new IdentityStore(db, forget);
  const keys = new AccessKeyStore(db, forget);
  const policies = new Policies(new PolicyStore(db, forget), clock, accountId);
  const secrets = new SecretBox(tokenKey, "secret access keys");
  const tokens = new SessionTokens(tokenKey);
  const groupStore = new GroupStore(db, forget);
  const profiles = new InstanceProfileStore(db, forget);
  const people = openPeople({
    db,
    identities,
    clock,
    accountId,
    tokenKey,
    cost: parts.passwordCost ?? passwordCost,
    forget,
  });
  const users = new Users({ people, identities, keys, groups: groupStore, policies, secrets, clock, accountId });
  const policyPrincipals = new PolicyPrincipals(identities, accountId);
  const roles = new Roles({ identities, profiles, policies, principals: policyPrincipals, clock, accountId });
  const lastUsed = new LastUsed(new LastUsedStore(db));
  const revocations = new Revocations(new RevocationStore(db, forget), clock);
  const generations = new Generations(policies, groupStore);
  generations.tellPersonFacts((user) => people.generationFacts(user));
  const providers = new IdentityProviders({ store: new IdentityProviderStore(db, forget), clock, accountId });
  const credentials = new Credentials({
    ...{ identities, keys, secrets, tokens, revocations, generations, providers },
    accountId,
  });
  const principals = new PrincipalPolicies({ people, identities, policies, groups: groupStore, revocations });
  const organization = new Organization({ store: new OrganizationStore(db, forget), clock, accountId });
  remembering.push(credentials, principals, organization, generations);

  const roleByArn = (arn: string) => roles.findByArn(arn);
  const resources = new ResourceRegistry();
  resources.describe("iam", (arn) =>
    identityFacts({ identities, profiles, policies, providers, devices: people.mfaDevices }, arn),
  );
  resources.describe("organizations", (arn) => ({ tags: organization.tagsOfArn(arn) }));
  const endpoints = new VpcEndpointPolicies();
  const judge = new Judge({ principals, resources, organization, endpoints, roleByArn, clock, accountId, region });
  const sessions = new RoleSessions({
    ...{ judge, tokens, generations, policies, roleByArn, accountId, region },
    now: () => clock.now(),
  });
  return {
    users,
    groups: new Groups({ groups: groupStore, identities, policies, clock, accountId }),
    instanceProfiles: new InstanceProfiles({ profiles, identities, clock, accountId }),
    accountAlias: new AccountAlias(new AccountAliasStore(db)),
    lastUsed,
    credentialReports: new CredentialReports({
      ...{ store: new CredentialReportStore(db), identities, keys, lastUsed, people, clock, accountId },
      accountCreatedAt: organization.createdAt,
    }),
    accountSummary: () =>
      accountSummary({
        identities,
        groups: groupStore,
        profiles,
        policies,
        people,
        providerCount: () => providers.count(),
      }),
    people,
    simulator: new Simulator(
      new SimulatedPrincipals({ identities, groups: groupStore, policies, people, organization, accountId }),
    ),
    [Symbol.dispose]: () => lastUsed[Symbol.dispose](),
    roles,
    policies,
    policyPrincipals,
    organization,
    credential: (accessKeyId, sessionToken, now) => credentials.find(accessKeyId, sessionToken, now),
    authorizationMessages: new AuthorizationMessages(tokenKey),
    authorityFor: (principal, origin, facts, decisions) =>
      judge.authority({ principal: storedPrincipal(principal), origin, facts, region, calledVia: [], decisions }),
    identityProviders: providers,
    webIdentities: new WebIdentities({ providers, keys: new ProviderKeys(), judge, clock, accountId }),
    sessions: new Sessions({
      ...{ tokens, identities, policies, generations, revocations, judge, roleByArn, clock, accountId },
      roles: sessions,
      devices: people.mfaDevices,
    }),
    assumeRole: (request) => sessions.assume(request),
    actAs: (request) => sessions.actAs(request),
    passRole: (request) =>
      passRole(request, {
        goneBecause: (principal) => goneBecause({ identities, revocations }, principal),
        sessions,
        roleByArn,
        accountId,
      }),
    describeResources: (service, lookup) => resources.describe(service, lookup),
    describeVpcEndpoints: (lookup) => endpoints.describe(lookup),
    ensureFirstAdministrator: () => db.transaction(() => ensureFirstAdministrator(users, policies)),
  };
}
