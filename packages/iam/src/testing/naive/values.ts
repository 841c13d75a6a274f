import { remembered } from "./remembered.ts";

/** Values of conditions, each read by hand; undefined for what is none. All are compared exactly. */

const digit = /^[0-9]$/;

/** A decimal number in units of 10^-40. */
export const numberOf = remembered(readNumber);

function readNumber(text: string): bigint | undefined {
  const [mantissa = "", power, ...more] = text.toLowerCase().split("e");
  if (more.length > 0 || (power !== undefined && !/^[+-]?[0-9]+$/.test(power))) return undefined;
  const isNegative = mantissa.startsWith("-");
  const unsigned = isNegative || mantissa.startsWith("+") ? mantissa.slice(1) : mantissa;
  const [whole = "", fraction = "", ...others] = unsigned.split(".");
  if (others.length > 0 || whole + fraction === "") return undefined;
  if (!Array.from(whole + fraction).every((mark) => digit.test(mark))) return undefined;
  const shift = 40 - fraction.length + Number(power ?? 0);
  if (shift < 0) return undefined;
  const size = BigInt(whole + fraction) * 10n ** BigInt(shift);
  return isNegative ? -size : size;
}

/** A date in microseconds since 1970. */
export const dateOf = remembered(readDate);

function readDate(text: string): bigint | undefined {
  const [seconds = "", part = "0", ...more] = text.split(".");
  if (more.length === 0 && seconds.length > 4 && isDigits(seconds) && isDigits(part)) {
    return BigInt(seconds) * 1_000_000n + micros(part);
  }
  const [day = "", time, ...others] = text.toUpperCase().split("T");
  const [year = "", month = "01", date = "01", ...rest] = day.split("-");
  if (others.length > 0 || rest.length > 0 || year.length !== 4 || month.length !== 2 || date.length !== 2)
    return undefined;
  if (time !== undefined && day.length !== 10) return undefined;
  if (![year, month, date].every(isDigits)) return undefined;
  const days = daysSince1970(Number(year), Number(month), Number(date));
  const inDay = time === undefined ? 0n : timeOf(time);
  return days === undefined || inDay === undefined ? undefined : BigInt(days) * 86_400_000_000n + inDay;
}

function timeOf(time: string): bigint | undefined {
  const zoneAt = time.search(/[Z+-]/);
  const clock = zoneAt < 0 ? time : time.slice(0, zoneAt);
  const zone = zoneAt < 0 ? "Z" : time.slice(zoneAt);
  const [hour = "", minute = "", second, ...more] = clock.split(":");
  const [whole = "", fraction, ...others] = (second ?? "00").split(".");
  if (
    more.length > 0 ||
    others.length > 0 ||
    ![hour, minute, whole].every((two) => two.length === 2 && isDigits(two))
  ) {
    return undefined;
  }
  if (fraction !== undefined && !isDigits(fraction)) return undefined;
  if (Number(hour) >= 24 || Number(minute) >= 60 || Number(whole) >= 60) return undefined;
  const minutes = zoneOf(zone);
  if (minutes === undefined) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute) - minutes) * 60 + Number(whole);
  return BigInt(seconds) * 1_000_000n + micros(fraction ?? "0");
}

function zoneOf(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const four = zone.slice(1).replace(":", "");
  const colon = zone.indexOf(":");
  if (four.length !== 4 || !isDigits(four) || (colon >= 0 && colon !== 3)) return undefined;
  const [hours, minutes] = [Number(four.slice(0, 2)), Number(four.slice(2))];
  if (hours >= 24 || minutes >= 60) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** By counting: the leap years before it, the months of its year, its days. */
function daysSince1970(year: number, month: number, date: number): number | undefined {
  const isLeap = (one: number) => one % 4 === 0 && (one % 100 !== 0 || one % 400 === 0);
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const length = lengths[month - 1];
  if (length === undefined || date < 1 || date > length) return undefined;
  const leapsBefore = (one: number) =>
    Math.floor((one - 1) / 4) - Math.floor((one - 1) / 100) + Math.floor((one - 1) / 400);
  const years = (year - 1970) * 365 + leapsBefore(year) - leapsBefore(1970);
  return years + lengths.slice(0, month - 1).reduce((sum, one) => sum + one, 0) + date - 1;
}

function micros(fraction: string): bigint {
  return BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function isDigits(text: string): boolean {
  return text !== "" && Array.from(text).every((mark) => digit.test(mark));
}

/** The bytes as bits; what is left over below a byte is dropped. */
export const bitsOf = remembered(readBits);

function readBits(text: string): string | undefined {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const end = text.endsWith("==") ? -2 : text.endsWith("=") ? -1 : undefined;
  const sextets = Array.from(text.slice(0, end)).map((letter) => letters.indexOf(letter));
  if (sextets.includes(-1) || sextets.length % 4 === 1) return undefined;
  const bits = sextets.map((sextet) => sextet.toString(2).padStart(6, "0")).join("");
  return bits.slice(0, bits.length - (bits.length % 8));
}

interface Address {
  readonly version: 4 | 6;
  readonly bits: string;
}

export const addressOf = remembered(readAddress);

function readAddress(text: string): Address | undefined {
  const four = bytesOf(text);
  if (four !== undefined) return { version: 4, bits: four };
  const bits = sixOf(text);
  if (bits === undefined) return undefined;
  const mapped = "0".repeat(80) + "1".repeat(16);
  return bits.startsWith(mapped) ? { version: 4, bits: bits.slice(96) } : { version: 6, bits };
}

function bytesOf(text: string): string | undefined {
  const bytes = text.split(".");
  const isByte = (byte: string) => isDigits(byte) && String(Number(byte)) === byte && Number(byte) <= 255;
  if (bytes.length !== 4 || !bytes.every(isByte)) return undefined;
  return bytes.map((byte) => Number(byte).toString(2).padStart(8, "0")).join("");
}

function sixOf(text: string): string | undefined {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const head = groupsOf(before, after === undefined);
  const tail = after === undefined ? "" : groupsOf(after, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 128 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 16) return undefined;
  return head + "0".repeat(missing) + tail;
}

/** `isLast`: an address of version 4 may stand at the end. */
function groupsOf(text: string, isLast: boolean): string | undefined {
  if (text === "") return "";
  const groups = text.split(":").map((group, at, all) => {
    if (isLast && at === all.length - 1 && group.includes(".")) return bytesOf(group);
    if (group.length < 1 || group.length > 4 || !/^[0-9a-f]*$/i.test(group)) return undefined;
    return Number(`0x${group}`).toString(2).padStart(16, "0");
  });
  return groups.includes(undefined) ? undefined : groups.join("");
}

/** Undefined where the range is none. */
export function isWithin(address: string, range: string): boolean | undefined {
  const [base = "", length, ...more] = range.split("/");
  const from = addressOf(base);
  const isOld = !base.includes(":");
  if (from === undefined || more.length > 0) return undefined;
  if (length !== undefined && (!isDigits(length) || length.length > 3 || Number(length) > (isOld ? 32 : 128)))
    return undefined;
  const given = addressOf(address);
  if (given === undefined) return false;
  const fixed = length === undefined ? from.bits.length : Number(length);
  if (isOld || from.version === 6) {
    return given.version === from.version && given.bits.startsWith(from.bits.slice(0, fixed));
  }
  // A range of version 4 that is written in version 6; one that is wider than all of version 4 is of version 6.
  if (fixed < 96)
    return given.version === 6 && given.bits.startsWith(("0".repeat(80) + "1".repeat(16)).slice(0, fixed));
  return given.version === 4 && given.bits.startsWith(from.bits.slice(0, length === undefined ? 32 : fixed - 96));
}
