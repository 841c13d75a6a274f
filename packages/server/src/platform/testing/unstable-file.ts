import type { Seeded } from "./seeded.ts";

/** What a disk writes in one go. */
const sectorBytes = 512;

/** A file's content as it is seen, and what of it would be there after a loss of power. */
export class UnstableFile {
  #seen: Buffer = Buffer.alloc(0);
  #durable: Buffer = Buffer.alloc(0);
  /** What was written since the last sync, as the bytes that it changed. */
  #unsynced: { readonly start: number; readonly bytes: Buffer }[] = [];
  mtimeMs = 0;

  get size(): number {
    return this.#seen.byteLength;
  }

  read(position: number, length: number): Buffer {
    return this.#seen.subarray(position, position + length);
  }

  append(bytes: Uint8Array): void {
    this.#unsynced.push({ start: this.#seen.byteLength, bytes: Buffer.from(bytes) });
    this.#seen = Buffer.concat([this.#seen, bytes]);
  }

  /** Cutting is taken as durable with the next sync, and as not done before. */
  truncate(length: number): void {
    this.#seen = this.#seen.subarray(0, length);
    this.#unsynced = this.#unsynced.filter(({ start }) => start < length);
  }

  sync(): void {
    this.#durable = Buffer.from(this.#seen);
    this.#unsynced = [];
  }

  /** Power is lost: of what was not synced any sectors are there, in any order; what lies between them reads as zeros. */
  lose(random: Seeded): void {
    let left = this.#durable;
    for (const { start, bytes } of this.#unsynced) {
      if (random.chance(0.4)) continue;
      const torn = random.chance(0.6);
      for (let at = 0; at < bytes.byteLength; at = nextSector(start, at)) {
        if (torn && random.chance(0.5)) continue;
        left = overwritten(left, start + at, bytes.subarray(at, nextSector(start, at)));
      }
    }
    this.#seen = left;
    this.#durable = left;
    this.#unsynced = [];
  }
}

/** Where in a piece that begins at `start` of the file the sector behind `at` begins. */
function nextSector(start: number, at: number): number {
  return (Math.floor((start + at) / sectorBytes) + 1) * sectorBytes - start;
}

function overwritten(content: Buffer, start: number, bytes: Uint8Array): Buffer {
  const result = Buffer.alloc(Math.max(content.byteLength, start + bytes.byteLength));
  content.copy(result);
  result.set(bytes, start);
  return result;
}
