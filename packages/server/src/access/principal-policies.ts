import { compilePolicy, emptyPolicy, type NamedPolicy } from "@strongroom/iam";
import type { Principal } from "./authority.ts";
import type { GroupStore } from "./group-store.ts";
import type { Identity, Owner, Tags } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { People } from "./people/people.ts";
import type { Policies } from "./policies.ts";
import type { FederatedUser, RoleSession } from "./principal.ts";
import type { Revocations } from "./revocations.ts";
import { tagsOver } from "./session-tags.ts";

/** What the account says about a principal. */
interface Standing {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly session: readonly NamedPolicy[];
  readonly tags: Tags;
}

interface PrincipalPolicyParts {
  readonly identities: IdentityStore;
  readonly policies: Policies;
  readonly groups: Pick<GroupStore, "groupsOf">;
  readonly revocations: Pick<Revocations, "hasEnded">;
  readonly people: Pick<People, "ownPolicy">;
}

const nobody: Standing = { identity: [], boundary: undefined, session: [], tags: {} };
const ended: Standing = { ...nobody, session: [{ name: "ended session", policy: emptyPolicy("identity") }] };
/** Compiled statements that are held for principals: twice as many as 1,000 roles of 50 have, about 300 MB. */
const rememberedStatementsMax = 100_000;

/** The policies and tags of principals, compiled; remembered until anything in this domain changes. */
export class PrincipalPolicies {
  readonly #parts: PrincipalPolicyParts;
  readonly #remembered = new Map<string, Standing>();
  #rememberedStatements = 0;

  constructor(parts: PrincipalPolicyParts) {
    this.#parts = parts;
  }

  forget(): void {
    this.#remembered.clear();
    this.#rememberedStatements = 0;
  }

  of(principal: Principal): Standing {
    // ② what goes on in somebody's name, such as a job that waits, ends with the session it was asked for in.
    if (this.#parts.revocations.hasEnded(principal)) return ended;
    switch (principal.kind) {
      case "root":
      case "web-identity":
      case "anonymous":
        return nobody;
      case "user":
        return this.#remember(principal.userId, { kind: "user", name: principal.userName });
      case "role-session": {
        const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
        return this.#inSession(this.#remember(roleId, { kind: "role", name: principal.roleName }), principal);
      }
      case "federated-user": {
        const { issuerId, userName } = principal;
        return this.#inSession(this.#remember(issuerId, { kind: "user", name: userName }), principal);
      }
    }
  }

  /** ② what a session was begun with takes rights away, and its tags stand above those of its role or user. */
  #inSession(standing: Standing, principal: RoleSession | FederatedUser): Standing {
    const { sessionPolicies, sessionPolicyArns, tags } = principal;
    const session = [
      ...sessionPolicies.map((text) => named("session policy", text)),
      ...sessionPolicyArns.map((arn) => this.#managed(arn)),
    ];
    return { ...standing, tags: tagsOver(standing.tags, tags), session };
  }

  #remember(id: string, owner: Owner): Standing {
    let standing = this.#remembered.get(id);
    if (standing === undefined) {
      standing = this.#read(id, owner);
      // Who has no policies takes room as well.
      const statements = standing.identity.reduce((sum, { policy }) => sum + policy.statements.length, 1);
      if (this.#rememberedStatements + statements > rememberedStatementsMax) this.forget();
      this.#rememberedStatements += statements;
      this.#remembered.set(id, standing);
    }
    return standing;
  }

  /**
   * ② the id decides, not the name: who was deleted has no policies left, though the name lives on,
   * and who was renamed keeps theirs. A user has those of their groups as well.
   */
  #read(id: string, { kind }: Owner): Standing {
    const { identities, policies, groups } = this.#parts;
    const identity: Identity | undefined = kind === "user" ? identities.userById(id) : identities.roleById(id);
    if (identity === undefined) return nobody;
    const memberships = kind === "user" ? groups.groupsOf(identity.name) : [];
    const owners: Owner[] = [
      { kind, name: identity.name },
      ...memberships.map(({ name }) => ({ kind: "group", name }) as const),
    ];
    const inline = owners
      .flatMap((owner) => policies.inlineOf(owner))
      .map(({ name, document }) => named(name, document));
    // Managed policies go by their ARN, which refusals name; inline ones have none.
    const attached = owners
      .flatMap((owner) => policies.attachedTo(owner))
      .map(({ arn, document }) => named(arn, document));
    const own = kind === "user" ? this.#parts.people.ownPolicy(identity) : undefined;
    return {
      identity: [...inline, ...attached, ...(own === undefined ? [] : [named(own.name, own.document)])],
      boundary: identity.boundaryArn === undefined ? undefined : this.#managed(identity.boundaryArn),
      session: [],
      tags: identity.tags,
    };
  }

  /** A boundary or session policy that has gone allows nothing. */
  #managed(arn: string): NamedPolicy {
    const policy = this.#parts.policies.find(arn);
    return policy === undefined ? { name: arn, policy: emptyPolicy("identity") } : named(arn, policy.document);
  }
}

function named(name: string, document: string): NamedPolicy {
  return { name, policy: compilePolicy(document, "identity").policy };
}
