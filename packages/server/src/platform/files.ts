import {
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncate,
  open,
  openSync,
  read,
  readSync,
  rename,
  unlink,
  write,
  writev,
} from "node:fs";
import { mkdir, opendir, readdir, rm } from "node:fs/promises";
import { promisify } from "node:util";

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

/** So much is read at once, where it is asked for: it takes less time than to ask another thread for it. */
const readAtOnceBytesMax = 64 * 1024;

const readLater = promisify(read);
const writeLater = promisify(write);
const writevLater = promisify(writev);
const openLater = promisify(open);
const truncateLater = promisify(ftruncate);
const syncLater = promisify(fsync);
const datasyncLater = promisify(fdatasync);
const renameLater = promisify(rename);
const unlinkLater = promisify(unlink);

/** What `task` returns or throws, as a promise. */
const settled = <T>(task: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(task());
  });

/**
 * A file of the disk. What is written or synced is given to another thread; what the operating system answers out
 * of its memory (sizes, closing, a small read) is done at once. Nothing may be under way when it is closed.
 */
class DiskFile implements OpenFile {
  /** -1 once it is closed: a number that is used again would be another file's. */
  #fd: number;
  readonly #onSyncFailed: SyncFailed;

  constructor(fd: number, onSyncFailed: SyncFailed) {
    this.#fd = fd;
    this.#onSyncFailed = onSyncFailed;
  }

  read(memory: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    if (length > readAtOnceBytesMax) return readLater(this.#fd, memory, offset, length, position);
    return settled(() => ({ bytesRead: readSync(this.#fd, memory, offset, length, position) }));
  }

  write(bytes: Uint8Array, offset: number): Promise<{ bytesWritten: number }> {
    return writeLater(this.#fd, bytes, offset);
  }

  writev(pieces: readonly Uint8Array[]): Promise<{ bytesWritten: number }> {
    return writevLater(this.#fd, pieces);
  }

  truncate(length: number): Promise<void> {
    return truncateLater(this.#fd, length);
  }

  sync(): Promise<void> {
    return telling(syncLater(this.#fd), this.#onSyncFailed);
  }

  datasync(): Promise<void> {
    return telling(datasyncLater(this.#fd), this.#onSyncFailed);
  }

  stat(): Promise<{ size: number; mtimeMs: number }> {
    return settled(() => fstatSync(this.#fd));
  }

  close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = -1;
    return settled(() => {
      if (fd >= 0) closeSync(fd);
    });
  }
}

/** Called with what a sync failed with, before whoever asked for it goes on. */
type SyncFailed = (cause: unknown) => void;

async function telling(synced: Promise<void>, onSyncFailed: SyncFailed): Promise<void> {
  try {
    await synced;
  } catch (error) {
    onSyncFailed(error);
    throw error;
  }
}

/**
 * The file system. ③ after a sync that failed, Linux may have forgotten what it could not write and report success the
 * next time: `onSyncFailed` has to keep the server from acknowledging anything more.
 */
export const filesOfDisk = (onSyncFailed: SyncFailed): Files => ({
  async open(path, flags, mode) {
    return new DiskFile(flags === "r" ? openSync(path, flags) : await openLater(path, flags, mode), onSyncFailed);
  },
  async makeFolder(path, { mode, recursive = false }) {
    await mkdir(path, { mode, recursive });
  },
  list: (path) => readdir(path),
  async *names(path) {
    for await (const { name } of await opendir(path)) yield name;
  },
  rename: (from, to) => renameLater(from, to),
  async remove(path) {
    try {
      await unlinkLater(path);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT") return;
      // A folder cannot be unlinked.
      if (code !== "EISDIR" && code !== "EPERM") throw error;
      await rm(path, { recursive: true, force: true });
    }
  },
  async syncFolder(path) {
    const folder = openSync(path, "r");
    try {
      await telling(syncLater(folder), onSyncFailed);
    } finally {
      closeSync(folder);
    }
  },
});

/** For whoever writes nothing that is acknowledged. */
export const diskFiles: Files = filesOfDisk(() => undefined);
