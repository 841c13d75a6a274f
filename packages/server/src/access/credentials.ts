import type { AccessKeyStore } from "./access-key-store.ts";
import type { Principal } from "./authority.ts";
import type { Role } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { SecretBox } from "./secret-box.ts";
import type { Session, SessionTokens } from "./session-tokens.ts";

/**
 * What an access key id stands for. Only an active key comes with its secret: for every other kind the
 * signature is verified against a secret that nobody has, so that the answer tells nothing and takes
 * as long.
 */
export type Credential =
  | { readonly kind: "active"; readonly secretAccessKey: string; readonly principal: Principal }
  | { readonly kind: "unknown" | "inactive" | "expired" | "bad-token" };

interface CredentialParts {
  readonly identities: IdentityStore;
  readonly keys: AccessKeyStore;
  readonly secrets: SecretBox;
  readonly tokens: SessionTokens;
  readonly accountId: string;
}

const rememberedMax = 10_000;

/** Finds credentials. Answers about long-term keys are remembered until anything in this domain changes. */
export class Credentials {
  readonly #parts: CredentialParts;
  readonly #remembered = new Map<string, Credential>();

  constructor(parts: CredentialParts) {
    this.#parts = parts;
  }

  forget(): void {
    this.#remembered.clear();
  }

  find(accessKeyId: string, sessionToken: string | undefined, now: Date): Credential {
    if (accessKeyId.startsWith("ASIA")) return this.#temporary(accessKeyId, sessionToken, now);
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

  #temporary(accessKeyId: string, sessionToken: string | undefined, now: Date): Credential {
    const { identities, tokens, accountId } = this.#parts;
    const session = sessionToken === undefined ? undefined : tokens.read(sessionToken, accessKeyId);
    if (session?.accessKeyId !== accessKeyId) return { kind: "bad-token" };
    if (session.expiresAt <= now.getTime()) return { kind: "expired" };
    const role = identities.roleById(session.roleId);
    // ② a role that was deleted takes its sessions with it, even when another one has its name now.
    if (role === undefined) return { kind: "unknown" };
    const principal = sessionPrincipal(session, role, accountId);
    return { kind: "active", secretAccessKey: tokens.secretOf(accessKeyId), principal };
  }
}

export function sessionPrincipal(session: Session, role: Role, accountId: string): RoleSession {
  return {
    kind: "role-session",
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${session.sessionName}`,
    roleArn: role.arn,
    roleName: role.name,
    accountId,
    userId: `${role.id}:${session.sessionName}`,
    sessionName: session.sessionName,
    accessKeyId: session.accessKeyId,
    ...(session.sessionPolicy === undefined ? {} : { sessionPolicy: session.sessionPolicy }),
    tags: session.tags,
    issuedAt: session.issuedAt,
  };
}

type RoleSession = Extract<Principal, { kind: "role-session" }>;
