import type { Principal } from "./principal.ts";

type Key = readonly [name: string, value: string | readonly string[]];

/**
 * The global condition keys that tell who asks, but for tags and the age of a second factor.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
 */
export function principalKeys(principal: Principal): readonly Key[] {
  switch (principal.kind) {
    case "root":
      return [...ofAccount(principal), ["aws:PrincipalType", "Account"], ["aws:userid", principal.accountId]];
    case "user":
      return [
        ...ofAccount(principal),
        ["aws:PrincipalType", "User"],
        ["aws:userid", principal.userId],
        ["aws:username", principal.userName],
        // Both keys are those of temporary credentials: an access key of the user's own has neither.
        ...(principal.session === undefined ? [] : sessionKeys(principal.session)),
      ];
    case "role-session":
      return [
        ...ofAccount({ ...principal, arn: principal.roleArn }),
        ["aws:PrincipalType", "AssumedRole"],
        ["aws:userid", principal.userId],
        ...sessionKeys(principal),
        ...optional("aws:SourceIdentity", principal.sourceIdentity),
        ...optional("aws:FederatedProvider", principal.federatedProvider),
      ];
    case "federated-user":
      return [
        ...ofAccount(principal),
        ["aws:PrincipalType", "FederatedUser"],
        ["aws:userid", principal.userId],
        ...sessionKeys(principal),
      ];
    case "web-identity":
      return [["aws:FederatedProvider", principal.arn], ...Object.entries(principal.claimKeys)];
    case "anonymous":
      return [
        ["aws:PrincipalType", "Anonymous"],
        ["aws:userid", "anonymous"],
      ];
  }
}

/** Seconds since the principal showed a second factor; undefined where its credentials know of none. */
export function mfaAgeSeconds(principal: Principal, now: Date): number | undefined {
  const mfaAt = mfaTime(principal);
  return mfaAt === undefined ? undefined : Math.max(0, Math.floor((now.getTime() - mfaAt) / 1000));
}

export function mfaTime(principal: Principal): number | undefined {
  if (principal.kind === "role-session") return principal.mfaAt;
  return principal.kind === "user" ? principal.session?.mfaAt : undefined;
}

function ofAccount({ arn, accountId }: { readonly arn: string; readonly accountId: string }): readonly Key[] {
  return [
    ["aws:PrincipalArn", arn],
    ["aws:PrincipalAccount", accountId],
    ["kms:CallerAccount", accountId],
  ];
}

function sessionKeys(session: {
  readonly issuedAt?: number | undefined;
  readonly mfaAt?: number | undefined;
}): readonly Key[] {
  const { issuedAt, mfaAt } = session;
  return [
    ["aws:MultiFactorAuthPresent", String(mfaAt !== undefined)],
    ...optional("aws:TokenIssueTime", issuedAt === undefined ? undefined : new Date(issuedAt).toISOString()),
  ];
}

function optional(name: string, value: string | undefined): readonly Key[] {
  return value === undefined ? [] : [[name, value]];
}
