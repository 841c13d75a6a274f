import { createHmac, createSecretKey, hash, timingSafeEqual } from "node:crypto";

export const algorithm = "AWS4-HMAC-SHA256";
const terminator = "aws4_request";

/** What a signature is good for: one day, one region, one service. */
export interface Scope {
  /** YYYYMMDD */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${terminator}`;
}

const accessKeyForm = /^[A-Za-z0-9]{1,128}$/;
const scopePart = /^[A-Za-z0-9-]+$/;

/** `<access key id>/<date>/<region>/<service>/aws4_request`; undefined where it is not of that form. */
export function readCredential(text: string | undefined): { accessKeyId: string; scope: Scope } | undefined {
  const [accessKeyId = "", date = "", region = "", service = "", end, ...more] = (text ?? "").split("/");
  if (end !== terminator || more.length > 0 || !accessKeyForm.test(accessKeyId)) return undefined;
  if (!/^\d{8}$/.test(date) || !scopePart.test(region) || !scopePart.test(service)) return undefined;
  return { accessKeyId, scope: { date, region, service } };
}

export function signingKey(secretAccessKey: string, scope: Scope): Buffer {
  let key = hmac(Buffer.from(`AWS4${secretAccessKey}`), scope.date);
  for (const part of [scope.region, scope.service, terminator]) key = hmac(key, part);
  return key;
}

interface Remembered {
  readonly secretAccessKey: string;
  readonly key: Buffer;
}

const rememberedMax = 1000;
const remembered = new Map<string, Remembered>();

/**
 * The same for what is verified: requests of one access key, day, region and service share it. ② a key that nobody
 * has goes the same way, under the secret that stands in for its own, so that neither tells itself by the time it takes.
 */
export function rememberedSigningKey(accessKeyId: string, secretAccessKey: string, scope: Scope): Buffer {
  const name = `${accessKeyId}/${scopeText(scope)}`;
  const known = remembered.get(name);
  if (known?.secretAccessKey === secretAccessKey) return known.key;
  const key = signingKey(secretAccessKey, scope);
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(name, { secretAccessKey, key });
  return key;
}

/** Lower-case hexadecimal HMAC-SHA256 over `text`, one byte a character. */
export function signatureOf(key: Uint8Array, text: string): string {
  return createHmac("sha256", createSecretKey(key)).update(text, "latin1").digest("hex");
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", typeof data === "string" ? Buffer.from(data, "latin1") : data, "hex");
}

/** Equality of two texts in a time that depends on their lengths only. */
export function equalInConstantTime(a: string, b: string): boolean {
  const bytesA = Buffer.from(a, "latin1");
  const bytesB = Buffer.from(b, "latin1");
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

/** Node takes a key object five times as fast as it takes the key's bytes. */
function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", createSecretKey(key)).update(text).digest();
}
