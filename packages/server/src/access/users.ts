import { iamId, secretAccessKey, type Clock } from "../platform/index.ts";
import type { AccessKeyStore } from "./access-key-store.ts";
import type { AccessKey, Page, PageRequest, Tags, User } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import { boundaryFault, mergedTags, tagsWithout } from "./identity-details.ts";
import type { GroupStore } from "./group-store.ts";
import type { People } from "./people/people.ts";
import type { Policies } from "./policies.ts";
import { accessKeysPerUserMax, overQuota, usersMax } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";
import type { SecretBox } from "./secret-box.ts";

interface NewUser {
  readonly name: string;
  readonly path: string;
  readonly boundaryArn: string | undefined;
  readonly tags: Tags;
}

interface UserParts {
  readonly identities: IdentityStore;
  readonly keys: AccessKeyStore;
  readonly groups: Pick<GroupStore, "groupsOf">;
  readonly people: Pick<People, "conflict">;
  readonly policies: Policies;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Users and their long-term access keys. */
export class Users {
  readonly #parts: UserParts;

  constructor(parts: UserParts) {
    this.#parts = parts;
  }

  create({ name, path, boundaryArn, tags }: NewUser): User | Refusal {
    const { identities, clock, accountId } = this.#parts;
    if (identities.isTaken("user", name)) return alreadyThere(name);
    if (identities.count("user") >= usersMax) return overQuota("UsersPerAccount", usersMax);
    const checkedTags = mergedTags({}, tags);
    if (isRefused(checkedTags)) return checkedTags;
    const fault = boundaryFault(this.#parts.policies, boundaryArn);
    if (fault !== undefined) return fault;
    const arn = userArn(accountId, path, name);
    const user = { name, path, arn, id: iamId("AIDA"), createdAt: clock.now().getTime(), boundaryArn, tags };
    identities.addUser(user);
    return user;
  }

  get(name: string): User | Refusal {
    return this.#parts.identities.user(name) ?? refused("not-found", noSuchUser(name));
  }

  list(request: PageRequest): Page<User> {
    return this.#parts.identities.users(request);
  }

  /** ② id, keys, groups, policies and what resources' policies say of the user stay; Resource elements keep the ARN. */
  update(
    name: string,
    to: { readonly name?: string | undefined; readonly path?: string | undefined },
  ): Refusal | undefined {
    const { identities, accountId } = this.#parts;
    const user = this.get(name);
    if (isRefused(user)) return user;
    const renamed = { name: to.name ?? name, path: to.path ?? user.path };
    const sameButForCapitals = renamed.name.toLowerCase() === name.toLowerCase();
    if (!sameButForCapitals && identities.isTaken("user", renamed.name)) return alreadyThere(renamed.name);
    identities.renameUser(name, { ...renamed, arn: userArn(accountId, renamed.path, renamed.name) });
    return undefined;
  }

  /** Undefined once it is done. */
  remove(name: string): Refusal | undefined {
    const user = this.get(name);
    if (isRefused(user)) return user;
    if (this.#parts.keys.of(name).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must delete access keys first.");
    }
    if (this.#parts.groups.groupsOf(name).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must remove users from group first.");
    }
    const conflict = this.#parts.people.conflict(user.id) ?? this.#parts.policies.conflict({ kind: "user", name });
    if (conflict !== undefined) return conflict;
    this.#parts.identities.remove("user", name);
    return undefined;
  }

  setBoundary(name: string, boundaryArn: string | undefined): Refusal | undefined {
    const user = this.get(name);
    if (isRefused(user)) return user;
    const fault = boundaryFault(this.#parts.policies, boundaryArn);
    if (fault === undefined) this.#parts.identities.setBoundary("user", name, boundaryArn);
    return fault;
  }

  tag(name: string, tags: Tags): Refusal | undefined {
    const user = this.get(name);
    if (isRefused(user)) return user;
    const merged = mergedTags(user.tags, tags);
    if (isRefused(merged)) return merged;
    this.#parts.identities.setTags("user", name, merged.tags);
    return undefined;
  }

  untag(name: string, keys: readonly string[]): Refusal | undefined {
    const user = this.get(name);
    if (isRefused(user)) return user;
    this.#parts.identities.setTags("user", name, tagsWithout(user.tags, keys));
    return undefined;
  }

  /** The secret is told here, once. */
  createAccessKey(userName: string): { readonly key: AccessKey; readonly secretAccessKey: string } | Refusal {
    const { keys, secrets, clock } = this.#parts;
    const user = this.get(userName);
    if (isRefused(user)) return user;
    if (keys.of(userName).length >= accessKeysPerUserMax) return overQuota("AccessKeysPerUser", accessKeysPerUserMax);
    const secret = secretAccessKey();
    const key: AccessKey = { id: iamId("AKIA"), userName, active: true, createdAt: clock.now().getTime() };
    // ④ the secret is stored sealed, bound to the key's id.
    keys.add({ ...key, sealedSecret: secrets.seal(secret, key.id) });
    return { key, secretAccessKey: secret };
  }

  accessKeys(userName: string): readonly AccessKey[] | Refusal {
    const user = this.get(userName);
    return isRefused(user) ? user : this.#parts.keys.of(userName);
  }

  /** A key by its id alone, whoever has it. */
  accessKey(id: string): AccessKey | Refusal {
    return this.#parts.keys.find(id) ?? noSuchKey(id);
  }

  setAccessKeyActive(userName: string, id: string, active: boolean): Refusal | undefined {
    const missing = this.#missingKey(userName, id);
    if (missing === undefined) this.#parts.keys.setActive(id, active);
    return missing;
  }

  removeAccessKey(userName: string, id: string): Refusal | undefined {
    const missing = this.#missingKey(userName, id);
    if (missing === undefined) this.#parts.keys.remove(id);
    return missing;
  }

  #missingKey(userName: string, id: string): Refusal | undefined {
    const user = this.get(userName);
    if (isRefused(user)) return user;
    if (this.#parts.keys.find(id)?.userName === userName) return undefined;
    return noSuchKey(id);
  }
}

function noSuchKey(id: string): Refusal {
  return refused("not-found", `The Access Key with id ${id} cannot be found.`);
}

function userArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:user${path}${name}`;
}

function alreadyThere(name: string): Refusal {
  return refused("already-exists", `User with name ${name} already exists.`);
}

function noSuchUser(name: string): string {
  return `The user with name ${name} cannot be found.`;
}
