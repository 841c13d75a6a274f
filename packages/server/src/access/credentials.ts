import type { AccessKeyStore } from "./access-key-store.ts";
import type { Principal } from "./authority.ts";
import type { Generations } from "./generations.ts";
import type { Role, User } from "./identity.ts";
import type { IdentityProviders } from "./identity-providers.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Revocations } from "./revocations.ts";
import type { SecretBox } from "./secret-box.ts";
import { federatedPrincipal, rolePrincipal, userPrincipal } from "./session-principal.ts";
import type { RoleTokenSession, Session, UserTokenSession } from "./session.ts";
import type { SessionTokens } from "./session-tokens.ts";

/**
 * What an access key id stands for. Only an active key comes with its secret: for every other kind the
 * signature is verified against a secret that nobody has, so that the answer tells nothing and takes
 * as long.
 */
export type Credential =
  | { readonly kind: "active"; readonly secretAccessKey: string; readonly principal: Principal }
  /** `ended`: the session was, before it expired. */
  | { readonly kind: "unknown" | "inactive" | "expired" | "ended" | "bad-token" };

interface CredentialParts {
  readonly identities: IdentityStore;
  readonly keys: AccessKeyStore;
  readonly secrets: SecretBox;
  readonly tokens: SessionTokens;
  readonly revocations: Revocations;
  readonly generations: Generations;
  readonly providers: Pick<IdentityProviders, "find">;
  readonly accountId: string;
}

interface RememberedSession {
  readonly sessionToken: string;
  readonly expiresAt: number;
  readonly credential: Credential;
}

const rememberedMax = 10_000;

/** Finds credentials. Answers about active ones are remembered until anything in this domain changes. */
export class Credentials {
  readonly #parts: CredentialParts;
  readonly #remembered = new Map<string, Credential>();
  readonly #rememberedSessions = new Map<string, RememberedSession>();

  constructor(parts: CredentialParts) {
    this.#parts = parts;
  }

  forget(): void {
    this.#remembered.clear();
    this.#rememberedSessions.clear();
  }

  find(accessKeyId: string, sessionToken: string | undefined, now: Date): Credential {
    if (accessKeyId.startsWith("ASIA")) return this.#temporary(accessKeyId, sessionToken, now.getTime());
    if (sessionToken !== undefined) return { kind: "bad-token" };
    const remembered = this.#remembered.get(accessKeyId);
    if (remembered !== undefined) return remembered;
    const found = this.#longTerm(accessKeyId);
    // Unknown ids are not remembered: anybody can make them up, without end.
    if (found.kind !== "unknown" && this.#remembered.size < rememberedMax) this.#remembered.set(accessKeyId, found);
    return found;
  }

  #longTerm(accessKeyId: string): Credential {
    const { identities, keys, secrets, accountId } = this.#parts;
    const key = keys.find(accessKeyId);
    if (key === undefined) return { kind: "unknown" };
    const user = identities.user(key.userName);
    const secretAccessKey = secrets.open(key.sealedSecret, key.id);
    if (user === undefined || secretAccessKey === undefined) return { kind: "unknown" };
    if (!key.active) return { kind: "inactive" };
    const { arn, id, name } = user;
    const principal = { kind: "user", arn, accountId, userId: id, userName: name, accessKeyId } as const;
    return { kind: "active", secretAccessKey, principal };
  }

  #temporary(accessKeyId: string, sessionToken: string | undefined, now: number): Credential {
    const remembered = this.#rememberedSessions.get(accessKeyId);
    if (remembered !== undefined && remembered.sessionToken === sessionToken && now < remembered.expiresAt) {
      return remembered.credential;
    }
    const { tokens } = this.#parts;
    const session = sessionToken === undefined ? undefined : tokens.read(sessionToken, accessKeyId);
    if (sessionToken === undefined || session?.accessKeyId !== accessKeyId) return { kind: "bad-token" };
    if (session.expiresAt <= now) return { kind: "expired" };
    const credential = this.#ofSession(session);
    if (credential.kind === "active") this.#remember(accessKeyId, { ...session, sessionToken, credential });
    return credential;
  }

  #remember(accessKeyId: string, { sessionToken, expiresAt, credential }: RememberedSession): void {
    if (this.#rememberedSessions.size >= rememberedMax) this.#rememberedSessions.clear();
    this.#rememberedSessions.set(accessKeyId, { sessionToken, expiresAt, credential });
  }

  #ofSession(session: Session): Credential {
    const { tokens, revocations } = this.#parts;
    const principal = this.#principalOf(session);
    if (principal === undefined || revocations.hasEnded(principal)) return { kind: "ended" };
    return { kind: "active", secretAccessKey: tokens.secretOf(session.accessKeyId), principal };
  }

  /** ② who was deleted takes their sessions with them, even when somebody else has the name now. */
  #principalOf(session: Session): Principal | undefined {
    const { identities, accountId } = this.#parts;
    if (session.kind === "role") {
      const role = identities.roleById(session.roleId);
      if (role === undefined) return undefined;
      return this.#isAsSignedIn(session, role) ? rolePrincipal(session, role, accountId) : undefined;
    }
    const user = identities.userById(session.userId);
    if (user === undefined) return undefined;
    if (session.kind === "federated") return federatedPrincipal(session, user, accountId);
    return this.#userIsAsSignedIn(session, user) ? userPrincipal(session, user, accountId) : undefined;
  }

  /** ② a session that somebody signed in for ends when the person, the role or the provider is no more what it was. */
  #isAsSignedIn(session: RoleTokenSession, role: Role): boolean {
    const { generations, startedBy, federatedProvider } = session;
    if (federatedProvider !== undefined && this.#parts.providers.find(federatedProvider) === undefined) return false;
    if (generations === undefined) return true;
    if (generations.role !== this.#parts.generations.ofRole(role)) return false;
    const person = startedBy === undefined ? undefined : this.#parts.identities.userById(startedBy);
    const now = person === undefined ? undefined : this.#parts.generations.ofUser(person);
    return generations.user === now;
  }

  #userIsAsSignedIn({ generations }: UserTokenSession, user: User): boolean {
    return generations === undefined || generations.user === this.#parts.generations.ofUser(user);
  }
}
