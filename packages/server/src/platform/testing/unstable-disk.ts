import { constants } from "node:fs";
import { basename, dirname } from "node:path";
import type { Files, OpenFile } from "../files.ts";
import type { Seeded } from "./seeded.ts";
import { UnstableFile } from "./unstable-file.ts";

/** The power is gone: nothing of the disk answers until it is restarted. */
class PowerCut extends Error {
  override readonly name = "PowerCut";
}

export function causedByCut(error: unknown): boolean {
  return error instanceof PowerCut || (error instanceof Error && error.cause instanceof PowerCut);
}

type Entry = UnstableFile | UnstableFolder;

/** What a folder lists, and what it would list after a loss of power. */
class UnstableFolder {
  readonly seen = new Map<string, Entry>();
  #durable = new Map<string, Entry>();

  sync(): void {
    this.#durable = new Map(this.seen);
  }

  /** Each name is what it was at the last sync or what it was last: as if any of the changes had reached the disk. */
  lose(random: Seeded): void {
    for (const name of new Set([...this.#durable.keys(), ...this.seen.keys()])) {
      const [before, after] = [this.#durable.get(name), this.seen.get(name)];
      const left = before === after || random.chance(0.5) ? before : after;
      if (left === undefined) this.seen.delete(name);
      else this.seen.set(name, left);
    }
    this.sync();
  }
}

/**
 * A disk in memory that keeps no more than was promised: content that was not synced is dropped, reordered and torn
 * into sectors, names whose folder was not synced come and go one by one. Its top folder is there and durable.
 */
export class UnstableDisk implements Files {
  readonly #random: Seeded;
  #top = new UnstableFolder();
  #left = Infinity;
  /** How often something was asked of it. */
  calls = 0;

  constructor(random: Seeded) {
    this.#random = random;
  }

  /** Cuts the power at the call after the next `calls`, before or after it took effect. */
  cutAfter(calls: number): void {
    this.#left = calls;
  }

  get isDead(): boolean {
    return this.#left < 0;
  }

  /** Power comes back: what was not synced is partly lost. */
  restart(): void {
    this.#left = Infinity;
    const lose = (folder: UnstableFolder): void => {
      folder.lose(this.#random);
      for (const entry of folder.seen.values()) {
        if (entry instanceof UnstableFolder) lose(entry);
        else entry.lose(this.#random);
      }
    };
    lose(this.#top);
  }

  async open(path: string, flags: string | number): Promise<OpenFile> {
    return await this.#call(() => {
      const creates = typeof flags === "number" ? (flags & constants.O_CREAT) !== 0 : flags.startsWith("w");
      const folder = this.#folder(dirname(path));
      let file = folder.seen.get(basename(path));
      if (file === undefined && creates) {
        file = new UnstableFile();
        folder.seen.set(basename(path), file);
      } else if (file !== undefined && flags === "wx") throw fault("EEXIST", path);
      if (!(file instanceof UnstableFile)) throw fault("ENOENT", path);
      return this.#handle(file, typeof flags === "number" && (flags & constants.O_DSYNC) !== 0);
    });
  }

  async makeFolder(path: string, { recursive = false }: { readonly recursive?: boolean }): Promise<void> {
    await this.#call(() => {
      this.#make(path, recursive);
    });
  }

  async list(path: string): Promise<string[]> {
    return await this.#call(() => [...this.#folder(path).seen.keys()]);
  }

  async *names(path: string): AsyncGenerator<string> {
    yield* await this.list(path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call(() => {
      const entry = this.#folder(dirname(from)).seen.get(basename(from));
      if (entry === undefined) throw fault("ENOENT", from);
      this.#folder(dirname(to)).seen.set(basename(to), entry);
      this.#folder(dirname(from)).seen.delete(basename(from));
    });
  }

  async remove(path: string): Promise<void> {
    await this.#call(() => {
      const folder = this.#find(dirname(path));
      if (folder instanceof UnstableFolder) folder.seen.delete(basename(path));
    });
  }

  async syncFolder(path: string): Promise<void> {
    await this.#call(() => {
      this.#folder(path).sync();
    });
  }

  #handle(file: UnstableFile, durably: boolean): OpenFile {
    const append = (bytes: Uint8Array) =>
      this.#call(() => {
        file.append(bytes);
        return { bytesWritten: bytes.byteLength };
      }).then((written) => {
        if (durably) file.sync();
        return written;
      });
    const sync = () =>
      this.#call(() => undefined).then(() => {
        file.sync();
      });
    return {
      write: (bytes, offset) => append(bytes.subarray(offset)),
      writev: (pieces) => append(Buffer.concat(pieces)),
      sync,
      datasync: sync,
      truncate: (length) =>
        this.#call(() => {
          file.truncate(length);
        }),
      stat: () => this.#call(() => ({ size: file.size, mtimeMs: file.mtimeMs })),
      read: (memory, offset, length, position) =>
        this.#call(() => {
          const bytes = file.read(position, length);
          memory.set(bytes, offset);
          return { bytesRead: bytes.byteLength };
        }),
      close: () => Promise.resolve(),
    };
  }

  /** One call: the power may go before it or after it took effect, and then nobody hears of it. */
  async #call<T>(effect: () => T): Promise<T> {
    await Promise.resolve();
    this.calls += 1;
    this.#left -= 1;
    if (this.#left >= 0) return effect();
    if (this.#left === -1 && this.#random.chance(0.5)) effect();
    this.#left = -2;
    throw new PowerCut("the power is gone");
  }

  #make(path: string, recursive: boolean): void {
    if (this.#find(path) instanceof UnstableFolder) {
      if (!recursive) throw fault("EEXIST", path);
      return;
    }
    if (recursive) this.#make(dirname(path), true);
    this.#folder(dirname(path)).seen.set(basename(path), new UnstableFolder());
  }

  #folder(path: string): UnstableFolder {
    const found = this.#find(path);
    if (found instanceof UnstableFolder) return found;
    throw fault("ENOENT", path);
  }

  #find(path: string): Entry | undefined {
    let at: Entry | undefined = this.#top;
    for (const name of path.split("/").filter((part) => part !== "")) {
      at = at instanceof UnstableFolder ? at.seen.get(name) : undefined;
    }
    return at;
  }
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
