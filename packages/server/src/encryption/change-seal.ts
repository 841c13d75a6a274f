import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../platform/index.ts";
import { openRoot, readSeal, sealPath, wrapRoot, type SealRefusal } from "./seal.ts";
import {
  isSameSecret,
  secretNames,
  weaknessOf,
  type NewSecret,
  type SealSecret,
  type SecretKind,
} from "./seal-secret.ts";
import { shareText } from "./share-text.ts";

export type SealChange =
  | { readonly kind: "changed"; readonly from: SecretKind; readonly to: SecretKind }
  | { readonly kind: "weak-secret"; readonly message: string }
  /** The shares were not taken: nothing was changed, and they open nothing. */
  | { readonly kind: "shares-not-kept" }
  | SealRefusal;

/** What has just been done when a seal file is replaced; tests stop there. */
export type ReplaceStep = "written" | "synced" | "renamed" | "folder-synced" | "old-wiped";

interface ChangeOrder {
  readonly from: SealSecret;
  readonly to: NewSecret;
  /** Hands new shares out and answers whether they are safe. Only then does the old secret stop opening the seal. */
  readonly handOut: (shares: readonly string[]) => Promise<boolean>;
  readonly at?: (step: ReplaceStep) => void;
}

/**
 * Puts the folder's root under another secret; the caller holds the folder. The root stays the same, and so does
 * everything under it. A crash leaves the old seal or the new one, whole.
 */
export async function changeSeal(
  folder: string,
  { from, to, handOut, at = () => undefined }: ChangeOrder,
): Promise<SealChange> {
  const weakness = weaknessOf(to);
  if (weakness !== undefined) return { kind: "weak-secret", message: weakness };
  await sweepSeals(folder);
  const read = await readSeal(folder);
  if (read.kind !== "read") return read;
  const opened = openRoot(read.file, from);
  if (opened.kind !== "root") return opened;
  using root = opened;
  if (isSameSecret(from, to)) {
    return { kind: "refused", message: `this ${secretNames[to.kind]} opens the seal already; nothing was changed` };
  }
  const wrapped = wrapRoot(root.bytes, to);
  if ("refused" in wrapped) return { kind: "refused", message: wrapped.refused };
  const { text, shares } = wrapped;
  if (shares.length > 0) {
    const kept = await handOut(shares.map(shareText));
    for (const { bytes } of shares) bytes.fill(0);
    if (!kept) return { kind: "shares-not-kept" };
  }
  await replaceSeal(sealPath(folder), text, at);
  return { kind: "changed", from: read.file.method.kind, to: to.kind };
}

const temporaryEnd = ".new";

/** Takes away what a change that was cut short left: a seal that is nobody's. */
export async function sweepSeals(folder: string): Promise<void> {
  await rm(`${sealPath(folder)}${temporaryEnd}`, { force: true });
}

async function replaceSeal(path: string, text: string, at: (step: ReplaceStep) => void): Promise<void> {
  await using made = new AsyncDisposableStack();
  const old = made.use(await open(path, "r+"));
  const temporary = `${path}${temporaryEnd}`;
  try {
    await writeSynced(temporary, text, at);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  at("renamed");
  await syncFolder(dirname(path));
  at("folder-synced");
  await overwrite(old);
  at("old-wiped");
}

async function writeSynced(path: string, text: string, at: (step: ReplaceStep) => void): Promise<void> {
  await using handle = await open(path, "w", 0o600);
  await handle.writeFile(text);
  at("written");
  await handle.sync();
  at("synced");
}

/**
 * ④ the old seal's bytes, which the old secret opens, are overwritten where they lay. File systems that write elsewhere
 * (copy on write, flash) keep them for a while all the same.
 */
async function overwrite(old: FileHandle): Promise<void> {
  const { size, nlink } = await old.stat();
  // Somebody's hard link of the old seal is a copy that somebody wanted.
  if (nlink > 0) return;
  await old.write(Buffer.alloc(size), 0, size, 0);
  await old.sync();
}
