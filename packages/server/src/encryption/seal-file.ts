import { argon2Sync, hkdfSync, randomBytes } from "node:crypto";

/** What the operator opens the seal with. A key file holds at least 32 bytes that nobody can guess. */
export type SealSecret =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "key-file"; readonly content: Uint8Array };

/** How the key that wraps the root is made from the secret; everything here may be read by anybody. */
type SealMethod =
  | {
      readonly kind: "passphrase";
      readonly memoryKib: number;
      readonly passes: number;
      readonly parallelism: number;
      readonly salt: Uint8Array;
    }
  | { readonly kind: "key-file"; readonly salt: Uint8Array };

interface SealFile {
  readonly method: SealMethod;
  readonly wrappedRoot: Uint8Array;
}

const saltBytes = 32;
export const keyFileBytesMin = 32;
const kekBytes = 32;

/** A changed file must not make the server fill its memory or never answer. */
const memoryKibMax = 1024 * 1024;
const passesMax = 64;

/** RFC 9106's second recommended choice (64 MiB, 3 passes), with one lane. */
const argon2Cost = { memoryKib: 65_536, passes: 3, parallelism: 1 };

export function newMethod(kind: SealSecret["kind"]): SealMethod {
  const salt = randomBytes(saltBytes);
  return kind === "passphrase" ? { kind, ...argon2Cost, salt } : { kind, salt };
}

/** The key that wraps the root; `secret` is of the kind that `method` names. */
export function wrappingKey(method: SealMethod, secret: SealSecret): Uint8Array | undefined {
  if (method.kind === "passphrase" && secret.kind === "passphrase") {
    return argon2Sync("argon2id", {
      message: Buffer.from(secret.passphrase.normalize("NFC")),
      nonce: method.salt,
      memory: method.memoryKib,
      passes: method.passes,
      parallelism: method.parallelism,
      tagLength: kekBytes,
    });
  }
  if (method.kind === "key-file" && secret.kind === "key-file") {
    return new Uint8Array(hkdfSync("sha512", secret.content, method.salt, "strongroom seal 1: key file", kekBytes));
  }
  return undefined;
}

export function sealFileText(file: SealFile): string {
  const { salt, ...method } = file.method;
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const text = { version: 1, method: { ...method, salt: base64(salt) }, root: base64(file.wrappedRoot) };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}

/** Undefined where the text is not a seal that this version made. */
export function parseSealFile(text: string): SealFile | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, method: methodPart, root } = record(parsed);
  const method = parseMethod(record(methodPart));
  if (version !== 1 || typeof root !== "string" || method === undefined) return undefined;
  return { method, wrappedRoot: Buffer.from(root, "base64") };
}

function parseMethod(part: Record<string, unknown>): SealMethod | undefined {
  if (typeof part["salt"] !== "string") return undefined;
  const salt = Buffer.from(part["salt"], "base64");
  if (salt.byteLength !== saltBytes) return undefined;
  if (part["kind"] === "key-file") return { kind: "key-file", salt };
  const { memoryKib, passes, parallelism } = part;
  if (part["kind"] !== "passphrase" || !isCount(parallelism, 16)) return undefined;
  if (!isCount(memoryKib, memoryKibMax) || !isCount(passes, passesMax)) return undefined;
  return { kind: "passphrase", memoryKib, passes, parallelism, salt };
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
