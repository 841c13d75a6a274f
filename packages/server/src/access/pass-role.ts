import { splitArn } from "@strongroom/iam";
import type { Authority, Permission, Principal } from "./authority.ts";
import { couldNotAssume, type RoleSessions } from "./assume-role.ts";
import type { Role } from "./identity.ts";

export interface PassRoleRequest {
  /** Who hands the role over. */
  readonly authority: Authority;
  readonly roleArn: string;
  /** Who gets it: `sagemaker.amazonaws.com`. */
  readonly service: string;
  /** The ARN of what the service will use it for, such as a job. */
  readonly sourceArn?: string | undefined;
}

export type PassRoleOutcome =
  | { readonly kind: "passed" }
  | {
      readonly kind: "refused";
      readonly reason: "submitter-gone" | "access-denied" | "no-such-role" | "trust-refuses" | "other-account";
      readonly message: string;
    };

/** What the caller must be allowed. The condition keys say to whom the role goes and for which resource. */
export function passRolePermission(roleArn: string, service: string, associatedArn?: string): Permission {
  const associated = associatedArn === undefined ? {} : { "iam:AssociatedResourceArn": associatedArn };
  return { action: "iam:PassRole", resource: roleArn, context: { "iam:PassedToService": service, ...associated } };
}

/**
 * ② may this caller hand this role to this service? Asked when something is created, and again when
 * it starts: policies may have changed in between. The caller's permission is looked at first, so
 * that who may not pass a role does not learn whether it exists.
 */
export function passRole(
  { authority, roleArn, service, sourceArn }: PassRoleRequest,
  parts: {
    /** Why the principal is no longer who it was when it asked; undefined while it is. */
    readonly goneBecause: (principal: Principal) => string | undefined;
    readonly sessions: RoleSessions;
    readonly roleByArn: (arn: string) => Role | undefined;
    readonly accountId: string;
  },
): PassRoleOutcome {
  const gone = parts.goneBecause(authority.principal);
  if (gone !== undefined) {
    const message = `User: ${authority.principal.arn} is not authorized to perform: iam:PassRole on resource: ${roleArn} because ${gone}`;
    return { kind: "refused", reason: "submitter-gone", message };
  }
  const decision = authority.decide(passRolePermission(roleArn, service, sourceArn));
  if (!decision.allowed) return { kind: "refused", reason: "access-denied", message: decision.message };
  if (splitArn(roleArn)?.[4] !== parts.accountId) {
    const message = "Cross-account pass role is not allowed.";
    return { kind: "refused", reason: "other-account", message };
  }
  if (parts.roleByArn(roleArn) === undefined) {
    return { kind: "refused", reason: "no-such-role", message: couldNotAssume(roleArn, service) };
  }
  if (!parts.sessions.trusts(roleArn, service, "SageMaker", sourceArn, authority.decisions)) {
    return { kind: "refused", reason: "trust-refuses", message: couldNotAssume(roleArn, service) };
  }
  return { kind: "passed" };
}
