import type { Role, User } from "./identity.ts";
import type { FederatedUser, RoleSession, UserPrincipal } from "./principal.ts";
import type { FederatedTokenSession, RoleTokenSession, UserTokenSession } from "./session.ts";

/** Who a session acts as. */
export function rolePrincipal(session: RoleTokenSession, role: Role, accountId: string): RoleSession {
  return {
    kind: "role-session",
    arn: roleSessionArn(accountId, role.name, session.sessionName),
    roleArn: role.arn,
    roleName: role.name,
    accountId,
    userId: `${role.id}:${session.sessionName}`,
    sessionName: session.sessionName,
    accessKeyId: session.accessKeyId,
    sessionPolicies: session.sessionPolicies,
    sessionPolicyArns: session.sessionPolicyArns,
    tags: session.tags,
    transitiveTagKeys: session.transitiveTagKeys,
    sourceIdentity: session.sourceIdentity,
    federatedProvider: session.federatedProvider,
    mfaAt: session.mfaAt,
    issuedAt: session.issuedAt,
    startedBy: session.startedBy,
    generations: session.generations,
  };
}

export function userPrincipal(session: UserTokenSession, user: User, accountId: string): UserPrincipal {
  const { accessKeyId, issuedAt, mfaAt, generations } = session;
  const { arn, id: userId, name: userName } = user;
  return { kind: "user", arn, accountId, userId, userName, accessKeyId, session: { issuedAt, mfaAt, generations } };
}

export function federatedPrincipal(session: FederatedTokenSession, user: User, accountId: string): FederatedUser {
  const { accessKeyId, name, sessionPolicies, sessionPolicyArns, tags, issuedAt } = session;
  return {
    kind: "federated-user",
    arn: federatedUserArn(accountId, name),
    accountId,
    userId: `${accountId}:${name}`,
    federatedName: name,
    userName: user.name,
    userArn: user.arn,
    issuerId: user.id,
    accessKeyId,
    sessionPolicies,
    sessionPolicyArns,
    tags,
    issuedAt,
  };
}

function federatedUserArn(accountId: string, name: string): string {
  return `arn:aws:sts::${accountId}:federated-user/${name}`;
}

function roleSessionArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}
