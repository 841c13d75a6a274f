import type { Clock, Db, Migration } from "../../platform/index.ts";
import type { User } from "../identity.ts";
import type { IdentityStore } from "../identity-store.ts";
import { refused, type Refusal } from "../refusal.ts";
import { SecretBox, subkey } from "../secret-box.ts";
import { GuessStore, guessMigrations } from "./guess-store.ts";
import { Guesses } from "./guesses.ts";
import { LoginProfileStore, loginProfileMigrations } from "./login-profile-store.ts";
import { LoginProfiles, personOf } from "./login-profiles.ts";
import { MfaDeviceStore, mfaDeviceMigrations } from "./mfa-device-store.ts";
import { codesOf, MfaDevices } from "./mfa-devices.ts";
import { PasswordHashes, type PasswordCost } from "./password-hash.ts";
import { PasswordPolicyStore, passwordPolicyMigrations, type SignInSettings } from "./password-policy-store.ts";
import { SignIn } from "./sign-in.ts";
import { SignInSteps } from "./sign-in-step.ts";

export const peopleMigrations: readonly Migration[] = [
  ...passwordPolicyMigrations,
  ...loginProfileMigrations,
  ...mfaDeviceMigrations,
  ...guessMigrations,
];

interface PeopleParts {
  readonly db: Db;
  readonly identities: IdentityStore;
  readonly clock: Clock;
  readonly accountId: string;
  readonly tokenKey: Uint8Array;
  readonly cost: PasswordCost;
  /** Drops what was decided with what is changed here. */
  readonly forget: () => void;
}

/** What credential reports tell of a person. Times are epoch milliseconds. */
export interface PersonFacts {
  readonly hasPassword: boolean;
  readonly passwordChangedAt: number | undefined;
  /** When the password was last signed in with. */
  readonly passwordLastUsedAt: number | undefined;
  /** When the password is too old; undefined where it never is. */
  readonly passwordExpiresAt: number | undefined;
  readonly hasMfa: boolean;
}

/** People: passwords, second factors, signing in. */
export interface People {
  readonly loginProfiles: LoginProfiles;
  readonly mfaDevices: MfaDevices;
  readonly signIn: SignIn;
  readonly settings: SignInSettings;
  setSettings(settings: SignInSettings): void;
  factsOf(userId: string): PersonFacts;
  /** What ends a session that a person signed in for, once it is another. */
  generationFacts(user: User): unknown;
  /** What the account's password policy lets a user do about their own password; undefined where it is nothing. */
  ownPolicy(user: User): { readonly name: string; readonly document: string } | undefined;
  /** Why a user cannot be deleted yet. */
  conflict(userId: string): Refusal | undefined;
  /** Forgets the tries that lock a user; false where there were none. */
  unlock(user: User): boolean;
}

export function openPeople({ db, identities, clock, accountId, tokenKey, cost, forget }: PeopleParts): People {
  const profiles = new LoginProfileStore(db, forget);
  const policies = new PasswordPolicyStore(db, forget);
  const deviceStore = new MfaDeviceStore(db, forget);
  const guesses = new Guesses(new GuessStore(db), clock, subkey(tokenKey, "names of nobody"));
  const hashes = new PasswordHashes(cost);
  const logins = new LoginProfiles({ profiles, identities, policies, hashes, guesses, clock });
  const seeds = new SecretBox(tokenKey, "authenticator seeds");
  const devices = new MfaDevices({ devices: deviceStore, identities, guesses, seeds, clock, accountId });
  const steps = new SignInSteps(new SecretBox(tokenKey, "sign-in steps"), clock);
  return {
    loginProfiles: logins,
    mfaDevices: devices,
    signIn: new SignIn({ identities, profiles, logins, devices, settings: policies, hashes, guesses, steps, clock }),
    get settings() {
      return policies.settings;
    },
    setSettings: (settings) => policies.setSettings(settings),
    factsOf: (userId) => factsOf(userId, logins, deviceStore),
    generationFacts: ({ id }) => generationFacts(id, profiles, deviceStore),
    ownPolicy: (user) => (policies.policy?.allowUsersToChange === true ? ownPolicy(user) : undefined),
    conflict: (userId) => conflict(userId, profiles, deviceStore),
    unlock: (user) => [personOf(user), codesOf(user.id)].map((person) => guesses.forgive(person)).includes(true),
  };
}

function factsOf(userId: string, logins: LoginProfiles, devices: MfaDeviceStore): PersonFacts {
  const profile = logins.find(userId);
  return {
    hasPassword: profile !== undefined,
    passwordChangedAt: profile?.changedAt,
    passwordLastUsedAt: profile?.lastUsedAt,
    passwordExpiresAt: profile && logins.expiresAt(profile),
    hasMfa: devices.of(userId).length > 0,
  };
}

/** ② a session is over with the password, and with the devices, that it was signed in with. */
function generationFacts(userId: string, profiles: LoginProfileStore, devices: MfaDeviceStore): unknown {
  const profile = profiles.find(userId);
  const password = profile && [profile.createdAt, profile.changedAt, profile.isResetRequired, profile.hash];
  return [password, devices.of(userId).map(({ serial, enabledAt }) => [serial, enabledAt])];
}

/** A policy like any other, so that boundaries, guardrails and denials stand above it. */
function ownPolicy({ arn }: User): { readonly name: string; readonly document: string } {
  const statements = [
    { Effect: "Allow", Action: "iam:ChangePassword", Resource: arn },
    { Effect: "Allow", Action: "iam:GetAccountPasswordPolicy", Resource: "*" },
  ];
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return { name: "the account's password policy", document };
}

function conflict(userId: string, profiles: LoginProfileStore, devices: MfaDeviceStore): Refusal | undefined {
  if (profiles.find(userId) !== undefined) {
    return refused("delete-conflict", "Cannot delete entity, must delete login profile first.");
  }
  if (devices.of(userId).length > 0) {
    return refused("delete-conflict", "Cannot delete entity, must deactivate MFA devices first.");
  }
  return undefined;
}
