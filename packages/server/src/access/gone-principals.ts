import type { Principal } from "./authority.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Revocations } from "./revocations.ts";

/**
 * ② Why a principal that asked for something earlier no longer counts: its session was ended, or its user or
 * role was deleted, perhaps made again under the same name. Undefined while it counts. That a session's time
 * has run out is no reason: what was asked for while it lasted may go on.
 */
export function goneBecause(
  parts: { readonly identities: IdentityStore; readonly revocations: Pick<Revocations, "hasEnded"> },
  principal: Principal,
): string | undefined {
  if (parts.revocations.hasEnded(principal)) return "this session was ended";
  const { identities } = parts;
  switch (principal.kind) {
    case "user":
      return identities.user(principal.userName)?.id === principal.userId ? undefined : "this user no longer exists";
    case "federated-user": {
      const { userName, issuerId } = principal;
      return identities.user(userName)?.id === issuerId ? undefined : "the user of this session no longer exists";
    }
    case "role-session": {
      const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
      return identities.role(principal.roleName)?.id === roleId ? undefined : "this session's role no longer exists";
    }
    case "root":
    case "web-identity":
    case "anonymous":
      return undefined;
  }
}
