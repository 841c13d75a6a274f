import { statfsSync } from "node:fs";

/** What a file system has, and what of it is free for others than its administrator. */
export interface DiskSpace {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Files that it can hold; 0 where it sets no number. */
  readonly files: number;
  readonly freeFiles: number;
}

/**
 * Of its bytes. "used": more than a quarter of the reserve is gone, which trail and metadata alone take long for. "low":
 * there is room for data, but little.
 */
export type DiskState = "ample" | "low" | "used";

/** What is left is not for data. The code is the one that a disk gives where nothing is left at all. */
export class DiskReserved extends Error {
  override readonly name = "DiskReserved";
  readonly code = "ENOSPC";

  constructor() {
    super("what is free of the disk is kept for the audit trail and the metadata");
  }
}

const mebibyte = 1024 * 1024;
const shareMin = 0.02;
/** SQLite's write-ahead file alone may grow by 16 MiB while things are deleted. */
const reserveBytesMin = 32 * mebibyte;
const reserveBytesMax = 256 * mebibyte;
/** On a disk so small that less than a quarter of it is the least. */
const shareMax = 0.25;
const reserveFilesMin = 16;
const reserveFilesMax = 1024;
const usedShareMax = 0.25;
/** What a fast disk takes in a second or less. */
const lowBytes = 1024 * mebibyte;
/** How long a look at the disk holds: others write there too. */
const lookMs = 250;

/**
 * Keeps a part of the disk free of data, so that the audit trail and the metadata can be written when the rest is full:
 * reads, deletions and what else makes room go on. ⑤ Where the trail finds no room, the server ends.
 *
 * What is written is counted, so the disk is asked a few times a second at most, and again where it would be refused.
 */
export class DiskReserve {
  readonly #look: () => DiskSpace;
  readonly #now: () => number;
  #roomBytes = -1;
  #roomFiles = -1;
  #lookedAtMs = -Infinity;
  #underWayBytes = 0;

  /** `look` tells how the disk is now; `now` counts milliseconds. */
  constructor(look: () => DiskSpace, now: () => number = () => performance.now()) {
    this.#look = look;
    this.#now = now;
  }

  /** Throws DiskReserved unless data of so many bytes, in so many new files, leave the reserve untouched. */
  demand(bytes: number, files = 0): void {
    if (this.#now() - this.#lookedAtMs >= lookMs || !this.#take(bytes, files)) {
      this.#lookAgain();
      if (!this.#take(bytes, files)) throw new DiskReserved();
    }
  }

  /** Demands room, and counts the bytes as not yet on the disk until `write` has ended. */
  async writing<T>(bytes: number, files: number, write: () => Promise<T>): Promise<T> {
    this.demand(bytes, files);
    this.#underWayBytes += bytes;
    try {
      return await write();
    } finally {
      this.#underWayBytes -= bytes;
    }
  }

  /**
   * For bytes that reach the disk later than they come: tells of each some, and throws DiskReserved once all that came
   * has more than the room that there was, or there is no room now.
   */
  arrival(): (bytes: number) => void {
    this.#lookAgain();
    const roomBytes = this.#roomBytes;
    let arrivedBytes = 0;
    return (bytes) => {
      arrivedBytes += bytes;
      if (arrivedBytes > roomBytes) throw new DiskReserved();
      this.demand(bytes);
    };
  }

  /** How the disk is now. */
  state(): DiskState {
    const reservedBytes = this.#lookAgain();
    if (this.#roomBytes < -usedShareMax * reservedBytes) return "used";
    return this.#roomBytes < lowBytes ? "low" : "ample";
  }

  #take(bytes: number, files: number): boolean {
    if (this.#roomBytes < bytes || this.#roomFiles < files) return false;
    this.#roomBytes -= bytes;
    this.#roomFiles -= files;
    return true;
  }

  /** How many bytes are reserved. */
  #lookAgain(): number {
    const space = this.#look();
    const reservedBytes = reserveBytesOf(space);
    this.#lookedAtMs = this.#now();
    this.#roomBytes = space.freeBytes - reservedBytes - this.#underWayBytes;
    this.#roomFiles = space.files === 0 ? Infinity : space.freeFiles - reserveFilesOf(space);
    return reservedBytes;
  }
}

/** The reserve on the file system of a folder that is there. */
export function reserveOn(folder: string): DiskReserve {
  return new DiskReserve(() => {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(folder);
    return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize, files, freeFiles: ffree };
  });
}

function reserveBytesOf({ sizeBytes }: DiskSpace): number {
  return Math.min(reserveBytesMax, Math.max(sizeBytes * shareMin, Math.min(reserveBytesMin, sizeBytes * shareMax)));
}

function reserveFilesOf({ files }: DiskSpace): number {
  return Math.min(reserveFilesMax, Math.max(files * shareMin, reserveFilesMin));
}

/** Whether an error says that the disk, or the database's disk, is full, or what is left is kept for other things. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" || code === "SQLITE_FULL";
}
