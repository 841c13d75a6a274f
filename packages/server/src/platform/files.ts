import { mkdir, open, opendir, readdir, rename, rm } from "node:fs/promises";

/** An open file, as far as the stores of files use one. */
export interface OpenFile {
  /** Fills `memory` from `position` on; `bytesRead` is 0 at the file's end. */
  read(memory: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** Writes behind what was written, from `offset` of `bytes` on. */
  write(bytes: Uint8Array, offset: number): Promise<{ readonly bytesWritten: number }>;
  writev(pieces: readonly Uint8Array[]): Promise<{ readonly bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  /** Returns when content and size survive a loss of power. */
  sync(): Promise<void>;
  /** As sync, without times and the like. */
  datasync(): Promise<void>;
  stat(): Promise<{ readonly size: number; readonly mtimeMs: number }>;
  close(): Promise<void>;
}

/**
 * What the stores of files ask of the file system, and no more: what is written is durable once the file was
 * synced, a name once its folder was. Production runs on `diskFiles`; the simulation of power cuts on a disk of
 * its own that forgets and tears what was not synced.
 */
export interface Files {
  /** `flags`: as of open(2), a number or Node's letters. */
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>;
  makeFolder(path: string, more: { readonly mode: number; readonly recursive?: boolean }): Promise<void>;
  list(path: string): Promise<string[]>;
  /** As list, without holding all names at once. */
  names(path: string): AsyncIterable<string>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; nothing where there is none. */
  remove(path: string): Promise<void>;
  /** Makes what a folder lists durable: a rename or a new name in it survives a crash afterwards. */
  syncFolder(path: string): Promise<void>;
}

export const diskFiles: Files = {
  open: (path, flags, mode) => open(path, flags, mode),
  async makeFolder(path, { mode, recursive = false }) {
    await mkdir(path, { mode, recursive });
  },
  list: (path) => readdir(path),
  async *names(path) {
    for await (const { name } of await opendir(path)) yield name;
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  async syncFolder(path) {
    await using folder = await open(path, "r");
    await folder.sync();
  },
};
