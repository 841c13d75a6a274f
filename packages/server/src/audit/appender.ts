import { constants } from "node:fs";
import { join } from "node:path";
import { type Files } from "../platform/index.ts";
import { segmentName } from "./segment.ts";
import type { Head } from "./trail-record.ts";
import type { DurableEnd } from "./verify-trail.ts";

/** The trail could not be written; nothing is recorded any more until the server starts again. */
export class TrailBroken extends Error {
  override readonly name = "TrailBroken";
}

/** A segment file being appended to. */
export interface SegmentFile {
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when what was written survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type OpenSegment = (folder: string, segment: number) => Promise<SegmentFile>;

/**
 * Opens a segment for appending; its name in the folder is durable on return. Each write is durable when
 * it returns (O_DSYNC): one trip to the disk and back instead of two.
 */
export const segmentsOn =
  (files: Files): OpenSegment =>
  async (folder, segment) => {
    const { O_WRONLY, O_CREAT, O_APPEND, O_DSYNC } = constants;
    const handle = await files.open(join(folder, segmentName(segment)), O_WRONLY | O_CREAT | O_APPEND | O_DSYNC, 0o600);
    await files.syncFolder(folder);
    return {
      write: async (bytes) => {
        for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten;
      },
      sync: () => Promise.resolve(),
      close: () => handle.close(),
    };
  };

interface Waiting {
  readonly line: Uint8Array;
  readonly head: Head;
  readonly resolve: () => void;
  readonly reject: (reason: TrailBroken) => void;
}

export interface AppenderSettings {
  readonly folder: string;
  readonly openSegment: OpenSegment;
  readonly segmentBytesMax: number;
  /** Called with every new durable end, before those who wait for it go on. */
  readonly onDurable: (end: DurableEnd) => void;
  /** Called once, with what broke the trail. */
  readonly onBroken: (cause: unknown) => void;
}

/**
 * Writes lines in order, all that wait with one write and one sync ("group commit"). A write or a
 * sync that fails ends it for good: Linux may forget a page that it could not write and report
 * success the next time, so a second try would prove nothing.
 */
export class Appender {
  readonly #settings: AppenderSettings;
  #file: SegmentFile;
  #end: DurableEnd;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #broken: TrailBroken | undefined;

  constructor(settings: AppenderSettings, file: SegmentFile, end: DurableEnd) {
    this.#settings = settings;
    this.#file = file;
    this.#end = end;
  }

  get end(): DurableEnd {
    return this.#end;
  }

  get broken(): TrailBroken | undefined {
    return this.#broken;
  }

  /** Resolves when the line is durable. `head` is the chain's head once it is. */
  append(line: Uint8Array, head: Head): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, head, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Waits for what was appended, and closes the file. */
  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    let batch: Waiting[] = [];
    try {
      while (this.#waiting.length > 0) {
        batch = this.#waiting;
        this.#waiting = [];
        await this.#writeBatch(batch);
        for (const { resolve } of batch) resolve();
        batch = [];
      }
    } catch (cause) {
      this.#break(cause, batch);
    } finally {
      this.#flushing = undefined;
    }
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    if (this.#end.bytes >= this.#settings.segmentBytesMax) await this.#rotate();
    const bytes = Buffer.concat(batch.map(({ line }) => line));
    await this.#file.write(bytes);
    // ⑤ nobody is told that something is recorded before the disk has it.
    await this.#file.sync();
    const head = batch.at(-1)?.head ?? this.#end.head;
    this.#end = { head, segment: this.#end.segment, bytes: this.#end.bytes + bytes.length };
    this.#settings.onDurable(this.#end);
  }

  async #rotate(): Promise<void> {
    const { folder, openSegment } = this.#settings;
    await this.#file.close();
    const segment = this.#end.segment + 1;
    this.#file = await openSegment(folder, segment);
    this.#end = { head: this.#end.head, segment, bytes: 0 };
  }

  #break(cause: unknown, batch: readonly Waiting[]): void {
    this.#broken = new TrailBroken("The audit trail cannot be written.", { cause });
    for (const { reject } of [...batch, ...this.#waiting]) reject(this.#broken);
    this.#waiting = [];
    this.#settings.onBroken(cause);
  }
}
