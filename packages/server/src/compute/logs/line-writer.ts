import type { Clock } from "../../platform/index.ts";
import type { LogEvent } from "./log-store.ts";

/** A process's output on its way into one log stream. */
export interface LineWriter extends Disposable {
  line(text: string): void;
  /** Stores what is waiting. */
  flush(): void;
}

const waitingLinesMax = 500;
const flushAfterMs = 200;
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
 * than an event may be is cut.
 */
export function lineWriter(append: (events: readonly LogEvent[]) => void, clock: Clock): LineWriter {
  let waiting: LogEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0) append(events);
  };
  return {
    line(text) {
      const message = text.length > eventBytesMax / 4 ? cutToBytes(text, eventBytesMax) : text;
      if (message === "") return;
      waiting.push({ timestamp: clock.now().getTime(), message });
      if (waiting.length >= waitingLinesMax) flush();
      else timer ??= setTimeout(flush, flushAfterMs);
    },
    flush,
    [Symbol.dispose]: flush,
  };
}

function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= bytesMax) return text;
  return bytes
    .subarray(0, bytesMax)
    .toString()
    .replace(/\ufffd+$/u, "");
}
