import type { DecisionLog, Principal } from "../access/index.ts";
import type { UserIdentity } from "../audit/index.ts";

/**
 * Who a record of the trail is about, spelled as in CloudTrail. The access key stands in it even where
 * the signature failed: it says what was tried.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function identityOf(principal: Principal | undefined, accessKeyId: string | undefined): UserIdentity {
  const key = accessKeyId === undefined ? {} : { accessKeyId };
  if (principal === undefined) return { type: "Unknown", ...key };
  const { arn, accountId } = principal;
  switch (principal.kind) {
    case "root":
      return { type: "Root", principalId: accountId, arn, accountId, ...key };
    case "user": {
      const { userId: principalId, userName, session } = principal;
      const context = session === undefined ? {} : { sessionContext: { attributes: attributesOf(session) } };
      return { type: "IAMUser", principalId, arn, accountId, userName, ...key, ...context };
    }
    case "role-session":
      return { type: "AssumedRole", principalId: principal.userId, arn, accountId, ...key, ...roleContext(principal) };
    case "federated-user": {
      const { userName, userArn, issuerId } = principal;
      const sessionIssuer = { type: "IAMUser", principalId: issuerId, arn: userArn, accountId, userName };
      const sessionContext = { sessionIssuer, attributes: attributesOf(principal) };
      return { type: "FederatedUser", principalId: principal.userId, arn, accountId, ...key, sessionContext };
    }
    case "web-identity": {
      const { subject: userName, audience } = principal;
      const principalId = `${arn}:${audience}:${userName}`;
      return { type: "WebIdentityUser", principalId, userName, identityProvider: arn };
    }
    case "anonymous":
      return { type: "Unknown", principalId: "anonymous" };
  }
}

/** Who an unsigned request proved to be from on the way: whom its first decision was about. */
export function provenIdentity(principal: Principal | undefined, decisions: DecisionLog): Principal | undefined {
  if (principal?.kind !== "anonymous") return principal;
  const proven = decisions.kept.find(({ asker }) => asker !== undefined && asker.kind !== "anonymous");
  return proven?.asker ?? principal;
}

function roleContext(session: Extract<Principal, { kind: "role-session" }>): Pick<UserIdentity, "sessionContext"> {
  const { userId, roleArn, roleName, accountId, federatedProvider, sourceIdentity } = session;
  const principalId = userId.slice(0, userId.indexOf(":"));
  return {
    sessionContext: {
      sessionIssuer: { type: "Role", principalId, arn: roleArn, accountId, userName: roleName },
      ...(federatedProvider === undefined ? {} : { webIdFederationData: { federatedProvider, attributes: {} } }),
      attributes: attributesOf(session),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    },
  };
}

function attributesOf(session: { readonly issuedAt?: number | undefined; readonly mfaAt?: number | undefined }) {
  const { issuedAt, mfaAt } = session;
  return {
    ...(issuedAt === undefined ? {} : { creationDate: `${new Date(issuedAt).toISOString().slice(0, 19)}Z` }),
    mfaAuthenticated: String(mfaAt !== undefined),
  };
}
