import { faultText } from "../../platform/index.ts";
import type { Clock, Log } from "../../platform/index.ts";
import type { LogEvent } from "./log-store.ts";

/** A process's output on its way into one log stream. */
export interface LineWriter extends Disposable {
  line(text: string): void;
  /** Stores what is waiting. */
  flush(): void;
}

const waitingLinesMax = 500;
const flushAfterMs = 200;
/** After lines could not be stored, as on a full disk. */
const againAfterMs = 1000;
/** What waits then, at most; the oldest lines go first. */
const keptCharactersMax = 4 * 1024 * 1024;
/** CloudWatch Logs' limit for one event. */
const eventBytesMax = 262_144 - 26;

/**
 * Control characters as the agent of the managed images writes them: `#` and three octal digits. A tab
 * becomes `#011`, which the metric expressions of the field rely on.
 */
export function escapeControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f]/g, (character) => {
    return `#${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}

/**
 * Collects lines and stores them in batches, since every transaction waits for the disk. A line longer
 * than an event may be is cut. Whoever prints is never failed: lines that cannot be stored wait for another try.
 */
export function lineWriter(append: (events: readonly LogEvent[]) => void, clock: Clock, log: Log): LineWriter {
  return new BatchingWriter(append, clock, log);
}

class BatchingWriter implements LineWriter {
  readonly #append: (events: readonly LogEvent[]) => void;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: LogEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isFailing = false;

  constructor(append: (events: readonly LogEvent[]) => void, clock: Clock, log: Log) {
    this.#append = append;
    this.#clock = clock;
    this.#log = log;
  }

  line(text: string): void {
    const message = text.length > eventBytesMax / 4 ? cutToBytes(text, eventBytesMax) : text;
    if (message === "") return;
    this.#waiting.push({ timestamp: this.#clock.now().getTime(), message });
    if (this.#waiting.length >= waitingLinesMax && !this.#isFailing) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#isFailing ? againAfterMs : flushAfterMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    try {
      this.#append(this.#waiting);
      this.#waiting = [];
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      const lost = this.#dropOldest();
      this.#log.error("lines of a log were not stored", { fault: faultText(error), lost });
      this.#timer = setTimeout(() => this.flush(), againAfterMs);
    }
  }

  [Symbol.dispose](): void {
    this.flush();
    clearTimeout(this.#timer);
    const lost = this.#waiting.length;
    this.#waiting = [];
    if (lost > 0) this.#log.error("lines of a log are lost: they could not be stored by its end", { lost });
  }

  /** How many lines of those that wait are given up. */
  #dropOldest(): number {
    let characters = this.#waiting.reduce((sum, { message }) => sum + message.length, 0);
    let lost = 0;
    for (const { message } of this.#waiting) {
      if (characters <= keptCharactersMax) break;
      characters -= message.length;
      lost += 1;
    }
    this.#waiting.splice(0, lost);
    return lost;
  }
}

function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= bytesMax) return text;
  return bytes
    .subarray(0, bytesMax)
    .toString()
    .replace(/\ufffd+$/u, "");
}
