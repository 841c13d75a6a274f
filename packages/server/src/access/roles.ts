import { iamId, type Clock } from "../platform/index.ts";
import { boundaryFault, mergedTags, tagsWithout } from "./identity-details.ts";
import type { Page, PageRequest, Role, Tags } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import { documentFault, tooLong, type Policies } from "./policies.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

const rolesMax = 1000;
const trustCharactersMax = 4096;

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
  readonly policies: Policies;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Roles and whom they trust. */
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
    const fault = trustFault(role.trustPolicy) ?? boundaryFault(policies, role.boundaryArn);
    if (fault !== undefined) return fault;
    if (identities.isTaken("role", name)) return refused("already-exists", `Role with name ${name} already exists.`);
    if (identities.count("role") >= rolesMax) {
      return refused("limit-exceeded", `Cannot exceed quota for RolesPerAccount: ${rolesMax}`);
    }
    const arn = `arn:aws:iam::${accountId}:role${path}${name}`;
    const added: Role = { ...role, arn, id: iamId("AROA"), createdAt: clock.now().getTime() };
    identities.addRole(added);
    return added;
  }

  get(name: string): Role | Refusal {
    const role = this.#parts.identities.role(name);
    return role ?? refused("not-found", `The role with name ${name} cannot be found.`);
  }

  findByArn(arn: string): Role | undefined {
    return this.#parts.identities.roleByArn(arn);
  }

  list(request: PageRequest): Page<Role> {
    return this.#parts.identities.roles(request);
  }

  setTrustPolicy(name: string, trustPolicy: string): Refusal | undefined {
    const role = this.get(name);
    if (isRefused(role)) return role;
    const fault = trustFault(trustPolicy);
    if (fault === undefined) this.#parts.identities.setTrustPolicy(name, trustPolicy);
    return fault;
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
    const conflict = this.#parts.policies.conflict({ kind: "role", name });
    if (conflict !== undefined) return conflict;
    this.#parts.identities.remove("role", name);
    return undefined;
  }
}

function trustFault(trustPolicy: string): Refusal | undefined {
  return documentFault(trustPolicy, "trust") ?? tooLong(trustPolicy, trustCharactersMax, "the trust policy");
}
