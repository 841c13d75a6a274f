import type { Principal } from "./authority.ts";
import type { IdentityStore } from "./identity-store.ts";

/**
 * ② Why a principal that asked for something earlier no longer counts: its user or role was deleted, or
 * deleted and made again under the same name. Undefined while it counts. That a session's time has run out is
 * no reason: what was asked for while it lasted may go on.
 */
export function goneBecause(identities: IdentityStore, principal: Principal): string | undefined {
  if (principal.kind === "user") {
    return identities.user(principal.userName)?.id === principal.userId ? undefined : "this user no longer exists";
  }
  if (principal.kind !== "role-session") return undefined;
  const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
  return identities.role(principal.roleName)?.id === roleId ? undefined : "this session's role no longer exists";
}
