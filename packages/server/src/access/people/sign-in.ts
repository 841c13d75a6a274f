import type { Clock } from "../../platform/index.ts";
import type { User } from "../identity.ts";
import type { IdentityStore } from "../identity-store.ts";
import { isRefused, type Refusal } from "../refusal.ts";
import { newSeed } from "./authenticator.ts";
import { sourceOf, type Guesses, type Tried } from "./guesses.ts";
import type { LoginProfile, LoginProfileStore } from "./login-profile-store.ts";
import { personOf, type LoginProfiles } from "./login-profiles.ts";
import type { Codes, MfaDevices } from "./mfa-devices.ts";
import { PasswordsBusy, type PasswordHashes } from "./password-hash.ts";
import type { PasswordPolicyStore } from "./password-policy-store.ts";
import type { SignInStep, SignInSteps } from "./sign-in-step.ts";

interface SignInParts {
  readonly identities: IdentityStore;
  readonly profiles: LoginProfileStore;
  readonly logins: LoginProfiles;
  readonly devices: MfaDevices;
  readonly settings: Pick<PasswordPolicyStore, "settings">;
  readonly hashes: PasswordHashes;
  readonly guesses: Guesses;
  readonly steps: SignInSteps;
  readonly clock: Clock;
}

export interface SignInRequest {
  readonly userName: string;
  readonly password: string;
  /** Of an authenticator; absent where the person has none. */
  readonly code: string | undefined;
  /** The network address that the request came from. */
  readonly sourceIp: string;
}

export interface NextStep {
  /** What was sealed by the step before. */
  readonly step: string;
  readonly newPassword?: string | undefined;
  readonly codes?: Codes | undefined;
}

export type SignInOutcome =
  /** The person is who they say; `mfaAt` where a second factor was shown. */
  | { readonly kind: "signed-in"; readonly user: User; readonly mfaAt: number | undefined }
  | { readonly kind: "next"; readonly user: User; readonly step: string; readonly wants: "new-password" }
  | {
      readonly kind: "next";
      readonly user: User;
      readonly step: string;
      readonly wants: "second-factor";
      /** otpauth://totp/…, for the person's authenticator. */
      readonly uri: string;
    }
  /** Whoever it was, the name, the password or the code is not right: which of them is not told. */
  | { readonly kind: "failed"; readonly user: User | undefined }
  | { readonly kind: "blocked"; readonly user: User | undefined; readonly until: Date }
  | { readonly kind: "busy"; readonly user: User | undefined }
  | { readonly kind: "expired"; readonly user: User }
  | { readonly kind: "not-taken"; readonly user: User; readonly refusal: Refusal };

/** People who sign in with a password and a second factor. */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  async begin(request: SignInRequest): Promise<SignInOutcome> {
    const { identities, guesses } = this.#parts;
    const user = identities.user(request.userName);
    const tried: Tried = {
      person: user === undefined ? guesses.unknownPerson(request.userName) : personOf(user),
      source: sourceOf(request.sourceIp),
    };
    const turn = guesses.begin(tried);
    if (turn.kind === "blocked") return { kind: "blocked", user, until: turn.until };
    try {
      return await this.#check(request, user, tried);
    } catch (error) {
      if (!(error instanceof PasswordsBusy)) throw error;
      guesses.undone(tried);
      return { kind: "busy", user };
    }
  }

  /** Goes on where `begin`, or this, wanted a new password or a second factor. */
  async continue({ step: sealed, newPassword, codes }: NextStep): Promise<SignInOutcome> {
    const step = this.#parts.steps.open(sealed);
    const user = step && this.#parts.identities.userById(step.userId);
    const profile = step && this.#parts.profiles.find(step.userId);
    // ② a step is over once the password is another one, whoever changed it.
    if (step === undefined || user === undefined || profile?.hash !== step.passwordHash)
      return { kind: "failed", user };
    try {
      return step.next === "new-password"
        ? await this.#takePassword(user, profile, step, newPassword)
        : this.#takeDevice(user, profile, step, codes);
    } catch (error) {
      if (error instanceof PasswordsBusy) return { kind: "busy", user };
      throw error;
    }
  }

  async #check(request: SignInRequest, user: User | undefined, tried: Tried): Promise<SignInOutcome> {
    const { profiles, devices, hashes, guesses, clock } = this.#parts;
    const profile = user && profiles.find(user.id);
    const isPassword = await hashes.holds(request.password, profile?.hash);
    // ② all is looked at whatever failed before: how long it takes tells nothing.
    const match = devices.match(user?.id, request.code ?? "");
    if (!isPassword || user === undefined || profile === undefined) return { kind: "failed", user };
    const hasDevice = devices.of(user.id).length > 0;
    if (hasDevice && match === undefined) return { kind: "failed", user };
    // Comparing took its time: what was changed meanwhile counts.
    if (profiles.find(user.id)?.hash !== profile.hash) return { kind: "failed", user };
    // ② each code opens once, also among requests of the same moment.
    if (match !== undefined && !devices.take(match)) return { kind: "failed", user };
    guesses.succeeded(tried);
    const mfaAt = match === undefined ? undefined : clock.now().getTime();
    return this.#after(user, await this.#atPresentCost(profile, request.password), mfaAt);
  }

  async #takePassword(
    user: User,
    profile: LoginProfile,
    step: SignInStep,
    password: string | undefined,
  ): Promise<SignInOutcome> {
    const { logins, profiles } = this.#parts;
    if (password === undefined) return { kind: "failed", user };
    const refusal = await logins.replace(user, profile, password, false);
    if (refusal !== undefined) return { kind: "not-taken", user, refusal };
    const replaced = profiles.find(user.id);
    return replaced === undefined ? { kind: "failed", user } : this.#after(user, replaced, step.mfaAt);
  }

  /** ② the first device is the person's own to choose, with the password alone; every further one takes a permission. */
  #takeDevice(user: User, profile: LoginProfile, step: SignInStep, codes: Codes | undefined): SignInOutcome {
    const { devices, clock } = this.#parts;
    if (codes === undefined || step.seed === undefined || devices.of(user.id).length > 0)
      return { kind: "failed", user };
    const made = this.#firstDevice(user, step.seed);
    if (isRefused(made)) return { kind: "not-taken", user, refusal: made };
    const refusal = devices.enable(user.name, made.serial, codes);
    if (refusal === undefined) return this.#after(user, profile, clock.now().getTime());
    devices.remove(made.serial);
    return { kind: "not-taken", user, refusal };
  }

  /** It is called as its owner; where that name is taken, with a number behind. */
  #firstDevice(user: User, seed: string): { readonly serial: string } | Refusal {
    const { devices } = this.#parts;
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? user.name : `${user.name}-${number}`;
      if (devices.find(devices.serialOf(name, "/")) !== undefined) continue;
      const made = devices.create(name, "/", {}, seed);
      return isRefused(made) ? made : made.device;
    }
  }

  #after(user: User, profile: LoginProfile, mfaAt: number | undefined): SignInOutcome {
    const { logins, profiles, settings, steps, devices, clock } = this.#parts;
    const done = { userId: user.id, passwordHash: profile.hash, mfaAt };
    const state = logins.stateOf(profile);
    if (state === "expired") return { kind: "expired", user };
    if (state === "to-be-replaced") {
      return { kind: "next", user, wants: "new-password", step: steps.seal({ ...done, next: "new-password" }) };
    }
    if (mfaAt === undefined && settings.settings.isMfaRequired) {
      const seed = newSeed();
      const step = steps.seal({ ...done, next: "second-factor", seed });
      return { kind: "next", user, wants: "second-factor", step, uri: devices.uriOf(seed, user.name) };
    }
    profiles.noteUse(user.id, clock.now().getTime());
    return { kind: "signed-in", user, mfaAt };
  }

  /** A password whose hash cost less than new ones do is hashed again, now that it is known. */
  async #atPresentCost(profile: LoginProfile, password: string): Promise<LoginProfile> {
    const { hashes, profiles } = this.#parts;
    if (!hashes.isOutdated(profile.hash)) return profile;
    const hash = await hashes.hash(password);
    return profiles.rehash(profile, hash) ? { ...profile, hash } : profile;
  }
}
