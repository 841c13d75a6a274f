import { compilePolicy, emptyPolicy, type NamedPolicy } from "@strongroom/iam";
import type { Principal } from "./authority.ts";
import type { GroupStore } from "./group-store.ts";
import type { Identity, Owner, Tags } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Policies } from "./policies.ts";

/** What the account says about a principal. */
interface Standing {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly session: readonly NamedPolicy[];
  readonly tags: Tags;
}

const nobody: Standing = { identity: [], boundary: undefined, session: [], tags: {} };
const rememberedMax = 10_000;

/** The policies and tags of principals, compiled; remembered until anything in this domain changes. */
export class PrincipalPolicies {
  readonly #identities: IdentityStore;
  readonly #policies: Policies;
  readonly #groups: Pick<GroupStore, "groupsOf">;
  readonly #remembered = new Map<string, Standing>();

  constructor(identities: IdentityStore, policies: Policies, groups: Pick<GroupStore, "groupsOf">) {
    this.#identities = identities;
    this.#policies = policies;
    this.#groups = groups;
  }

  forget(): void {
    this.#remembered.clear();
  }

  of(principal: Principal): Standing {
    switch (principal.kind) {
      case "root":
        return nobody;
      case "user":
        return this.#remember(principal.userId, { kind: "user", name: principal.userName });
      case "role-session": {
        const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
        const standing = this.#remember(roleId, { kind: "role", name: principal.roleName });
        const tags = { ...standing.tags, ...principal.tags };
        const { sessionPolicy } = principal;
        if (sessionPolicy === undefined) return { ...standing, tags };
        return { ...standing, tags, session: [named("session policy", sessionPolicy)] };
      }
    }
  }

  #remember(id: string, owner: Owner): Standing {
    let standing = this.#remembered.get(id);
    if (standing === undefined) {
      standing = this.#read(id, owner);
      if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
      this.#remembered.set(id, standing);
    }
    return standing;
  }

  /**
   * ② the id decides, not the name: who was deleted has no policies left, though the name lives on,
   * and who was renamed keeps theirs. A user has those of their groups as well.
   */
  #read(id: string, { kind }: Owner): Standing {
    const identity: Identity | undefined =
      kind === "user" ? this.#identities.userById(id) : this.#identities.roleById(id);
    if (identity === undefined) return nobody;
    const groups = kind === "user" ? this.#groups.groupsOf(identity.name) : [];
    const owners: Owner[] = [
      { kind, name: identity.name },
      ...groups.map(({ name }) => ({ kind: "group", name }) as const),
    ];
    const inline = owners
      .flatMap((owner) => this.#policies.inlineOf(owner))
      .map(({ name, document }) => named(name, document));
    // Managed policies go by their ARN, which refusals name; inline ones have none.
    const attached = owners
      .flatMap((owner) => this.#policies.attachedTo(owner))
      .map(({ arn, document }) => named(arn, document));
    return {
      identity: [...inline, ...attached],
      boundary: identity.boundaryArn === undefined ? undefined : this.#boundary(identity.boundaryArn),
      session: [],
      tags: identity.tags,
    };
  }

  /** A boundary that has gone allows nothing. */
  #boundary(arn: string): NamedPolicy {
    const policy = this.#policies.find(arn);
    return policy === undefined ? { name: arn, policy: emptyPolicy("identity") } : named(arn, policy.document);
  }
}

function named(name: string, document: string): NamedPolicy {
  return { name, policy: compilePolicy(document, "identity").policy };
}
