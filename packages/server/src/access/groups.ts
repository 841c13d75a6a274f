import { iamId, type Clock } from "../platform/index.ts";
import type { GroupStore } from "./group-store.ts";
import type { Group, Page, PageRequest, User } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Policies } from "./policies.ts";
import { groupsMax, groupsPerUserMax, overQuota } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

interface GroupParts {
  readonly groups: GroupStore;
  readonly identities: Pick<IdentityStore, "user">;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Groups of users. What a group's policies say counts for each of its members. */
export class Groups {
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  create({ name, path }: Pick<Group, "name" | "path">): Group | Refusal {
    const { groups, clock } = this.#parts;
    if (groups.takenAs(name) !== undefined) return alreadyThere(name);
    if (groups.count() >= groupsMax) {
      return overQuota("GroupsPerAccount", groupsMax);
    }
    const arn = this.#arn(path, name);
    const group = { name, path, arn, id: iamId("AGPA"), createdAt: clock.now().getTime() };
    groups.add(group);
    return group;
  }

  get(name: string): Group | Refusal {
    return this.#parts.groups.find(name) ?? refused("not-found", `The group with name ${name} cannot be found.`);
  }

  list(request: PageRequest): Page<Group> {
    return this.#parts.groups.list(request);
  }

  /** The group keeps its id, its members and its policies. */
  update(
    name: string,
    to: { readonly name?: string | undefined; readonly path?: string | undefined },
  ): Refusal | undefined {
    const group = this.get(name);
    if (isRefused(group)) return group;
    const renamed = { name: to.name ?? name, path: to.path ?? group.path };
    const taken = this.#parts.groups.takenAs(renamed.name);
    if (taken !== undefined && taken !== name) return alreadyThere(renamed.name);
    this.#parts.groups.rename(name, { ...renamed, arn: this.#arn(renamed.path, renamed.name) });
    return undefined;
  }

  remove(name: string): Refusal | undefined {
    const group = this.get(name);
    if (isRefused(group)) return group;
    if (this.#parts.groups.members(name).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must remove users from group first.");
    }
    const conflict = this.#parts.policies.conflict({ kind: "group", name });
    if (conflict === undefined) this.#parts.groups.remove(name);
    return conflict;
  }

  /** In the order of their names. */
  members(name: string): readonly User[] | Refusal {
    const group = this.get(name);
    if (isRefused(group)) return group;
    return this.#parts.groups.members(name).flatMap((userName) => this.#parts.identities.user(userName) ?? []);
  }

  /** The groups that a user is in, in the order of their names; none for a user that does not exist. */
  of(userName: string): readonly Group[] {
    return this.#parts.groups.groupsOf(userName);
  }

  addMember(name: string, userName: string): Refusal | undefined {
    const missing = this.#missing(name, userName);
    if (missing !== undefined) return missing;
    const others = this.of(userName).filter((group) => group.name !== name);
    if (others.length >= groupsPerUserMax) {
      return overQuota("GroupsPerUser", groupsPerUserMax);
    }
    this.#parts.groups.addMember(name, userName);
    return undefined;
  }

  removeMember(name: string, userName: string): Refusal | undefined {
    const missing = this.#missing(name, userName);
    if (missing !== undefined) return missing;
    if (this.#parts.groups.removeMember(name, userName)) return undefined;
    return refused("not-found", `User ${userName} is not a member of group ${name}.`);
  }

  #missing(name: string, userName: string): Refusal | undefined {
    const group = this.get(name);
    if (isRefused(group)) return group;
    if (this.#parts.identities.user(userName) !== undefined) return undefined;
    return refused("not-found", `The user with name ${userName} cannot be found.`);
  }

  #arn(path: string, name: string): string {
    return `arn:aws:iam::${this.#parts.accountId}:group${path}${name}`;
  }
}

function alreadyThere(name: string): Refusal {
  return refused("already-exists", `Group with name ${name} already exists.`);
}
