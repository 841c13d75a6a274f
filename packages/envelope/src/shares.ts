import { randomBytes } from "node:crypto";
import { inverse, product } from "./field-256.ts";

/** A point of the secret's polynomials: `at` is 1 to 255, `bytes` is as long as the secret. */
export interface Share {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export const sharesMax = 255;

/**
 * Splits a secret into `count` shares, `threshold` of which give it back, and fewer of which say nothing about it but
 * its length. Shamir, "How to share a secret", Communications of the ACM 22 (1979), over the field of 256 elements: for
 * each byte of its own polynomial of degree `threshold - 1`, whose value at 0 is the byte.
 *
 * @throws RangeError unless 2 <= threshold <= count <= 255 and the secret has a byte.
 */
export function splitSecret(secret: Uint8Array, threshold: number, count: number): Share[] {
  const whole = Number.isInteger(threshold) && Number.isInteger(count);
  if (!whole || threshold < 2 || threshold > count || count > sharesMax) {
    throw new RangeError(`a secret is split so that 2 <= threshold <= shares <= ${sharesMax}`);
  }
  if (secret.byteLength === 0) throw new RangeError("an empty secret is not split");
  // The coefficients of x, x² …; those of x to the highest may be 0 like any: a share must not tell that they are not.
  const coefficients = Array.from({ length: threshold - 1 }, () => randomBytes(secret.byteLength));
  const shares = Array.from({ length: count }, (_, index) => {
    const at = index + 1;
    return { at, bytes: secret.map((byte, place) => valueAt(at, byte, coefficients, place)) };
  });
  for (const coefficient of coefficients) coefficient.fill(0);
  return shares;
}

function valueAt(at: number, constant: number, coefficients: readonly Uint8Array[], place: number): number {
  let value = 0;
  for (const coefficient of coefficients.toReversed()) value = product(value ^ (coefficient[place] ?? 0), at);
  return value ^ constant;
}

/**
 * What the polynomials through these shares are at 0: the secret, where the shares belong together and there are enough
 * of them. Otherwise it is bytes without a meaning; Shamir's scheme cannot tell, so its caller must be able to.
 *
 * @throws RangeError for fewer than two shares, two at the same place, or shares of several lengths.
 */
export function joinShares(shares: readonly Share[]): Uint8Array {
  const places = new Set(shares.map(({ at }) => at));
  const length = shares[0]?.bytes.byteLength ?? 0;
  if (shares.length < 2 || places.size !== shares.length) throw new RangeError("shares are of two places at least");
  if (
    shares.some(({ at, bytes }) => bytes.byteLength !== length || at < 1 || at > sharesMax || !Number.isInteger(at))
  ) {
    throw new RangeError("the shares are not of one secret");
  }
  const secret = new Uint8Array(length);
  for (const { at, bytes } of shares) {
    // Lagrange's weight of this share at 0.
    let weight = 1;
    for (const other of places) if (other !== at) weight = product(weight, product(other, inverse(other ^ at)));
    for (const [place, byte] of bytes.entries()) secret[place] = (secret[place] ?? 0) ^ product(weight, byte);
  }
  return secret;
}
