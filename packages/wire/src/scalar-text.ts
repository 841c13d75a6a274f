import { Malformed } from "./malformed.ts";
import type { Scalar, TimestampFormat } from "./shape.ts";

/** The readers and writers of scalars in headers, queries, labels, forms and XML. */
export type TextReader = (text: string) => unknown;
type TextWriter = (value: unknown) => string;

const quoted = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
const wrong = (wanted: string, text: string): Malformed =>
  new Malformed("serialization", `expected ${wanted}, found ${quoted(text)}`);

export function textReader(scalar: Scalar, place: TimestampFormat): TextReader {
  switch (scalar.kind) {
    case "string":
      return (text) => text;
    case "number":
      return readNumber;
    case "boolean":
      return readFlag;
    case "timestamp": {
      const format = scalar.format ?? place;
      return (text) => readTimestamp(text, format);
    }
    case "blob":
    case "stream":
      return readBase64;
    case "document":
      return () => {
        throw new Malformed("unsupported", "a document is not supported here");
      };
  }
}

function readNumber(text: string): number {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^(NaN|-?Infinity)$/.test(text)) return Number(text);
  throw wrong("a number", text);
}

function readFlag(text: string): boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  throw wrong("true or false", text);
}

export function readBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw wrong("base64", text);
  // A view of its own, since Buffer.from of a short text points into a shared pool.
  return new Uint8Array(Buffer.from(text, "base64"));
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
const httpDate = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2})(\.\d+)? GMT$/;

export function readTimestamp(text: string, format: TimestampFormat): Date {
  let date: Date | undefined;
  if (format === "epoch-seconds") {
    date = epochDate(readNumber(text));
  } else if (format === "date-time") {
    if (dateTime.test(text)) date = new Date(text.toUpperCase());
  } else {
    const [, day, month, year, time, fraction] = httpDate.exec(text) ?? [];
    const at = months.indexOf(month ?? "");
    if (at >= 0) {
      const mm = String(at + 1).padStart(2, "0");
      date = new Date(`${String(year)}-${mm}-${String(day)}T${String(time)}${fraction ?? ""}Z`);
    }
  }
  if (date === undefined || Number.isNaN(date.getTime())) throw wrong(`a ${format} timestamp`, text);
  return date;
}

/** Seconds since 1970 as a date; undefined outside of what a date can hold. */
export function epochDate(seconds: number): Date | undefined {
  const date = new Date(Math.round(seconds * 1000));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function textWriter(scalar: Scalar, place: TimestampFormat): TextWriter {
  switch (scalar.kind) {
    case "string":
      return (value) => asText(value);
    case "number":
    case "boolean":
      return (value) => String(value);
    case "timestamp": {
      const format = scalar.format ?? place;
      // The date of an HTTP header has whole seconds (RFC 9110, section 5.6.7); one in a body may have parts of them.
      const isHeader = place === "http-date" && format === place;
      return (value) => writeTimestamp(isHeader ? wholeSeconds(value) : value, format);
    }
    case "blob":
    case "stream":
      return (value) => writeBase64(value);
    case "document":
      throw new TypeError("a document has no form as text");
  }
}

const wholeSeconds = (value: unknown): unknown =>
  value instanceof Date ? new Date(Math.floor(value.getTime() / 1000) * 1000) : value;

export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`an answer has ${typeof value} where the model has a string`);
}

export function writeBase64(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new TypeError("an answer has no bytes where the model has a blob");
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}

export function writeTimestamp(value: unknown, format: TimestampFormat): string {
  if (!(value instanceof Date)) throw new TypeError("an answer has no Date where the model has a timestamp");
  if (format === "epoch-seconds") return String(value.getTime() / 1000);
  if (format === "date-time") return value.toISOString().replace(".000Z", "Z");
  const [, day, month, year] = [0, value.getUTCDate(), value.getUTCMonth(), value.getUTCFullYear()];
  const fraction = value.getUTCMilliseconds();
  const time = value.toISOString().slice(11, 19) + (fraction === 0 ? "" : `.${String(fraction).padStart(3, "0")}`);
  const two = String(day).padStart(2, "0");
  return `${String(days[value.getUTCDay()])}, ${two} ${String(months[month])} ${String(year)} ${time} GMT`;
}
