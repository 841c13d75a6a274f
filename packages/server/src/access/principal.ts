import type { Tags } from "./identity.ts";
import type { Generations } from "./session.ts";

/** Who a request is from, once its signature held. Times are epoch milliseconds. */
export type Principal =
  | { readonly kind: "root"; readonly arn: string; readonly accountId: string }
  | UserPrincipal
  | RoleSession
  | FederatedUser
  | WebIdentity
  | Anonymous;

export interface UserPrincipal {
  readonly kind: "user";
  readonly arn: string;
  readonly accountId: string;
  readonly userId: string;
  readonly userName: string;
  readonly accessKeyId?: string;
  /** With temporary credentials (GetSessionToken, signing in); absent with an access key of the user's own. */
  readonly session?: {
    /** Absent where a second factor came with this one request and no session was begun. */
    readonly issuedAt?: number | undefined;
    readonly mfaAt?: number | undefined;
    readonly generations?: Generations | undefined;
  };
}

export interface RoleSession {
  readonly kind: "role-session";
  /** arn:aws:sts::<account>:assumed-role/<role>/<session> */
  readonly arn: string;
  readonly roleArn: string;
  readonly roleName: string;
  readonly accountId: string;
  /** <role id>:<session name> */
  readonly userId: string;
  readonly sessionName: string;
  readonly accessKeyId?: string;
  /** Session policies given when the role was assumed, as JSON texts. */
  readonly sessionPolicies: readonly string[];
  /** Managed policies given as session policies; what they say now counts. */
  readonly sessionPolicyArns: readonly string[];
  readonly tags: Tags;
  /** Keys of those session tags that go along when the session takes on a further role. */
  readonly transitiveTagKeys: readonly string[];
  /** Set once, when the first role was assumed; kept along all further ones. */
  readonly sourceIdentity?: string | undefined;
  /** ARN of the identity provider that vouched for who assumed the role. */
  readonly federatedProvider?: string | undefined;
  /** When a second factor was shown. */
  readonly mfaAt?: number | undefined;
  /** When the role was assumed; absent for what acts in the server without a token. */
  readonly issuedAt?: number | undefined;
  /** Id of the user whom the session goes back to, along all roles in between. */
  readonly startedBy?: string | undefined;
  readonly generations?: Generations | undefined;
}

export interface FederatedUser {
  readonly kind: "federated-user";
  /** arn:aws:sts::<account>:federated-user/<name> */
  readonly arn: string;
  readonly accountId: string;
  /** <account>:<name> */
  readonly userId: string;
  readonly federatedName: string;
  /** The user who asked for the session, and whose policies cap it. */
  readonly userName: string;
  readonly userArn: string;
  readonly issuerId: string;
  readonly accessKeyId?: string;
  readonly sessionPolicies: readonly string[];
  readonly sessionPolicyArns: readonly string[];
  readonly tags: Tags;
  readonly issuedAt: number;
}

/** Somebody whom an identity provider vouches for; may do nothing but take on a role that trusts the provider. */
export interface WebIdentity {
  readonly kind: "web-identity";
  /** ARN of the provider: what `Principal.Federated` of a trust policy names. */
  readonly arn: string;
  readonly accountId: string;
  /** Where the provider is, without its scheme: the prefix of its condition keys. */
  readonly providerHost: string;
  readonly subject: string;
  readonly audience: string;
  /** The provider's own condition keys: `<provider>:aud`, `<provider>:sub`, … */
  readonly claimKeys: Readonly<Record<string, string | readonly string[]>>;
}

/** A request without a signature, which only few operations take. */
export interface Anonymous {
  readonly kind: "anonymous";
  readonly arn: "anonymous";
  readonly accountId: "";
}

export const anonymous: Anonymous = { kind: "anonymous", arn: "anonymous", accountId: "" };

/** A role session as it was stored with a job before sessions held more than one policy. */
interface FormerRoleSession {
  readonly kind: "role-session";
  readonly sessionPolicy?: string;
  readonly sessionPolicies?: undefined;
}

/** A principal that was stored, perhaps in its former form: what took rights away from it still does. */
export function storedPrincipal(stored: Principal | FormerRoleSession): Principal {
  if (stored.kind !== "role-session" || stored.sessionPolicies !== undefined) return stored;
  const { sessionPolicy, ...rest } = stored as FormerRoleSession & Omit<RoleSession, "sessionPolicies">;
  const sessionPolicies = sessionPolicy === undefined ? [] : [sessionPolicy];
  return { ...rest, sessionPolicies, sessionPolicyArns: [], transitiveTagKeys: [] };
}
