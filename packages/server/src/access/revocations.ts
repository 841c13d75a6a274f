import type { Clock } from "../platform/index.ts";
import type { Principal } from "./authority.ts";
import { overQuota } from "./quotas.ts";
import type { Refusal } from "./refusal.ts";
import type { Revocation, RevocationStore } from "./revocation-store.ts";

/** The longest life of a session: 36 hours, of GetSessionToken and GetFederationToken. */
export const sessionSecondsMax = 129_600;
const revocationsMax = 10_000;

/** Which sessions were ended before their time. All are kept in memory: every request asks for them. */
export class Revocations {
  readonly #store: RevocationStore;
  readonly #clock: Clock;
  #remembered: ReadonlyMap<string, Revocation> | undefined;

  constructor(store: RevocationStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** `subject`: id of an access key, a user or a role. `before`: epoch milliseconds; sessions begun until then end. */
  add(subject: string, before: number): Refusal | undefined {
    const now = this.#clock.now().getTime();
    this.#store.removeOver(now);
    if (this.#store.count() >= revocationsMax) return overQuota("RevocationsPerAccount", revocationsMax);
    this.#store.add({ subject, before, keptUntil: Math.max(before, now) + sessionSecondsMax * 1000 });
    this.#remembered = undefined;
    return undefined;
  }

  /** ② whether a session is over: by its key, by whom it goes back to, or by its role. */
  hasEnded(principal: Principal): boolean {
    this.#remembered ??= new Map(this.#store.all().map((one) => [one.subject, one]));
    if (this.#remembered.size === 0) return false;
    const { subjects, issuedAt } = sessionOf(principal);
    return issuedAt !== undefined && subjects.some((id) => issuedAt <= (this.#remembered?.get(id)?.before ?? -1));
  }
}

interface SessionFacts {
  readonly subjects: readonly string[];
  readonly issuedAt: number | undefined;
}

/** An access key of a user's own is no session: it is deactivated or deleted instead. */
function sessionOf(principal: Principal): SessionFacts {
  switch (principal.kind) {
    case "user":
      return { subjects: present(principal.accessKeyId, principal.userId), issuedAt: principal.session?.issuedAt };
    case "role-session": {
      const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
      const { accessKeyId, startedBy, issuedAt } = principal;
      return { subjects: present(accessKeyId, roleId, startedBy), issuedAt };
    }
    case "federated-user":
      return { subjects: present(principal.accessKeyId, principal.issuerId), issuedAt: principal.issuedAt };
    case "root":
    case "web-identity":
    case "anonymous":
      return { subjects: [], issuedAt: undefined };
  }
}

function present(...ids: readonly (string | undefined)[]): readonly string[] {
  return ids.filter((id) => id !== undefined);
}
