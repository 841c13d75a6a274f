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

/** A UUID that begins with the time in milliseconds (version 7): whoever has it knows where to look for its record. */
export function timedId(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** The time in an id that timedId made; undefined for every other text. */
export function timeOfId(id: string): Date | undefined {
  const found = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id);
  return found === null ? undefined : new Date(Number.parseInt(`${found[1] ?? ""}${found[2] ?? ""}`, 16));
}

/** A secret access key: 40 characters. */
export function secretAccessKey(): string {
  return randomBytes(30).toString("base64").replaceAll("+", "x").replaceAll("/", "y");
}
