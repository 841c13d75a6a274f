import { createHash } from "node:crypto";
import type { GroupStore } from "./group-store.ts";
import type { Identity, Owner, Role, User } from "./identity.ts";
import type { Policies } from "./policies.ts";

/** More of what makes a person who they are, as another part knows it: whether the password was changed, say. */
export type PersonFacts = (user: User) => unknown;

/**
 * One short text for all that an administrator can change about a user or role: name, tags, boundary,
 * trust, policies, groups, password, second factors. A session that somebody signed in for holds it, and
 * ends with it. Remembered until anything in this domain changes.
 */
export class Generations {
  readonly #policies: Pick<Policies, "inlineOf" | "attachedTo">;
  readonly #groups: Pick<GroupStore, "groupsOf">;
  readonly #remembered = new Map<string, string>();
  #personFacts: PersonFacts = () => undefined;

  constructor(policies: Pick<Policies, "inlineOf" | "attachedTo">, groups: Pick<GroupStore, "groupsOf">) {
    this.#policies = policies;
    this.#groups = groups;
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** Said once, by the part that knows passwords and second factors. */
  tellPersonFacts(facts: PersonFacts): void {
    this.#personFacts = facts;
  }

  ofUser(user: User): string {
    return this.#of(user, () => {
      const groups = this.#groups.groupsOf(user.name).map(({ id }) => id);
      return [this.#standing({ kind: "user", name: user.name }), groups, this.#personFacts(user)];
    });
  }

  ofRole(role: Role): string {
    return this.#of(role, () => [this.#standing({ kind: "role", name: role.name })]);
  }

  #of(identity: Identity, more: () => readonly unknown[]): string {
    const known = this.#remembered.get(identity.id);
    if (known !== undefined) return known;
    const facts = JSON.stringify([identity, ...more()]);
    const digest = createHash("sha256").update(facts).digest("base64url").slice(0, 22);
    this.#remembered.set(identity.id, digest);
    return digest;
  }

  #standing(owner: Owner): readonly unknown[] {
    return [this.#policies.inlineOf(owner), this.#policies.attachedTo(owner).map(({ arn }) => arn)];
  }
}
