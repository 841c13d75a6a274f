import { hkdfSync, randomFillSync } from "node:crypto";
import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrapKey, wrapKey } from "@strongroom/envelope";
import { writeDurably } from "../platform/index.ts";
import { keyFileBytesMin, newMethod, parseSealFile, sealFileText, wrappingKey } from "./seal-file.ts";
import type { SealSecret } from "./seal-file.ts";

const fileName = "seal.json";
const rootBytes = 32;
const rootAad = Buffer.from("strongroom seal 1: root");

/** The root of all keys, held in memory while the server runs. Disposing of it wipes it. */
export interface Seal extends Disposable {
  /** 32 bytes for one purpose; the same ones each time, and independent of those of any other purpose. */
  derive(purpose: string): Uint8Array;
}

type SealOutcome =
  | { readonly kind: "open"; readonly seal: Seal }
  /** `expects`: which kind of secret the seal was made with. */
  | { readonly kind: "wrong-secret"; readonly expects: SealSecret["kind"] }
  /** The folder has no seal. Only where it holds no other data either may one be created. */
  | { readonly kind: "no-seal" }
  | { readonly kind: "damaged"; readonly path: string };

type SealCreation =
  | { readonly kind: "open"; readonly seal: Seal }
  | { readonly kind: "already-sealed" }
  | { readonly kind: "weak-secret"; readonly message: string };

/**
 * Makes a new root of 32 random bytes and writes it into the folder, wrapped under the secret.
 * It never replaces a seal that is there: with it, everything under the old root would be lost.
 */
export async function createSeal(folder: string, secret: SealSecret): Promise<SealCreation> {
  const path = join(folder, fileName);
  if (await exists(path)) return { kind: "already-sealed" };
  const weakness = weaknessOf(secret);
  if (weakness !== undefined) return { kind: "weak-secret", message: weakness };
  const method = newMethod(secret.kind);
  const kek = wrappingKey(method, secret);
  if (kek === undefined) throw new Error("a new seal's method takes another kind of secret");
  // Memory of its own, not a part of Node's pool, so that wiping it wipes all there is of it.
  const root = randomFillSync(Buffer.allocUnsafeSlow(rootBytes));
  // ④ the root lies on disk wrapped, never in the clear.
  const wrappedRoot = wrapKey(kek, root, rootAad);
  kek.fill(0);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(path, sealFileText({ method, wrappedRoot }));
  return { kind: "open", seal: new OpenSeal(root) };
}

/** Opens the folder's seal. */
export async function openSeal(folder: string, secret: SealSecret): Promise<SealOutcome> {
  const path = join(folder, fileName);
  if (!(await exists(path))) return { kind: "no-seal" };
  const file = parseSealFile(await readFile(path, "utf8"));
  if (file === undefined) return { kind: "damaged", path };
  const kek = wrappingKey(file.method, secret);
  const root = kek && unwrapKey(kek, file.wrappedRoot, rootAad);
  kek?.fill(0);
  if (root?.byteLength !== rootBytes) return { kind: "wrong-secret", expects: file.method.kind };
  const own = Buffer.allocUnsafeSlow(rootBytes);
  own.set(root);
  root.fill(0);
  return { kind: "open", seal: new OpenSeal(own) };
}

class OpenSeal implements Seal {
  readonly #root: Uint8Array;
  #disposed = false;

  constructor(root: Uint8Array) {
    this.#root = root;
  }

  derive(purpose: string): Uint8Array {
    if (this.#disposed) throw new Error("the seal was closed");
    return new Uint8Array(hkdfSync("sha512", this.#root, "", `strongroom root 1: ${purpose}`, 32));
  }

  [Symbol.dispose](): void {
    this.#root.fill(0);
    this.#disposed = true;
  }
}

function weaknessOf(secret: SealSecret): string | undefined {
  if (secret.kind === "passphrase" && secret.passphrase === "") return "the passphrase is empty";
  if (secret.kind === "key-file" && secret.content.byteLength < keyFileBytesMin) {
    return `the key file has fewer than ${keyFileBytesMin} bytes`;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
