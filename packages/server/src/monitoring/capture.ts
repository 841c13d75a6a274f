import type { Authority } from "../access/index.ts";
import type { Store } from "../artifacts/index.ts";
import type { Clock, Log } from "../platform/index.ts";
import { faultText, uuid } from "../platform/index.ts";
import type { CapturedEndpoint, CaptureSettings, CaptureStream, Exchange, OpenCapture } from "./exchange.ts";
import { captureFileName, captureRecord } from "./capture-record.ts";

const flushAfterMs = 1000;
const recordsPerFileMax = 5000;
/** What waits in memory, at most; while the bucket refuses, the oldest records go first. */
const waitingBytesMax = 64 * 1024 * 1024;
const triesMax = 3;

export interface CaptureMeans {
  readonly objects: Pick<Store, "put">;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1): whether an exchange is in the sample. */
  readonly chance?: () => number;
}

/** ⑦ Opens the capture of endpoints: a sample of their traffic, as JSON lines in the bucket that was named. */
export function captureTo(means: CaptureMeans): OpenCapture {
  return (endpoint, authority) => new EndpointCapture(means, endpoint, authority);
}

interface Line {
  readonly text: string;
  readonly at: Date;
}

class EndpointCapture implements CaptureStream {
  readonly #means: CaptureMeans;
  readonly #endpoint: CapturedEndpoint;
  readonly #authority: () => Authority;
  #waiting: Line[] = [];
  #waitingBytes = 0;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(means: CaptureMeans, endpoint: CapturedEndpoint, authority: () => Authority) {
    this.#means = means;
    this.#endpoint = endpoint;
    this.#authority = authority;
  }

  take(exchange: Exchange): void {
    const { capture } = this.#endpoint;
    const chance = (this.#means.chance ?? Math.random)();
    if (chance * 100 >= capture.InitialSamplingPercentage) return;
    const at = this.#means.clock.now();
    const text = captureRecord(exchange, capture, uuid(), at);
    this.#waiting.push({ text, at });
    this.#waitingBytes += text.length;
    this.#bound();
    if (this.#waiting.length >= recordsPerFileMax) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush();
    await this.#flushing;
    if (this.#waiting.length > 0) this.#flush();
    await this.#flushing;
    clearTimeout(this.#timer);
  }

  #bound(): void {
    let dropped = 0;
    while (this.#waitingBytes > waitingBytesMax) {
      this.#waitingBytes -= this.#waiting.shift()?.text.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) this.#report(`${dropped} captured records were dropped: too many wait`);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing
      .then(() => this.#store())
      .catch((error: unknown) => {
        this.#report(error instanceof Error ? error.message : String(error));
      });
  }

  /** One file for each hour that is waiting. */
  async #store(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const byHour = Map.groupBy(lines, ({ at }) => at.toISOString().slice(0, 13));
    for (const hour of byHour.values()) {
      const refusal = await this.#put(hour).catch(faultText);
      if (refusal !== undefined) this.#keep(hour, refusal);
      else this.#tries = 0;
    }
  }

  async #put(lines: readonly Line[]): Promise<string | undefined> {
    const { name, variantName, capture, destination } = this.#endpoint;
    const [first] = lines;
    if (first === undefined) return undefined;
    const prefix = destination.key.replace(/\/+$/, "");
    const file = captureFileName(name, variantName, first.at, uuid());
    // ④ captured data is stored under the capture's own key, with the rights of the model's role.
    const stored = await this.#means.objects.put({
      authority: this.#authority(),
      bucket: destination.bucket,
      key: prefix === "" ? file : `${prefix}/${file}`,
      body: Buffer.from(lines.map(({ text }) => `${text}\n`).join("")),
      contentType: "application/jsonlines",
      ...kmsKeyOf(capture),
    });
    return stored.kind === "refused" ? stored.reason : undefined;
  }

  /** Tries again with the next records; gives up after a few times, so that memory is not held for ever. */
  #keep(lines: readonly Line[], refusal: string): void {
    this.#tries += 1;
    if (this.#tries >= triesMax) {
      this.#tries = 0;
      this.#report(`${lines.length} captured records could not be stored: ${refusal}`);
      return;
    }
    this.#waiting = [...lines, ...this.#waiting];
    this.#waitingBytes = this.#waiting.reduce((total, { text }) => total + text.length, 0);
    this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs);
  }

  #report(error: string): void {
    this.#means.log.error("data capture", { error });
  }
}

function kmsKeyOf({ KmsKeyId: key }: CaptureSettings): { kmsKeyId?: string } {
  return key === undefined || key === "" ? {} : { kmsKeyId: key };
}
