import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { diskFiles } from "../../platform/index.ts";
import type { DiskReserve, Files, OpenFile } from "../../platform/index.ts";

/** The folders of the files: as many as two hexadecimal digits tell apart. */
export const folderCount = 256;
const folderNames = Array.from({ length: folderCount }, (_, number) => number.toString(16).padStart(2, "0"));
const readChunkBytes = 1024 * 1024 + 16;
/** Less is written together with what follows. */
const writeBytesMin = 512 * 1024;
/** So much is synced while more is written: less is left to wait for at the end. */
const syncBytesMin = 8 * 1024 * 1024;

/**
 * The sealed files, by random id: <folder>/aa/<rest of the id>. They are written once and never
 * changed. What is written here counts only when the metadata names it: a file that no metadata names
 * is an orphan, and is removed at the next start.
 */
export class ObjectFiles {
  readonly #folder: string;
  readonly #disk: Files;
  readonly #reserve: DiskReserve | undefined;
  readonly #reading = new Map<string, number>();
  readonly #doomed = new Set<string>();
  readonly #writing = new Set<string>();

  private constructor(folder: string, disk: Files, reserve: DiskReserve | undefined) {
    this.#folder = folder;
    this.#disk = disk;
    this.#reserve = reserve;
  }

  /** `reserve`: what of the disk the files may not use; absent: all of it is theirs. */
  static async open(folder: string, disk: Files = diskFiles, reserve?: DiskReserve): Promise<ObjectFiles> {
    const files = new ObjectFiles(folder, disk, reserve);
    await disk.remove(files.#incoming);
    await disk.makeFolder(files.#incoming, { recursive: true, mode: 0o700 });
    // Made beforehand, so that a write has one folder to sync and none that another write has just made.
    const there = new Set(await disk.list(folder));
    for (const name of folderNames) if (!there.has(name)) await disk.makeFolder(join(folder, name), { mode: 0o700 });
    await disk.syncFolder(folder);
    // The folder is itself a name in another one: a loss of power could take it away with all that is in it.
    await disk.syncFolder(dirname(folder));
    return files;
  }

  get #incoming(): string {
    return join(this.#folder, "incoming");
  }

  newId(): string {
    return randomBytes(20).toString("hex");
  }

  pathOf(id: string): string {
    return join(this.#folder, id.slice(0, 2), id.slice(2));
  }

  /** Throws where the disk has no room for data, for whoever is going to need some. */
  demandRoom(): void {
    this.#reserve?.demand(0, 1);
  }

  /**
   * Writes a file under a new id, durable on return; on any failure nothing of it is left. Returns its size. Throws
   * DiskReserved as soon as what comes would use what the disk keeps for other things.
   */
  async write(id: string, source: AsyncIterable<Uint8Array> | Uint8Array): Promise<number> {
    const temporary = join(this.#incoming, id);
    this.#writing.add(id);
    try {
      const sizeBytes =
        source instanceof Uint8Array
          ? await this.#withRoom(source.byteLength, 1, () => writeWhole(this.#disk, temporary, source))
          : await this.#writeStream(temporary, source);
      await this.#disk.rename(temporary, this.pathOf(id));
      await this.#disk.syncFolder(dirname(this.pathOf(id)));
      return sizeBytes;
    } catch (error) {
      await this.#disk.remove(temporary);
      await this.#disk.remove(this.pathOf(id));
      throw error;
    } finally {
      this.#writing.delete(id);
    }
  }

  /** Opens a file for reading; ENOENT where it was removed. The caller closes it. */
  async openFile(id: string): Promise<{ handle: OpenFile; sizeBytes: number }> {
    const handle = await this.#disk.open(this.pathOf(id), "r");
    try {
      return { handle, sizeBytes: (await handle.stat()).size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Keeps files from being unlinked until the returned function is called. */
  hold(ids: readonly string[]): () => void {
    for (const id of ids) this.#reading.set(id, (this.#reading.get(id) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const id of ids) this.#release(id);
    };
  }

  /** Removes files that no metadata names any longer, once nobody reads them. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#reading.has(id)) this.#doomed.add(id);
      else await this.#disk.remove(this.pathOf(id));
    }
  }

  /** Removes every file that `isNamed` does not know: what a crash left between file and metadata. */
  async collectOrphans(isNamed: (id: string) => boolean): Promise<number> {
    let removed = 0;
    for (const name of folderNames) {
      for await (const rest of this.#disk.names(join(this.#folder, name))) {
        const id = name + rest;
        if (isNamed(id)) continue;
        await this.#disk.remove(this.pathOf(id));
        removed += 1;
      }
    }
    return removed;
  }

  /**
   * Removes the files of one folder (0 to 255) that were last written before `before` and that nothing names, reads
   * or is writing: what a removal that failed left behind. Returns how many, and their bytes.
   */
  async collectStale(
    folder: number,
    before: Date,
    isNamed: (id: string) => boolean,
  ): Promise<{ files: number; bytes: number }> {
    const name = folderNames[folder] ?? "";
    const collected = { files: 0, bytes: 0 };
    for await (const rest of this.#disk.names(join(this.#folder, name))) {
      const id = name + rest;
      const isWanted = () => isNamed(id) || this.#writing.has(id) || this.#reading.has(id);
      if (isWanted()) continue;
      const { size, mtimeMs } = await this.#describe(id);
      // Between a file's last byte and its record in the metadata there is a moment: it is named soon.
      if (mtimeMs >= before.getTime() || isWanted()) continue;
      await this.#disk.remove(this.pathOf(id));
      collected.files += 1;
      collected.bytes += size;
    }
    return collected;
  }

  /** A file that went meanwhile is as good as a new one: it is not to be collected. */
  async #describe(id: string): Promise<{ size: number; mtimeMs: number }> {
    const handle = await this.#disk.open(this.pathOf(id), "r").catch(() => undefined);
    if (handle === undefined) return { size: 0, mtimeMs: Infinity };
    try {
      return await handle.stat();
    } finally {
      await handle.close();
    }
  }

  #writeStream(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    this.demandRoom();
    return writeStream(this.#disk, path, source, (bytes, write) => this.#withRoom(bytes, 0, write));
  }

  async #withRoom<T>(bytes: number, files: number, write: () => Promise<T>): Promise<T> {
    return await (this.#reserve?.writing(bytes, files, write) ?? write());
  }

  #release(id: string): void {
    const readers = (this.#reading.get(id) ?? 1) - 1;
    if (readers > 0) {
      this.#reading.set(id, readers);
      return;
    }
    this.#reading.delete(id);
    // Where unlinking fails, the file is an orphan, and the next start removes it.
    if (this.#doomed.delete(id)) this.#disk.remove(this.pathOf(id)).catch(() => undefined);
  }
}

async function writeWhole(disk: Files, path: string, bytes: Uint8Array): Promise<number> {
  const handle = await disk.open(path, "wx", 0o600);
  try {
    await writeAll(handle, [bytes]);
    await handle.sync();
    return bytes.byteLength;
  } finally {
    await handle.close();
  }
}

/**
 * Writes some pieces while the source makes the next ones, and has the disk take the first while more are written.
 * `writing` runs each of the writes, where there is room for it.
 */
async function writeStream(
  disk: Files,
  path: string,
  source: AsyncIterable<Uint8Array>,
  writing: (bytes: number, write: () => Promise<void>) => Promise<void>,
): Promise<number> {
  const handle = await disk.open(path, "wx", 0o600);
  let written: Promise<unknown> = Promise.resolve();
  let syncing: Promise<unknown> = Promise.resolve();
  const write = async (pieces: readonly Uint8Array[], bytes: number): Promise<void> => {
    await written;
    written = heededLater(writing(bytes, () => writeAll(handle, pieces)));
  };
  try {
    let sizeBytes = 0;
    let unsyncedBytes = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    for await (const piece of source) {
      waiting.push(piece);
      waitingBytes += piece.byteLength;
      if (waitingBytes < writeBytesMin) continue;
      await write(waiting, waitingBytes);
      sizeBytes += waitingBytes;
      unsyncedBytes += waitingBytes;
      [waiting, waitingBytes] = [[], 0];
      if (unsyncedBytes < syncBytesMin) continue;
      await syncing;
      syncing = heededLater(written.then(() => handle.datasync()));
      unsyncedBytes = 0;
    }
    if (waiting.length > 0) await write(waiting, waitingBytes);
    await Promise.all([written, syncing]);
    await handle.sync();
    return sizeBytes + waitingBytes;
  } finally {
    // The handle may be closed only when nothing is done with it.
    await Promise.allSettled([written, syncing]);
    await handle.close();
  }
}

/** A failure is thrown where the promise is awaited; until then it must not count as unhandled. */
function heededLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function writeAll(handle: OpenFile, pieces: readonly Uint8Array[]): Promise<void> {
  let written = (await handle.writev(pieces)).bytesWritten;
  const sizeBytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (written === sizeBytes) return;
  const whole = Buffer.concat(pieces);
  while (written < sizeBytes) written += (await handle.write(whole, written)).bytesWritten;
}

/**
 * The bytes from `start` to before `end`, reading ahead by one chunk. A chunk holds until the next but
 * one is asked for: two pieces of memory take turns.
 */
export async function* readSpan(handle: OpenFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  const sizeBytes = Math.min(readChunkBytes, end - start);
  const memory = [Buffer.allocUnsafeSlow(sizeBytes), Buffer.allocUnsafeSlow(sizeBytes)] as const;
  let turn: 0 | 1 = 0;
  const next = (from: number): Promise<Uint8Array> => {
    turn = turn === 0 ? 1 : 0;
    return readFully(handle, memory[turn].subarray(0, Math.max(0, Math.min(sizeBytes, end - from))), from);
  };
  let position = start;
  let pending = next(position);
  try {
    for (;;) {
      const chunk = await pending;
      if (chunk.byteLength === 0) return;
      position += chunk.byteLength;
      pending = next(position);
      pending.catch(() => undefined);
      yield chunk;
    }
  } finally {
    // The handle may be closed only when nothing is being read from it.
    await pending.catch(() => undefined);
  }
}

/** Fills `memory` from `position` on; less only at the file's end. */
export async function readFully(handle: OpenFile, memory: Uint8Array, position: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < memory.byteLength) {
    const { bytesRead } = await handle.read(memory, filled, memory.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return memory.subarray(0, filled);
}
