/** SigV4's time stamps, `YYYYMMDDTHHMMSSZ`. */

const form = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** The stamp that was read last: requests that come at the same time bear the same. */
let lastRead: { readonly text: string; readonly timeMs: number } | undefined;

/** The time that a stamp names; undefined where it is malformed or no such time exists. */
export function readTimestamp(text: string): Date | undefined {
  if (lastRead?.text === text) return new Date(lastRead.timeMs);
  const time = parsed(text);
  if (time !== undefined) lastRead = { text, timeMs: time.getTime() };
  return time;
}

function parsed(text: string): Date | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const time = new Date(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}Z`);
  // A thirtieth of February would roll over to March: only a time that prints as it was read counts.
  return !Number.isNaN(time.getTime()) && timestampOf(time) === text ? time : undefined;
}

export function timestampOf(time: Date): string {
  return time
    .toISOString()
    .replace(/\.\d{3}Z$/, "Z")
    .replace(/[-:]/g, "");
}

const httpDateForm = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * `Sun, 06 Nov 1994 08:49:37 GMT` as a stamp; undefined where it is not such a date. Source: RFC 9110, section 5.6.7.
 */
export function timestampOfHttpDate(text: string): string | undefined {
  if (!httpDateForm.test(text)) return undefined;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toUTCString() === text ? timestampOf(time) : undefined;
}
