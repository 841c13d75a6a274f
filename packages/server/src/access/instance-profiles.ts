import { iamId, type Clock } from "../platform/index.ts";
import { mergedTags, tagsWithout } from "./identity-details.ts";
import type { InstanceProfile, Page, PageRequest, Tags } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { InstanceProfileStore } from "./instance-profile-store.ts";
import { instanceProfilesMax, overQuota, rolesPerInstanceProfileMax } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

interface InstanceProfileParts {
  readonly profiles: InstanceProfileStore;
  readonly identities: Pick<IdentityStore, "role">;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Instance profiles: what hands a role to a machine. */
export class InstanceProfiles {
  readonly #parts: InstanceProfileParts;

  constructor(parts: InstanceProfileParts) {
    this.#parts = parts;
  }

  create({ name, path, tags }: Pick<InstanceProfile, "name" | "path" | "tags">): InstanceProfile | Refusal {
    const { profiles, clock, accountId } = this.#parts;
    const checked = mergedTags({}, tags);
    if (isRefused(checked)) return checked;
    if (profiles.isTaken(name)) return refused("already-exists", `Instance Profile ${name} already exists.`);
    if (profiles.count() >= instanceProfilesMax) {
      return overQuota("InstanceProfilesPerAccount", instanceProfilesMax);
    }
    const arn = `arn:aws:iam::${accountId}:instance-profile${path}${name}`;
    const createdAt = clock.now().getTime();
    const profile = { name, path, arn, id: iamId("AIPA"), createdAt, tags, roleName: undefined };
    profiles.add(profile);
    return profile;
  }

  get(name: string): InstanceProfile | Refusal {
    return this.#parts.profiles.find(name) ?? refused("not-found", `Instance Profile ${name} cannot be found.`);
  }

  list(request: PageRequest): Page<InstanceProfile> {
    return this.#parts.profiles.list(request);
  }

  /** In the order of their names. */
  ofRole(roleName: string): readonly InstanceProfile[] {
    return this.#parts.profiles.ofRole(roleName);
  }

  addRole(name: string, roleName: string): Refusal | undefined {
    const profile = this.#withRole(name, roleName);
    if (isRefused(profile)) return profile;
    if (profile.roleName !== undefined) {
      return overQuota("InstanceSessionsPerInstanceProfile", rolesPerInstanceProfileMax);
    }
    this.#parts.profiles.setRole(name, roleName);
    return undefined;
  }

  removeRole(name: string, roleName: string): Refusal | undefined {
    const profile = this.#withRole(name, roleName);
    if (isRefused(profile)) return profile;
    if (profile.roleName !== roleName) {
      return refused("not-found", `Role ${roleName} in Instance Profile ${name} cannot be found.`);
    }
    this.#parts.profiles.setRole(name, undefined);
    return undefined;
  }

  remove(name: string): Refusal | undefined {
    const profile = this.get(name);
    if (isRefused(profile)) return profile;
    if (profile.roleName !== undefined) {
      return refused("delete-conflict", "Cannot delete entity, must remove roles from instance profile first.");
    }
    this.#parts.profiles.remove(name);
    return undefined;
  }

  tag(name: string, tags: Tags): Refusal | undefined {
    const profile = this.get(name);
    if (isRefused(profile)) return profile;
    const merged = mergedTags(profile.tags, tags);
    if (isRefused(merged)) return merged;
    this.#parts.profiles.setTags(name, merged.tags);
    return undefined;
  }

  untag(name: string, keys: readonly string[]): Refusal | undefined {
    const profile = this.get(name);
    if (isRefused(profile)) return profile;
    this.#parts.profiles.setTags(name, tagsWithout(profile.tags, keys));
    return undefined;
  }

  #withRole(name: string, roleName: string): InstanceProfile | Refusal {
    const profile = this.get(name);
    if (isRefused(profile)) return profile;
    if (this.#parts.identities.role(roleName) !== undefined) return profile;
    return refused("not-found", `The role with name ${roleName} cannot be found.`);
  }
}
