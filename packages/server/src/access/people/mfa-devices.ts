import type { Clock } from "../../platform/index.ts";
import type { Page, PageRequest, Tags, User } from "../identity.ts";
import { mergedTags, tagsWithout } from "../identity-details.ts";
import type { IdentityStore } from "../identity-store.ts";
import { mfaDevicesPerUserMax, overQuota, usersMax } from "../quotas.ts";
import { isRefused, refused, type Refusal } from "../refusal.ts";
import type { SecretBox } from "../secret-box.ts";
import { keyUri, newSeed, stepAt, stepOfCode, stepOfCodes } from "./authenticator.ts";
import type { Guesses } from "./guesses.ts";
import type { Assignment, MfaDevice, MfaDeviceStore } from "./mfa-device-store.ts";

interface MfaDeviceParts {
  readonly devices: MfaDeviceStore;
  readonly identities: IdentityStore;
  readonly guesses: Guesses;
  readonly seeds: SecretBox;
  readonly clock: Clock;
  readonly accountId: string;
}

export interface NewMfaDevice {
  readonly device: MfaDevice;
  /** Base32. Told here, once. */
  readonly seed: string;
  /** otpauth://totp/… */
  readonly uri: string;
}

export type Codes = readonly [first: string, second: string];

/** A device that has lost the time is looked for so many steps of 30 seconds around the server's. */
const resyncSteps = 120;
/** What is compared with where there is no device, so that it takes as long. */
const nobodysSeed = newSeed();

/** Codes that a user shows with a signed request, in the count of tries. */
export function codesOf(userId: string): string {
  return `codes:${userId}`;
}

/** Virtual MFA devices: made, enabled with two codes that follow each other, and asked for a code each time. */
export class MfaDevices {
  readonly #parts: MfaDeviceParts;

  constructor(parts: MfaDeviceParts) {
    this.#parts = parts;
  }

  create(name: string, path: string, tags: Tags, seed: string = newSeed()): NewMfaDevice | Refusal {
    const { devices, seeds, clock } = this.#parts;
    const serial = this.serialOf(name, path);
    if (devices.find(serial) !== undefined) {
      return refused("already-exists", "MFADevice entity at the same path and name already exists.");
    }
    if (devices.count() >= usersMax) return overQuota("VirtualMFADevicesPerAccount", usersMax);
    const checked = mergedTags({}, tags);
    if (isRefused(checked)) return checked;
    // ④ the seed is stored sealed, bound to the device's serial number.
    devices.add({ serial, createdAt: clock.now().getTime(), sealedSeed: seeds.seal(seed, serial), tags });
    const device = this.get(serial);
    return isRefused(device) ? device : { device, seed, uri: this.uriOf(seed, name) };
  }

  serialOf(name: string, path: string): string {
    return `arn:aws:iam::${this.#parts.accountId}:mfa${path}${name}`;
  }

  uriOf(seed: string, name: string): string {
    return keyUri(seed, `${name}@${this.#parts.accountId}`);
  }

  get(serial: string): MfaDevice | Refusal {
    return this.#parts.devices.find(serial) ?? noSuchDevice(serial);
  }

  find(serial: string): MfaDevice | undefined {
    return this.#parts.devices.find(serial);
  }

  of(userId: string): readonly MfaDevice[] {
    return this.#parts.devices.of(userId);
  }

  list(assignment: Assignment, request: PageRequest): Page<MfaDevice> {
    return this.#parts.devices.list(assignment, request);
  }

  ownerOf({ userId }: MfaDevice): User | undefined {
    return userId === undefined ? undefined : this.#parts.identities.userById(userId);
  }

  enable(userName: string, serial: string, codes: Codes): Refusal | undefined {
    const { devices, clock } = this.#parts;
    const user = this.#user(userName);
    if (isRefused(user)) return user;
    const device = this.get(serial);
    if (isRefused(device)) return device;
    if (device.userId !== undefined) return refused("already-exists", "MFA Device is already in use.");
    if (devices.of(user.id).length >= mfaDevicesPerUserMax) {
      return overQuota("MFADevicesPerUser", mfaDevicesPerUserMax);
    }
    const step = stepOfCodes(this.#seed(device), codes, stepAt(clock.now()));
    if (step === undefined || !isLater(step, device)) return invalidCode();
    devices.enable(serial, user.id, clock.now().getTime(), step + 1);
    return undefined;
  }

  /** Finds out how far a device's clock is off. ② Codes that were taken once prove nothing. */
  resync(userName: string, serial: string, codes: Codes): Refusal | undefined {
    const { devices, clock } = this.#parts;
    const device = this.#deviceOf(userName, serial);
    if (isRefused(device)) return device;
    const now = stepAt(clock.now());
    const step = stepOfCodes(this.#seed(device), codes, now, resyncSteps);
    if (step === undefined || !isLater(step, device)) return invalidCode();
    devices.setDrift(serial, step + 1 - now);
    devices.take(serial, step + 1);
    return undefined;
  }

  deactivate(userName: string, serial: string): Refusal | undefined {
    const device = this.#deviceOf(userName, serial);
    if (isRefused(device)) return device;
    this.#parts.devices.disable(serial);
    return undefined;
  }

  remove(serial: string): Refusal | undefined {
    const device = this.get(serial);
    if (isRefused(device)) return device;
    if (device.userId !== undefined) {
      return refused("delete-conflict", "MFA VirtualDevice in use. Must deactivate first.");
    }
    this.#parts.devices.remove(serial);
    return undefined;
  }

  tag(serial: string, tags: Tags): Refusal | undefined {
    const device = this.get(serial);
    if (isRefused(device)) return device;
    const merged = mergedTags(device.tags, tags);
    if (isRefused(merged)) return merged;
    this.#parts.devices.setTags(serial, merged.tags);
    return undefined;
  }

  untag(serial: string, keys: readonly string[]): Refusal | undefined {
    const device = this.get(serial);
    if (isRefused(device)) return device;
    this.#parts.devices.setTags(serial, tagsWithout(device.tags, keys));
    return undefined;
  }

  /**
   * The device of a user's that shows this code now, and the step of the code. ② Nothing is taken by asking;
   * a code that was taken once is not found again.
   */
  match(userId: string | undefined, code: string, serial?: string): { serial: string; step: number } | undefined {
    const now = stepAt(this.#parts.clock.now());
    const devices = userId === undefined ? [] : this.#parts.devices.of(userId);
    let found: { serial: string; step: number } | undefined;
    for (const device of devices) {
      const step = stepOfCode(this.#seed(device), code, now + device.driftSteps);
      const isAsked = serial === undefined || device.serial === serial;
      if (step !== undefined && isAsked && isLater(step, device)) found = { serial: device.serial, step };
    }
    if (devices.length === 0) stepOfCode(nobodysSeed, code, now);
    return found;
  }

  /** ② false where another request took the code, or a later one, in between. */
  take({ serial, step }: { readonly serial: string; readonly step: number }): boolean {
    return this.#parts.devices.take(serial, step);
  }

  /**
   * A second factor shown by somebody who has signed the request already, as GetSessionToken and AssumeRole take
   * it. ② Wrong codes count, and after too many none is looked at for a while.
   */
  show(userId: string, serial: string, code: string): "shown" | "wrong" | "blocked" {
    const { guesses } = this.#parts;
    const tried = { person: codesOf(userId) };
    if (guesses.begin(tried).kind === "blocked") return "blocked";
    const found = this.match(userId, code, serial);
    if (found === undefined || !this.take(found)) return "wrong";
    guesses.succeeded(tried);
    return "shown";
  }

  #deviceOf(userName: string, serial: string): MfaDevice | Refusal {
    const user = this.#user(userName);
    if (isRefused(user)) return user;
    const device = this.#parts.devices.find(serial);
    return device?.userId === user.id ? device : noSuchDevice(serial);
  }

  #user(name: string): User | Refusal {
    return this.#parts.identities.user(name) ?? refused("not-found", `The user with name ${name} cannot be found.`);
  }

  #seed({ serial, sealedSeed }: MfaDevice): string {
    const seed = this.#parts.seeds.open(sealedSeed, serial);
    if (seed === undefined) throw new Error("the seed of an authenticator does not open");
    return seed;
  }
}

const isLater = (step: number, { lastStep }: MfaDevice): boolean => lastStep === undefined || step > lastStep;

function noSuchDevice(serial: string): Refusal {
  return refused("not-found", `VirtualMFADevice with serial number ${serial} doesn't exist.`);
}

function invalidCode(): Refusal {
  return refused("invalid-code", "Authentication code for device is not valid.");
}
