import { setTimeout as wait } from "node:timers/promises";
import type { Trail, TrailEvent } from "../../audit/index.ts";
import type { Bucket, BucketStore } from "../buckets/bucket-store.ts";
import type { ListingStore, ScanStart } from "../objects/listing-store.ts";
import type { ObjectWriter } from "../objects/object-writer.ts";
import type { UploadStore } from "../objects/upload-store.ts";
import type { Expiries, Expiry } from "./expiries.ts";
import { failureOf, intentOf, outcomeOf } from "./expiry-record.ts";
import type { Realm } from "./expiry-record.ts";
import { rangesFrom, rangesOf } from "./key-ranges.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";
import type { LifecycleStore, Progress } from "./lifecycle-store.ts";

export interface PassMeans {
  readonly buckets: BucketStore;
  readonly listing: ListingStore;
  readonly uploads: UploadStore;
  readonly lifecycle: LifecycleStore;
  readonly expiries: Expiries;
  readonly writer: Pick<ObjectWriter, "discard">;
  readonly trail: Pick<Trail, "record">;
  readonly realm: Realm;
}

/** Versions or uploads that are looked at, and perhaps ended, in one piece. */
const pageMax = 100;

interface Seen {
  readonly key: string;
  readonly seq: number;
}

/**
 * One bucket's pass of one day: every version, then every upload, that a rule may be about. What is ended is
 * written down together with how far the pass came, so a pass that was broken off goes on there.
 */
export class LifecyclePass {
  readonly #means: PassMeans;
  readonly #bucket: string;
  readonly #day: number;
  readonly #signal: AbortSignal;

  constructor(means: PassMeans, bucket: string, day: number, signal: AbortSignal) {
    this.#means = means;
    this.#bucket = bucket;
    this.#day = day;
    this.#signal = signal;
  }

  /** Goes through what is left of the pass. Throws where something cannot be read, written or recorded. */
  async run(): Promise<void> {
    const { lifecycle, listing, uploads, expiries } = this.#means;
    const before = lifecycle.progress(this.#bucket);
    const begun = before?.day === this.#day ? before : undefined;
    if (begun?.stage === "done") return;
    if (begun?.stage !== "uploads") {
      await this.#stage("versions", begun, endsVersions, {
        page: (start, end) => listing.versions(this.#bucket, start, end, pageMax),
        expiryOf: (bucket, version) => expiries.ofVersion(bucket, version),
      });
    }
    await this.#stage("uploads", begun?.stage === "uploads" ? begun : undefined, endsUploads, {
      page: (start, end) => uploads.list(this.#bucket, start, end, pageMax),
      expiryOf: (bucket, upload) => expiries.ofUpload(bucket, upload),
    });
    if (!this.#signal.aborted) this.#move({ stage: "done", key: Buffer.alloc(0) });
  }

  async #stage<T extends Seen>(
    stage: "versions" | "uploads",
    begun: Progress | undefined,
    acts: (rule: LifecycleRule) => boolean,
    things: {
      page(start: ScanStart, end: Uint8Array): readonly T[];
      expiryOf(bucket: Bucket, thing: T): Expiry | undefined;
    },
  ): Promise<void> {
    const { rules = [] } = this.#means.buckets.find(this.#bucket)?.lifecycle ?? {};
    const { key = Buffer.alloc(0), behindSeq } = begun ?? {};
    for (const { start: from, end } of rangesFrom(rangesOf(rules, acts), key)) {
      const goesOn = behindSeq !== undefined && Buffer.compare(from, key) === 0;
      let start: ScanStart | undefined = goesOn ? { key: from, behindSeq } : { key: from };
      while (start !== undefined && !this.#signal.aborted) {
        const beganAt = performance.now();
        const bucket = this.#means.buckets.find(this.#bucket);
        if (bucket?.lifecycle === undefined) return;
        const page = things.page(start, end);
        const last = page.at(-1);
        if (last === undefined) break;
        const due = page.flatMap((thing) => things.expiryOf(bucket, thing) ?? []);
        const place = { key: Buffer.from(last.key), behindSeq: last.seq };
        if (due.length > 0) await this.#end(due, { stage, ...place });
        start = page.length < pageMax ? undefined : place;
        await this.#breathe(performance.now() - beganAt);
      }
    }
  }

  /** ⑤ what is going to end is recorded, then ended in one transaction, then what came of each is recorded. */
  async #end(due: readonly Expiry[], place: Omit<Progress, "day">): Promise<void> {
    const { lifecycle, expiries, writer, trail, realm } = this.#means;
    const intents = due.map((expiry) => intentOf(realm, this.#bucket, expiry));
    await Promise.all(intents.map((intent) => trail.record(intent)));
    const expired = await this.#recordingFaults(intents, () =>
      lifecycle.transaction(() => {
        this.#move(place);
        return due.map((expiry, i) => expiries.end(this.#bucket, expiry, intents[i]?.requestID ?? ""));
      }),
    );
    const outcomes = intents.flatMap((intent, i) => {
      const one = expired[i];
      return one === undefined ? [] : [outcomeOf(realm, intent, one)];
    });
    await Promise.all(outcomes.map((outcome) => trail.record(outcome)));
    await writer.discard(expired.flatMap((one) => (one.kind === "expired" ? one.unnamed : [])));
  }

  async #recordingFaults<T>(intents: readonly TrailEvent[], body: () => T): Promise<T> {
    const { trail, realm } = this.#means;
    try {
      return body();
    } catch (error) {
      await Promise.all(intents.map((intent) => trail.record(failureOf(realm, intent))));
      throw error;
    }
  }

  #move(place: Omit<Progress, "day">): void {
    this.#means.lifecycle.moveProgress(this.#bucket, { day: this.#day, ...place });
  }

  /** Requests come first: for as long as a piece took nothing is done. */
  async #breathe(tookMs: number): Promise<void> {
    await wait(Math.max(1, tookMs), undefined, { signal: this.#signal }).catch(() => undefined);
  }
}

const endsVersions = ({ expiration, noncurrentExpiration }: LifecycleRule): boolean =>
  expiration !== undefined || noncurrentExpiration !== undefined;
const endsUploads = ({ abortUploadAfterDays }: LifecycleRule): boolean => abortUploadAfterDays !== undefined;
