import type { Trail, TrailEvent } from "../../audit/index.ts";
import { faultText, LaterWrite, uuid } from "../../platform/index.ts";
import type { Clock, Log } from "../../platform/index.ts";
import { bucketArn } from "../buckets/bucket-name.ts";
import type { Bucket } from "../buckets/bucket-store.ts";
import { detailOf } from "./object-notice.ts";
import type { ObjectNotice } from "./object-notice.ts";
import type { NoticeStore } from "./notice-store.ts";

interface Means {
  readonly store: NoticeStore;
  readonly trail: Pick<Trail, "record">;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  readonly accountId: string;
}

const service = "s3.amazonaws.com";
/** Notices that are recorded with one trip to the disk. */
const atOnceMax = 100;
/** How long notices that were recorded are kept: those of a server that is killed meanwhile are told twice. */
const forgetMs = 1000;

/**
 * Tells rules on events what happened to objects of buckets that ask for it. ⑤ A notice is written in the
 * transaction that changes the object: what took effect is told, though the server be killed before it was answered.
 * From there it gets into the trail, in the order of the changes, where rules look. Nobody waits for it.
 */
export class Notices implements AsyncDisposable {
  readonly #means: Means;
  #recorded = 0;
  #hasBegun = false;
  #isClosed = false;
  #working: Promise<void> | undefined;
  readonly #forgetting: LaterWrite;
  #sequence = 0n;

  constructor(means: Means) {
    this.#means = means;
    this.#forgetting = new LaterWrite(() => means.store.removeUpTo(this.#recorded), {
      afterMs: forgetMs,
      onFault: (error) => means.log.error("recorded notices were not removed", { fault: faultText(error) }),
    });
  }

  /** From now on notices get into the trail; first those that an earlier server left. */
  begin(): void {
    this.#hasBegun = true;
    this.#wake();
  }

  /** Called in the transaction that makes it so. For a bucket that notifies nobody nothing is done, or even asked. */
  note({ name, notifiesEventBridge }: Bucket, told: () => ObjectNotice): void {
    if (notifiesEventBridge !== true) return;
    this.#means.store.add(this.#eventOf(name, told()));
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    this.#forgetting[Symbol.dispose]();
    if (this.#recorded > 0) this.#means.store.removeUpTo(this.#recorded);
  }

  /** In another turn of the event loop, when the transaction has ended one way or the other. */
  #wake(): void {
    if (!this.#hasBegun || this.#isClosed) return;
    this.#working ??= nextTurn()
      .then(() => this.#work())
      .catch((error: unknown) => this.#means.log.error("a notice was not recorded", { fault: faultText(error) }))
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #work(): Promise<void> {
    const { store, trail } = this.#means;
    for (;;) {
      const notices = store.behind(this.#recorded, atOnceMax);
      const last = notices.at(-1);
      if (last === undefined || this.#isClosed) return;
      await Promise.all(notices.map(({ event }) => trail.record(event)));
      this.#recorded = last.seq;
      this.#forgetting.ask();
    }
  }

  #eventOf(bucket: string, notice: ObjectNotice): TrailEvent {
    const { clock, region, accountId } = this.#means;
    const now = clock.now();
    return {
      eventTime: now.toISOString(),
      eventSource: service,
      eventName: notice.type,
      userIdentity: { type: "AWSService", accountId, invokedBy: service },
      sourceIPAddress: service,
      userAgent: service,
      requestID: notice.cause.requestId,
      eventID: uuid(),
      requestParameters: undefined,
      serviceEventDetails: detailOf(bucket, notice, this.#nextSequencer(now)),
      readOnly: false,
      category: "Data",
      resources: [{ ARN: bucketArn(bucket) }],
      awsRegion: region,
      recipientAccountId: accountId,
      phase: "notice",
    };
  }

  /** Grows from each change to the next, also where the clock stands still; of one key, the greater is the later one. */
  #nextSequencer(now: Date): string {
    const byClock = BigInt(now.getTime()) * 4096n;
    this.#sequence = byClock > this.#sequence ? byClock : this.#sequence + 1n;
    return this.#sequence.toString(16).toUpperCase().padStart(16, "0");
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
