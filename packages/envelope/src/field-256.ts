/*
 * The field of 256 elements with AES's polynomial x^8 + x^4 + x^3 + x + 1. No tables and no branches: which addresses
 * are read and which way the program takes would tell an observer of the machine about the secret.
 */
const polynomial = 0x1b;

/** The product of two elements (0 to 255). Sum and difference are both `a ^ b`. */
export function product(a: number, b: number): number {
  let sum = 0;
  let shifted = a;
  for (let bit = 0; bit < 8; bit += 1) {
    sum ^= shifted & -((b >> bit) & 1);
    shifted = ((shifted << 1) & 0xff) ^ (polynomial & -(shifted >> 7));
  }
  return sum;
}

/** What gives 1 when multiplied by `a`: its 254th power. Of 0, which has none, it is 0. */
export function inverse(a: number): number {
  let power = a;
  let result = 1;
  for (let bit = 1; bit < 8; bit += 1) {
    power = product(power, power);
    result = product(result, power);
  }
  return result;
}
