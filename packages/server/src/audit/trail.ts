import type { Clock, Files } from "../platform/index.ts";
import { diskFiles, uuid } from "../platform/index.ts";
import { AnchorWriter, type Anchor } from "./anchor.ts";
import { Appender, segmentsOn, TrailBroken, type OpenSegment } from "./appender.ts";
import { withBoundedTexts, type TrailEvent } from "./event.ts";
import { followTrail, type NumberedEvent } from "./follow.ts";
import { findRequest, type FoundRequest } from "./find-request.ts";
import { lookupTrail, type TrailPage, type TrailQuery } from "./lookup.ts";
import { findTail, type TrailDamage, type TrailTail } from "./open-trail.ts";
import { makeRecord, recordLine, type Head, type Sealer } from "./trail-record.ts";
import { verifyTrail, type TrailVerdict } from "./verify-trail.ts";

/** The record of what was asked and what came of it. */
export interface Trail extends AsyncDisposable {
  /**
   * ⑤ resolves when the events are durable, written one behind the other in one go; rejects with TrailBroken for good
   * once they cannot be.
   */
  record(...events: readonly TrailEvent[]): Promise<void>;
  /** Records nothing any more, and tells so through `onBroken`: what the disk keeps is in doubt. */
  breakOff(cause: unknown): void;
  /** Reads all of it, up to what was durable when it was asked. */
  verify(): Promise<TrailVerdict>;
  lookup(query: TrailQuery): Promise<TrailPage>;
  /** The record of one request. */
  findRequest(requestId: string): Promise<FoundRequest>;
  /** The chain's durable end; worth printing or keeping elsewhere. */
  head(): Head;
  /** Called with every record once it is durable, in their order, before whoever recorded it goes on. It must not throw. */
  observe(observer: (recorded: NumberedEvent) => void): void;
  /** The records behind number `after`, oldest first, up to what was durable when it was asked. */
  follow(after: number): AsyncGenerator<NumberedEvent, void>;
}

export interface TrailSettings {
  /** `<data folder>/audit` */
  readonly folder: string;
  readonly sealer: Sealer;
  readonly anchor: Anchor;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** The trail cannot be written any more: the server has to stop answering. */
  readonly onBroken: (cause: unknown) => void;
  readonly segmentBytesMax?: number;
  readonly openSegment?: OpenSegment;
  /** Absent: the file system. */
  readonly files?: Files;
}

const segmentBytesMax = 8 * 1024 * 1024;

/**
 * Opens the trail for writing, and records that it was opened, what a crash tore off, and that the
 * calls which were under way then have no outcome. A trail that was changed is not opened.
 */
export async function openTrail(
  settings: TrailSettings,
): Promise<{ readonly kind: "open"; readonly trail: Trail } | TrailDamage> {
  const tail = await findTail(settings.folder, settings.sealer, settings.anchor.read(), settings.files);
  if (tail.kind === "damaged") return tail;
  const openSegment = settings.openSegment ?? segmentsOn(settings.files ?? diskFiles);
  const file = await openSegment(settings.folder, tail.end.segment);
  const trail = new FileTrail(settings, (hooks) => {
    const bytesMax = settings.segmentBytesMax ?? segmentBytesMax;
    return new Appender({ folder: settings.folder, openSegment, segmentBytesMax: bytesMax, ...hooks }, file, tail.end);
  });
  await Promise.all([...openingEvents(settings, tail)].map((event) => trail.record(event)));
  return { kind: "open", trail };
}

type Hooks = Pick<ConstructorParameters<typeof Appender>[0], "onDurable" | "onBroken">;

class FileTrail implements Trail {
  readonly #settings: TrailSettings;
  readonly #appender: Appender;
  readonly #anchorWriter: AnchorWriter;
  readonly #observers: ((recorded: NumberedEvent) => void)[] = [];
  /** The end of the chain with the records that are not durable yet. */
  #next: Head;
  #broken: TrailBroken | undefined;

  constructor(settings: TrailSettings, appender: (hooks: Hooks) => Appender) {
    this.#settings = settings;
    this.#anchorWriter = new AnchorWriter(settings.anchor, (cause) => this.#break(cause));
    this.#appender = appender({
      onDurable: ({ head }) => this.#anchorWriter.advance(head),
      onBroken: (cause) => this.#break(cause),
    });
    this.#next = this.#appender.end.head;
  }

  async record(...events: readonly TrailEvent[]): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const { clock, sealer } = this.#settings;
    const numbered: NumberedEvent[] = [];
    const lines: Buffer[] = [];
    for (const given of events) {
      const event = withBoundedTexts(given);
      const record = makeRecord(this.#next, clock.now(), event, sealer);
      this.#next = record;
      lines.push(recordLine(record));
      numbered.push({ n: record.n, event });
    }
    await this.#appender.append(lines.length === 1 ? (lines[0] ?? Buffer.alloc(0)) : Buffer.concat(lines), this.#next);
    for (const one of numbered) for (const observer of this.#observers) observer(one);
  }

  breakOff(cause: unknown): void {
    this.#break(cause);
  }

  verify(): Promise<TrailVerdict> {
    const { folder, sealer, anchor, files } = this.#settings;
    const end = this.#appender.end;
    return verifyTrail({ folder, sealer, anchor: anchor.read(), end, files });
  }

  lookup(query: TrailQuery): Promise<TrailPage> {
    return lookupTrail(this.#settings.folder, this.#settings.sealer, this.#appender.end, query);
  }

  findRequest(requestId: string): Promise<FoundRequest> {
    return findRequest(this.#settings.folder, this.#settings.sealer, this.#appender.end, requestId);
  }

  head(): Head {
    const { n, hash } = this.#appender.end.head;
    return { n, hash };
  }

  observe(observer: (recorded: NumberedEvent) => void): void {
    this.#observers.push(observer);
  }

  follow(after: number): AsyncGenerator<NumberedEvent, void> {
    const { folder, sealer, files } = this.#settings;
    return followTrail(folder, sealer, this.#appender.end, after, files);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const alreadyBroken = this.#broken !== undefined;
    this.#broken ??= new TrailBroken("The audit trail is closed.");
    await this.#appender.close();
    if (alreadyBroken) this.#anchorWriter.stop();
    else this.#anchorWriter.write();
  }

  #break(cause: unknown): void {
    const first = this.#broken === undefined;
    this.#broken ??= new TrailBroken("The audit trail cannot be written.", { cause });
    this.#anchorWriter.stop();
    if (first) this.#settings.onBroken(cause);
  }
}

function* openingEvents(settings: TrailSettings, tail: TrailTail): Generator<TrailEvent> {
  const { region, accountId, clock } = settings;
  const eventTime = clock
    .now()
    .toISOString()
    .replace(/\.\d{3}Z$/, "Z");
  yield {
    eventTime,
    eventSource: "cloudtrail.amazonaws.com",
    eventName: "TrailOpened",
    userIdentity: { type: "AWSService", accountId, invokedBy: "strongroom" },
    sourceIPAddress: "strongroom",
    userAgent: "strongroom",
    requestID: uuid(),
    eventID: uuid(),
    requestParameters: {
      lastRecord: tail.end.head.n,
      tornBytesCutOff: tail.tornBytes,
      unfinishedCalls: tail.unfinished.length,
    },
    readOnly: false,
    awsRegion: region,
    recipientAccountId: accountId,
    phase: "outcome",
  };
  for (const intent of tail.unfinished) {
    yield {
      ...intent,
      eventTime,
      eventID: uuid(),
      phase: "outcome",
      errorCode: "ServerStopped",
      errorMessage: "The server stopped before this call was answered; it may have taken effect.",
    };
  }
}
