import { openTrail, type Anchor, type Head, type TrailEvent } from "../../packages/server/src/audit/index.ts";
import { systemClock } from "../../packages/server/src/platform/index.ts";
import { causedByCut, UnstableDisk } from "../../packages/server/src/platform/testing/unstable-disk.ts";
import type { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { open, seal } from "@strongroom/envelope";

const key = Buffer.alloc(32, 7);
const callsMax = 24;
const writers = 3;
/** Small, so that segments change often. */
const segmentBytesMax = 4000;

/** The appender of the audit trail on a disk whose power is cut `cuts` times. Throws where something acknowledged is gone. */
export async function cutTrail(
  random: Seeded,
  cuts: number,
  disk = new UnstableDisk(random),
): Promise<{ acknowledged: number }> {
  const recorded = new Recorded();
  for (let cut = 0; cut < cuts; cut += 1) {
    disk.cutAfter(random.below(callsMax));
    await live(disk, recorded, random, cut);
    disk.restart();
    await recorded.check(disk);
  }
  return { acknowledged: recorded.acknowledged.length };
}

class Recorded {
  readonly acknowledged: string[] = [];
  /** The number behind which acknowledged events have not been looked for yet. */
  #checkedTo = { events: 0, n: 0 };
  /** The metadata database is taken at its word: what it has committed stays. */
  readonly anchor: Anchor = anchorInMemory();

  settings(disk: UnstableDisk) {
    return {
      folder: "/audit",
      sealer: {
        seal: (bytes: Uint8Array, aad: Uint8Array) => seal(key, bytes, aad),
        open: (sealed: Uint8Array, aad: Uint8Array) => open(key, sealed, aad),
      },
      anchor: this.anchor,
      clock: systemClock,
      region: "us-east-1",
      accountId: "111122223333",
      onBroken: () => undefined,
      segmentBytesMax,
      files: disk,
    };
  }

  /** Every acknowledged event is there, each once, and the chain holds. */
  async check(disk: UnstableDisk): Promise<void> {
    const opened = await openTrail(this.settings(disk));
    if (opened.kind === "damaged") throw new Error(`the trail is damaged: ${opened.problem}`);
    const { trail } = opened;
    const found = new Set<string>();
    for await (const { event } of trail.follow(this.#checkedTo.n)) found.add(event.eventID);
    const lost = this.acknowledged.slice(this.#checkedTo.events).filter((id) => !found.has(id));
    if (lost.length > 0) throw new Error(`acknowledged and gone: ${lost.join(", ")}`);
    const head = trail.head();
    // What was found once is durable; reading all of it each time would take the square of the time.
    this.#checkedTo = { events: this.acknowledged.length, n: head.n };
    if (head.n % 50 === 0 || head.n < 50) {
      const verdict = await trail.verify();
      if (!verdict.held) throw new Error(`the trail does not hold: ${verdict.problem}`);
    }
    await trail[Symbol.asyncDispose]();
  }
}

/** Opens the trail and records until the power goes, which may be while it is being opened. */
async function live(disk: UnstableDisk, recorded: Recorded, random: Seeded, cut: number): Promise<void> {
  try {
    const opened = await openTrail(recorded.settings(disk));
    if (opened.kind === "damaged") throw new Error(`the trail is damaged: ${opened.problem}`);
    const { trail } = opened;
    let next = 0;
    const write = async (): Promise<void> => {
      while (!disk.isDead) {
        const id = `${cut}-${(next += 1)}`;
        await trail.record(eventOf(id, random.below(1500)));
        recorded.acknowledged.push(id);
      }
    };
    await Promise.allSettled(Array.from({ length: writers }, write));
  } catch (error) {
    if (!causedByCut(error)) throw error;
  }
}

function anchorInMemory(): Anchor {
  let kept: Head | undefined;
  return { read: () => kept, write: ({ n, hash }) => (kept = { n, hash }) };
}

function eventOf(eventID: string, padding: number): TrailEvent {
  return {
    eventTime: "2026-03-01T12:00:00Z",
    eventSource: "s3.amazonaws.com",
    eventName: "PutObject",
    userIdentity: { type: "IAMUser", userName: "ann" },
    sourceIPAddress: "127.0.0.1",
    userAgent: "test",
    requestID: eventID,
    eventID,
    requestParameters: { padding: "x".repeat(padding) },
    readOnly: false,
    awsRegion: "us-east-1",
    recipientAccountId: "111122223333",
    phase: "outcome",
  };
}
