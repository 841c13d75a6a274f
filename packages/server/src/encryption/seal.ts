import { hkdfSync, randomFillSync } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrapKey, wrapKey } from "@strongroom/envelope";
import { guardedPage, writeDurably } from "../platform/index.ts";
import { TokenRefusal } from "./pkcs11/token.ts";
import { parseSealFile, sealFileText, type SealFile } from "./seal-file.ts";
import { newMethod, wrappingKey } from "./seal-method.ts";
import { weaknessOf, type NewSecret, type SealSecret, type SecretKind } from "./seal-secret.ts";
import type { SealShare } from "./share-text.ts";

const fileName = "seal.json";
const rootBytes = 32;
const rootAad = Buffer.from("strongroom seal 1: root");

/** The root of all keys, held in memory while the server runs. Disposing of it wipes it and every key it gave. */
export interface Seal extends Disposable {
  /** 32 bytes for one purpose; the same ones each time, and independent of those of any other purpose. */
  derive(purpose: string): Uint8Array;
}

export type SealRefusal =
  /** `expects`: which kind of secret the seal was made with. */
  | { readonly kind: "wrong-secret"; readonly expects: SecretKind }
  /** A token says no; the message says why. */
  | { readonly kind: "refused"; readonly message: string }
  /** The folder has no seal. Only where it holds no other data either may one be created. */
  | { readonly kind: "no-seal" }
  | { readonly kind: "damaged"; readonly path: string };

type SealOutcome = { readonly kind: "open"; readonly seal: Seal } | SealRefusal;

type SealCreation =
  | { readonly kind: "open"; readonly seal: Seal }
  | { readonly kind: "already-sealed" }
  | { readonly kind: "weak-secret"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Makes a new root of 32 random bytes and writes it into the folder, wrapped under the secret.
 * It never replaces a seal that is there: with it, everything under the old root would be lost.
 */
export async function createSeal(
  folder: string,
  secret: Exclude<NewSecret, { readonly kind: "shares" }>,
): Promise<SealCreation> {
  const path = sealPath(folder);
  if ((await readSeal(folder)).kind !== "no-seal") return { kind: "already-sealed" };
  const weakness = weaknessOf(secret);
  if (weakness !== undefined) return { kind: "weak-secret", message: weakness };
  using root = guardedRoot();
  randomFillSync(root.bytes);
  const wrapped = wrapRoot(root.bytes, secret);
  if ("refused" in wrapped) return { kind: "refused", message: wrapped.refused };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(path, wrapped.text);
  return { kind: "open", seal: new OpenSeal(root.bytes) };
}

/** Opens the folder's seal. */
export async function openSeal(folder: string, secret: SealSecret): Promise<SealOutcome> {
  const read = await readSeal(folder);
  if (read.kind !== "read") return read;
  const opened = openRoot(read.file, secret);
  if (opened.kind !== "root") return opened;
  using root = opened;
  return { kind: "open", seal: new OpenSeal(root.bytes) };
}

export const sealPath = (folder: string): string => join(folder, fileName);

/** The folder's seal file, still closed. */
export async function readSeal(
  folder: string,
): Promise<
  { readonly kind: "read"; readonly file: SealFile } | Extract<SealRefusal, { readonly kind: "no-seal" | "damaged" }>
> {
  const path = sealPath(folder);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "no-seal" };
    throw error;
  }
  const file = parseSealFile(text);
  return file === undefined ? { kind: "damaged", path } : { kind: "read", file };
}

/** The root's bytes, in guarded memory that is wiped when they are disposed of. */
interface Root extends Disposable {
  readonly kind: "root";
  readonly bytes: Uint8Array;
}

function guardedRoot(): Root {
  const page = guardedPage();
  const dispose = page[Symbol.dispose];
  return { kind: "root", bytes: page.bytes.subarray(0, rootBytes), [Symbol.dispose]: dispose };
}

export function openRoot(file: SealFile, secret: SealSecret): Root | SealRefusal {
  const wrong = { kind: "wrong-secret", expects: file.method.kind } as const;
  let kek: Uint8Array | undefined;
  try {
    kek = wrappingKey(file.method, secret);
  } catch (error) {
    if (error instanceof TokenRefusal) return { kind: "refused", message: error.message };
    throw error;
  }
  const root = kek && unwrapKey(kek, file.wrappedRoot, rootAad);
  kek?.fill(0);
  if (root?.byteLength !== rootBytes) return wrong;
  const guarded = guardedRoot();
  guarded.bytes.set(root);
  root.fill(0);
  return guarded;
}

/** The text of a seal file over this root, and the shares to hand out where the secret is one of shares. */
export function wrapRoot(
  root: Uint8Array,
  secret: NewSecret,
): { readonly text: string; readonly shares: readonly SealShare[] } | { readonly refused: string } {
  let made;
  try {
    made = newMethod(secret);
  } catch (error) {
    if (error instanceof TokenRefusal) return { refused: error.message };
    throw error;
  }
  const { method, kek, shares } = made;
  // ④ the root lies on disk wrapped, never in the clear.
  const wrappedRoot = wrapKey(kek, root, rootAad);
  kek.fill(0);
  return { text: sealFileText({ method, wrappedRoot }), shares };
}

class OpenSeal implements Seal {
  readonly #root = guardedRoot();
  readonly #derived: Uint8Array[] = [];
  #disposed = false;

  constructor(root: Uint8Array) {
    this.#root.bytes.set(root);
  }

  derive(purpose: string): Uint8Array {
    if (this.#disposed) throw new Error("the seal was closed");
    const key = new Uint8Array(hkdfSync("sha512", this.#root.bytes, "", `strongroom root 1: ${purpose}`, 32));
    this.#derived.push(key);
    return key;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#root[Symbol.dispose]();
    for (const key of this.#derived.splice(0)) key.fill(0);
  }
}
