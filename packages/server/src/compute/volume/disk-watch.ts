import type { DiskReserve, DiskState } from "../../platform/index.ts";

/** How long until the next look: what is written meanwhile may come out of what is kept. */
const lookMs = { ample: 100, low: 20, used: 20 } as const;

export const diskFull =
  "the disk of this machine is full, and what is left is kept for the audit trail: the volume that grew most was ended";

export interface Watched {
  /** Resolves, and says why, once the volume has to go. */
  readonly broken: Promise<string>;
  isBroken(): boolean;
  remove(): void;
}

interface Entry {
  takenBytes(): Promise<number>;
  lastBytes: number;
  grownBytes: number;
  isBroken: boolean;
  breakIt(why: string): void;
}

/**
 * Looks after volumes together: they may grow to more than the machine's disk has. Where what is kept of the disk for
 * other things is being used up, the volume that has just grown most has to go.
 */
export class DiskWatch {
  readonly #reserve: DiskReserve | undefined;
  readonly #entries = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #state: DiskState = "low";

  /** `reserve`: what of the disk is not for volumes; absent: nothing, so no volume has to go. */
  constructor(reserve: DiskReserve | undefined) {
    this.#reserve = reserve;
  }

  /** `takenBytes` tells how much of the disk the volume takes. */
  add(takenBytes: () => Promise<number>): Watched {
    const broken = Promise.withResolvers<string>();
    const entry: Entry = {
      takenBytes,
      lastBytes: 0,
      grownBytes: 0,
      isBroken: false,
      breakIt: (why) => {
        entry.isBroken = true;
        broken.resolve(why);
      },
    };
    this.#entries.add(entry);
    this.#lookLater();
    return {
      broken: broken.promise,
      isBroken: () => entry.isBroken,
      remove: () => void this.#entries.delete(entry),
    };
  }

  #lookLater(): void {
    const reserve = this.#reserve;
    if (reserve === undefined || this.#timer !== undefined || this.#entries.size === 0) return;
    this.#timer = setTimeout(() => {
      // A disk that tells nothing this time is looked at again.
      const looked = this.#look(reserve).catch(() => undefined);
      void looked.then(() => {
        this.#timer = undefined;
        this.#lookLater();
      });
    }, lookMs[this.#state]).unref();
  }

  async #look(reserve: DiskReserve): Promise<void> {
    const entries = [...this.#entries];
    await Promise.all(entries.map(measure));
    this.#state = reserve.state();
    if (this.#state !== "used") return;
    // Until one that has to go is gone, nobody knows whether that was enough.
    if (entries.some(({ isBroken }) => isBroken)) return;
    const most = entries.reduce<Entry | undefined>(
      (found, entry) => (entry.grownBytes > (found?.grownBytes ?? 0) ? entry : found),
      undefined,
    );
    most?.breakIt(diskFull);
  }
}

/** A volume that is going has no size any more. */
async function measure(entry: Entry): Promise<void> {
  const taken = await entry.takenBytes().catch(() => entry.lastBytes);
  entry.grownBytes = taken - entry.lastBytes;
  entry.lastBytes = taken;
}
