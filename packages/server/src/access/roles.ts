import { iamId, type Clock } from "../platform/index.ts";
import { boundaryFault, mergedTags, tagsWithout } from "./identity-details.ts";
import type { Page, PageRequest, Role, Tags } from "./identity.ts";
import type { IdentityStore, RoleSettings } from "./identity-store.ts";
import type { InstanceProfileStore } from "./instance-profile-store.ts";
import type { Policies } from "./policies.ts";
import type { PolicyPrincipals } from "./policy-principals.ts";
import { documentFault, tooLong } from "./policy-documents.ts";
import { overQuota, rolesMax, trustPolicyCharactersMax } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly trustPolicy: string;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  readonly boundaryArn: string | undefined;
  readonly tags: Tags;
}

interface RoleParts {
  readonly identities: IdentityStore;
  readonly profiles: Pick<InstanceProfileStore, "ofRole">;
  readonly policies: Policies;
  readonly principals: Pick<PolicyPrincipals, "bound" | "told">;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Roles and whom they trust. Trust policies are told as they were written; `findByArn` alone gives what is decided with. */
export class Roles {
  readonly #parts: RoleParts;

  constructor(parts: RoleParts) {
    this.#parts = parts;
  }

  create(role: NewRole): Role | Refusal {
    const { identities, clock, accountId, policies } = this.#parts;
    const { name, path } = role;
    const tags = mergedTags({}, role.tags);
    if (isRefused(tags)) return tags;
    const trust = this.#boundTrust(role.trustPolicy);
    if (isRefused(trust)) return trust;
    const fault = boundaryFault(policies, role.boundaryArn);
    if (fault !== undefined) return fault;
    if (identities.isTaken("role", name)) return refused("already-exists", `Role with name ${name} already exists.`);
    if (identities.count("role") >= rolesMax) return overQuota("RolesPerAccount", rolesMax);
    const arn = `arn:aws:iam::${accountId}:role${path}${name}`;
    const added: Role = {
      ...role,
      trustPolicy: trust.document,
      arn,
      id: iamId("AROA"),
      createdAt: clock.now().getTime(),
    };
    identities.addRole(added);
    return this.#told(added);
  }

  get(name: string): Role | Refusal {
    const role = this.#parts.identities.role(name);
    return role === undefined ? refused("not-found", `The role with name ${name} cannot be found.`) : this.#told(role);
  }

  findByArn(arn: string): Role | undefined {
    return this.#parts.identities.roleByArn(arn);
  }

  list(request: PageRequest): Page<Role> {
    const page = this.#parts.identities.roles(request);
    return { ...page, items: page.items.map((role) => this.#told(role)) };
  }

  /** Settings that are left out stay as they are. */
  update(name: string, to: { readonly [K in keyof RoleSettings]?: RoleSettings[K] | undefined }): Role | Refusal {
    const role = this.get(name);
    if (isRefused(role)) return role;
    const { description = role.description, maxSessionSeconds = role.maxSessionSeconds } = to;
    this.#parts.identities.setRoleSettings(name, { description, maxSessionSeconds });
    return { ...role, description, maxSessionSeconds };
  }

  setTrustPolicy(name: string, trustPolicy: string): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    const trust = this.#boundTrust(trustPolicy);
    if (isRefused(trust)) return trust;
    this.#parts.identities.setTrustPolicy(name, trust.document);
    return undefined;
  }

  setBoundary(name: string, boundaryArn: string | undefined): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    const fault = boundaryFault(this.#parts.policies, boundaryArn);
    if (fault === undefined) this.#parts.identities.setBoundary("role", name, boundaryArn);
    return fault;
  }

  tag(name: string, tags: Tags): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    const merged = mergedTags(role.tags, tags);
    if (isRefused(merged)) return merged;
    this.#parts.identities.setTags("role", name, merged.tags);
    return undefined;
  }

  untag(name: string, keys: readonly string[]): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    this.#parts.identities.setTags("role", name, tagsWithout(role.tags, keys));
    return undefined;
  }

  /** ② with the role its sessions die: their tokens name a role id that is never used again. */
  remove(name: string): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    if (this.#parts.profiles.ofRole(name).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must remove roles from instance profile first.");
    }
    const conflict = this.#parts.policies.conflict({ kind: "role", name });
    if (conflict !== undefined) return conflict;
    this.#parts.identities.remove("role", name);
    return undefined;
  }

  /** ② whom a role trusts is stored by unique ids: a deleted user's name passes no trust on. */
  #boundTrust(trustPolicy: string): { readonly document: string } | Refusal {
    const fault = trustFault(trustPolicy);
    if (fault !== undefined) return fault;
    const bound = this.#parts.principals.bound(trustPolicy);
    if (bound.kind === "bound") return { document: bound.document };
    return refused("malformed-policy", `Invalid principal in policy: "AWS":"${bound.principal}"`);
  }

  #told(role: Role): Role {
    return { ...role, trustPolicy: this.#parts.principals.told(role.trustPolicy) };
  }
}

function trustFault(trustPolicy: string): Refusal | undefined {
  return documentFault(trustPolicy, "trust") ?? tooLong(trustPolicy, trustPolicyCharactersMax, "the trust policy");
}
