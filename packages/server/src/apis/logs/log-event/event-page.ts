import type { LogEventRow } from "../../../compute/index.ts";

export const eventsMax = 10_000;
const pageBytesMax = 1_048_576;
const eventOverheadBytes = 26;

/** As many of the events, from the front, as an answer of a mebibyte holds; at least one. */
export function withinPage(events: readonly LogEventRow[]): LogEventRow[] {
  const page: LogEventRow[] = [];
  let sizeBytes = 0;
  for (const event of events) {
    sizeBytes += Buffer.byteLength(event.message) + eventOverheadBytes;
    if (sizeBytes > pageBytesMax && page.length > 0) break;
    page.push(event);
  }
  return page;
}
