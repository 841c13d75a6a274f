import { saltBytes, type SealMethod } from "./seal-method.ts";

/** What `seal.json` holds: the root under a secret, and how the secret is used. Everything in it may be read by anybody. */
export interface SealFile {
  readonly method: SealMethod;
  readonly wrappedRoot: Uint8Array;
}

/** A changed file must not make the server fill its memory or never answer. */
const memoryKibMax = 1024 * 1024;
const passesMax = 64;
const sharesMax = 255;
const labelCharactersMax = 255;
const commitmentBytes = 32;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export function sealFileText({ method, wrappedRoot }: SealFile): string {
  const written = {
    ...method,
    salt: base64(method.salt),
    ...(method.kind === "shares" ? { commitments: method.commitments.map(base64) } : {}),
    ...(method.kind === "pkcs11" ? { wrapped: base64(method.wrapped) } : {}),
  };
  return `${JSON.stringify({ version: 1, method: written, root: base64(wrappedRoot) }, undefined, 2)}\n`;
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
  const salt = bytesOf(part["salt"]);
  if (salt?.byteLength !== saltBytes) return undefined;
  switch (part["kind"]) {
    case "passphrase": {
      const { memoryKib, passes, parallelism } = part;
      if (!isCount(parallelism, 16) || !isCount(memoryKib, memoryKibMax) || !isCount(passes, passesMax))
        return undefined;
      return { kind: "passphrase", memoryKib, passes, parallelism, salt };
    }
    case "key-file":
      return { kind: "key-file", salt };
    case "shares":
      return parseShares(part, salt);
    case "pkcs11": {
      const { token, key } = part;
      const wrapped = bytesOf(part["wrapped"]);
      return isLabel(token) && isLabel(key) && wrapped !== undefined
        ? { kind: "pkcs11", salt, token, key, wrapped }
        : undefined;
    }
    default:
      return undefined;
  }
}

function parseShares(
  { set, threshold, commitments }: Record<string, unknown>,
  salt: Uint8Array,
): SealMethod | undefined {
  if (typeof set !== "string" || !/^[0-9a-f]{16}$/.test(set)) return undefined;
  if (!Array.isArray(commitments) || commitments.length > sharesMax) return undefined;
  if (!isCount(threshold, commitments.length) || threshold < 2) return undefined;
  const read = commitments.flatMap((text: unknown) => bytesOf(text) ?? []);
  if (read.length !== commitments.length || read.some(({ byteLength }) => byteLength !== commitmentBytes))
    return undefined;
  return { kind: "shares", salt, set, threshold, commitments: read };
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? Buffer.from(value, "base64") : undefined;
}

function isLabel(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= labelCharactersMax;
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
