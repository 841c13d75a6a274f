import type { Clock } from "../../platform/index.ts";
import type { User } from "../identity.ts";
import type { IdentityStore } from "../identity-store.ts";
import { isRefused, refused, type Refusal } from "../refusal.ts";
import type { Guesses } from "./guesses.ts";
import type { LoginProfile, LoginProfileStore } from "./login-profile-store.ts";
import { PasswordsBusy, type PasswordHashes } from "./password-hash.ts";
import { expiryOf, passwordFault, type PasswordPolicy } from "./password-policy.ts";
import type { PasswordPolicyStore } from "./password-policy-store.ts";

interface LoginProfileParts {
  readonly profiles: LoginProfileStore;
  readonly identities: IdentityStore;
  readonly policies: PasswordPolicyStore;
  readonly hashes: PasswordHashes;
  readonly guesses: Guesses;
  readonly clock: Clock;
}

/** Who has a password, in the count of whose tries it is. */
export function personOf({ id }: Pick<User, "id">): string {
  return `user:${id}`;
}

/** Passwords of users and the account's policy about them. */
export class LoginProfiles {
  readonly #parts: LoginProfileParts;

  constructor(parts: LoginProfileParts) {
    this.#parts = parts;
  }

  get policy(): PasswordPolicy | undefined {
    return this.#parts.policies.policy;
  }

  setPolicy(policy: PasswordPolicy | undefined): void {
    this.#parts.policies.setPolicy(policy);
  }

  find(userId: string): LoginProfile | undefined {
    return this.#parts.profiles.find(userId);
  }

  get(userName: string): LoginProfile | Refusal {
    const user = this.#user(userName);
    return isRefused(user) ? user : (this.find(user.id) ?? noProfile(userName));
  }

  create(userName: string, password: string, isResetRequired: boolean): Promise<LoginProfile | Refusal> {
    return unlessBusy(this.#create(userName, password, isResetRequired));
  }

  async #create(userName: string, password: string, isResetRequired: boolean): Promise<LoginProfile | Refusal> {
    const { profiles, hashes, clock } = this.#parts;
    const user = this.#user(userName);
    if (isRefused(user)) return user;
    if (this.find(user.id) !== undefined) return alreadyThere(userName);
    const fault = passwordFault(password, userName, this.policy);
    if (fault !== undefined) return fault;
    const hash = await hashes.hash(password);
    // Hashing took its time: another call may have been faster, or the user may be gone.
    if (this.#parts.identities.userById(user.id) === undefined) return noSuchUser(userName);
    if (this.find(user.id) !== undefined) return alreadyThere(userName);
    const now = clock.now().getTime();
    const profile = { userId: user.id, hash, createdAt: now, changedAt: now, isResetRequired, lastUsedAt: undefined };
    profiles.add(profile);
    return profile;
  }

  /** ② A new password from an administrator also unlocks whom too many tries have locked. */
  async update(
    userName: string,
    to: { readonly password?: string | undefined; readonly isResetRequired?: boolean | undefined },
  ): Promise<Refusal | undefined> {
    const { profiles, guesses } = this.#parts;
    const user = this.#user(userName);
    if (isRefused(user)) return user;
    const profile = this.get(userName);
    if (isRefused(profile)) return profile;
    if (to.password === undefined) {
      if (to.isResetRequired !== undefined) profiles.setResetRequired(user.id, to.isResetRequired);
      return undefined;
    }
    const isResetRequired = to.isResetRequired ?? profile.isResetRequired;
    const refusal = await unlessBusy(this.replace(user, profile, to.password, isResetRequired));
    if (refusal === undefined) guesses.forgive(personOf(user));
    return refusal;
  }

  remove(userName: string): Refusal | undefined {
    const profile = this.get(userName);
    if (isRefused(profile)) return profile;
    this.#parts.profiles.remove(profile.userId);
    return undefined;
  }

  /** A user's own change. ② The old password is a guess like any other, and counts like those at signing in. */
  change(userName: string, old: string, password: string): Promise<Refusal | "wrong-password" | undefined> {
    return unlessBusy(this.#change(userName, old, password));
  }

  async #change(userName: string, old: string, password: string): Promise<Refusal | "wrong-password" | undefined> {
    const { hashes, guesses } = this.#parts;
    const user = this.#user(userName);
    if (isRefused(user)) return user;
    const profile = this.get(userName);
    if (isRefused(profile)) return profile;
    const tried = { person: personOf(user) };
    if (guesses.begin(tried).kind === "blocked") return unmodifiable();
    try {
      if (!(await hashes.holds(old, profile.hash))) return "wrong-password";
    } catch (error) {
      guesses.undone(tried);
      throw error;
    }
    guesses.succeeded(tried);
    return await this.replace(user, profile, password, false);
  }

  /** Sets a password after the policy; `profile` is the one that the caller saw. */
  async replace(
    user: User,
    profile: LoginProfile,
    password: string,
    isResetRequired: boolean,
  ): Promise<Refusal | undefined> {
    const { profiles, hashes, clock } = this.#parts;
    const fault = passwordFault(password, user.name, this.policy) ?? (await this.#reuseFault(profile, password));
    if (fault !== undefined) return fault;
    const hash = await hashes.hash(password);
    // ② what was changed in between, by whomever, stands.
    if (this.find(user.id)?.hash !== profile.hash) return unmodifiable();
    profiles.setPassword(user.id, hash, clock.now().getTime(), isResetRequired);
    return undefined;
  }

  /** When a password is too old, in epoch milliseconds; undefined where it never is. */
  expiresAt({ changedAt }: LoginProfile): number | undefined {
    return expiryOf(changedAt, this.policy);
  }

  /** Whether a password must be replaced before anything else, and whether its user may do so. */
  stateOf(profile: LoginProfile): "good" | "to-be-replaced" | "expired" {
    const { policy } = this;
    const expiry = this.expiresAt(profile);
    const isTooOld = expiry !== undefined && expiry <= this.#parts.clock.now().getTime();
    if (isTooOld && policy?.hardExpiry === true) return "expired";
    return isTooOld || profile.isResetRequired ? "to-be-replaced" : "good";
  }

  async #reuseFault(profile: LoginProfile, password: string): Promise<Refusal | undefined> {
    const { profiles, hashes } = this.#parts;
    const count = this.policy?.reusePrevention ?? 0;
    // Whoever must replace a password replaces it by another one, whatever the policy says.
    const kept = count > 0 || this.stateOf(profile) !== "good" ? [profile.hash] : [];
    const former = count > 1 ? profiles.former(profile.userId, count - 1) : [];
    for (const hash of [...kept, ...former]) {
      if (await hashes.holds(password, hash)) {
        return refused("password-policy", "Password has been used before and cannot be used again");
      }
    }
    return undefined;
  }

  #user(name: string): User | Refusal {
    return this.#parts.identities.user(name) ?? noSuchUser(name);
  }
}

/** Where too many passwords are being hashed already, it is to be tried again later. */
async function unlessBusy<T>(work: Promise<T>): Promise<T | Refusal> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PasswordsBusy) return unmodifiable();
    throw error;
  }
}

function noSuchUser(name: string): Refusal {
  return refused("not-found", `The user with name ${name} cannot be found.`);
}

function noProfile(name: string): Refusal {
  return refused("not-found", `Login Profile for User ${name} cannot be found.`);
}

function alreadyThere(name: string): Refusal {
  return refused("already-exists", `Login Profile for user ${name} already exists.`);
}

function unmodifiable(): Refusal {
  return refused("temporarily-unmodifiable", "The user cannot be changed at the moment. Try again in a few minutes.");
}
