import { principalTexts, splitArn, withPrincipals } from "@strongroom/iam";
import type { IdentityStore } from "./identity-store.ts";

type Bound =
  | { readonly kind: "bound"; readonly document: string }
  /** A principal of this account that there is not. */
  | { readonly kind: "unknown"; readonly principal: string };

const sessionNamePattern = /^[\w+=,.@-]+$/;

/**
 * ② A resource's policy names users and roles by name; what is stored names them by their unique ids, so that
 * nobody who is given a deleted one's name is given its access. Principals of other accounts stay as they are written.
 * Source: "How AWS evaluates principals", AWS JSON policy elements: Principal, IAM user guide.
 */
export class PolicyPrincipals {
  readonly #identities: Pick<IdentityStore, "user" | "userByArn" | "userById" | "role" | "roleByArn" | "roleById">;
  readonly #accountId: string;

  constructor(identities: IdentityStore, accountId: string) {
    this.#identities = identities;
    this.#accountId = accountId;
  }

  /** The form in which a document is stored. It was checked before. */
  bound(document: string): Bound {
    const ids = new Map(principalTexts(document).map((text) => [text, this.boundName(text)]));
    for (const [principal, id] of ids) if (id === undefined) return { kind: "unknown", principal };
    return { kind: "bound", document: withPrincipals(document, (text) => ids.get(text) ?? text) };
  }

  /** A stored document as it is told: with the ARNs that its principals have now, and the ids of those that are gone. */
  told(document: string): string {
    return withPrincipals(document, (text) => this.toldName(text));
  }

  /** What is stored for one principal's text. Undefined where this account has no such user or role. */
  boundName(text: string): string | undefined {
    if (isUniqueId(text)) return this.#arnOf(text) === undefined ? undefined : text;
    const [, , service, , accountId, path = ""] = splitArn(text) ?? [];
    if (accountId !== this.#accountId) return text;
    const [kind, name = "", ...session] = path.split("/");
    if (service === "iam" && kind === "user") return this.#identities.userByArn(text)?.id;
    if (service === "iam" && kind === "role") return this.#identities.roleByArn(text)?.id;
    if (service !== "sts" || kind !== "assumed-role") return text;
    const role = sessionNamePattern.test(session.join("/")) ? this.#identities.role(name) : undefined;
    return role && `${role.id}:${session.join("/")}`;
  }

  /** One stored principal as it is told: its ARN, or its id once it is gone. */
  toldName(text: string): string {
    return (isUniqueId(text) ? this.#arnOf(text) : undefined) ?? text;
  }

  #arnOf(uniqueId: string): string | undefined {
    if (uniqueId.startsWith("AIDA")) return this.#identities.userById(uniqueId)?.arn;
    const [id = "", session] = uniqueId.split(":");
    const role = this.#identities.roleById(id);
    if (role === undefined || session === undefined) return role?.arn;
    return `arn:aws:sts::${this.#accountId}:assumed-role/${role.name}/${session}`;
  }
}

function isUniqueId(text: string): boolean {
  return /^(?:AIDA|AROA)/.test(text);
}
