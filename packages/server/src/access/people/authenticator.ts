import { randomBytes, timingSafeEqual } from "node:crypto";
import { HOTP, Secret, TOTP } from "otpauth";

/** RFC 6238 as AWS uses it: HMAC-SHA-1, six digits, 30 seconds. */
const stepSeconds = 30;
const digits = 6;
const seedBytes = 20;
/** How far a code may be from the server's clock, in steps, either way. */
const windowSteps = 1;

export function newSeed(): string {
  return new Secret({ buffer: new Uint8Array(randomBytes(seedBytes)).buffer }).base32;
}

export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / stepSeconds);
}

/** The step that a code belongs to, among those about `step`. ② Every candidate is compared, each in constant time. */
export function stepOfCode(seed: string, code: string, step: number, window: number = windowSteps): number | undefined {
  const given = Buffer.from(code.padEnd(digits).slice(0, digits));
  let found: number | undefined;
  for (let at = step - window; at <= step + window; at += 1) {
    const expected = Buffer.from(codeOf(seed, at));
    const isSame = given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
    if (isSame && code.length === digits) found = at;
  }
  return found;
}

/** The first step of two codes that follow each other. */
export function stepOfCodes(
  seed: string,
  [first, second]: readonly [string, string],
  step: number,
  window: number = windowSteps,
): number | undefined {
  let found: number | undefined;
  for (let at = step - window; at <= step + window; at += 1) {
    const follows = stepOfCode(seed, second, at + 1, 0) !== undefined;
    if (stepOfCode(seed, first, at, 0) !== undefined && follows) found = at;
  }
  return found;
}

export function codeOf(seed: string, step: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(seed), counter: step, digits, algorithm: "SHA1" });
}

/** What an authenticator reads: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function keyUri(seed: string, label: string): string {
  const uri = new URL(new TOTP({ issuer: "Strongroom", label, secret: Secret.fromBase32(seed) }).toString());
  // What is the default of every authenticator only makes the picture larger.
  for (const name of ["algorithm", "digits", "period"]) uri.searchParams.delete(name);
  return uri.href;
}
