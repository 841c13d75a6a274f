import { randomBytes, randomInt, randomUUID } from "node:crypto";

const upperAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** `length` random characters of `alphabet`. */
export function randomText(length: number, alphabet: string): string {
  let text = "";
  for (let i = 0; i < length; i += 1) text += alphabet.charAt(randomInt(alphabet.length));
  return text;
}

/** An id in IAM's form: a four-letter prefix (AIDA, AROA, AKIA, ASIA, ANPA) and 16 characters. */
export function iamId(prefix: string): string {
  return prefix + randomText(16, upperAlphanumeric);
}

/** An id in EC2's form: prefix (vpc, subnet, sg, vpce, eni), a dash and 17 hexadecimal digits. */
export function ec2Id(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
}

export function uuid(): string {
  return randomUUID();
}

/** A secret access key: 40 characters. */
export function secretAccessKey(): string {
  return randomBytes(30).toString("base64").replaceAll("+", "x").replaceAll("/", "y");
}
