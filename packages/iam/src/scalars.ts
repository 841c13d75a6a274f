/** How condition values that are not plain text are read. Each answers undefined for what it cannot read. */

const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const datePattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;

export function readNumber(text: string): number | undefined {
  return numberPattern.test(text) ? Number(text) : undefined;
}

const epochPattern = /^(\d{5,13})(?:\.(\d+))?$/;

/** ISO 8601 or seconds since 1970, as whole microseconds since 1970; what is finer is cut off. A time without a zone is UTC. */
export function readDate(text: string): number | undefined {
  const [, epochSeconds, epochFraction = ""] = epochPattern.exec(text) ?? [];
  if (epochSeconds !== undefined) return Number(epochSeconds) * 1_000_000 + microseconds(epochFraction);
  const found = datePattern.exec(text);
  if (found === null) return undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] =
    found;
  // `Date.UTC` takes the years below 100 for those of the last century; setUTCFullYear takes them as they are.
  const date = new Date(0);
  const midnight = date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zoneSeconds = readZone(zone);
  if (zoneSeconds === undefined) return undefined;
  const seconds = midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - zoneSeconds;
  return seconds * 1_000_000 + microseconds(fraction);
}

/** Digits behind the point of a second. Whole numbers compare exactly, fractions of a double do not. */
function microseconds(fraction: string): number {
  return Number(fraction.slice(0, 6).padEnd(6, "0"));
}

/** Seconds to the east of UTC. */
function readZone(zone: string): number | undefined {
  if (zone.toUpperCase() === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

export function readFlag(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

/** Base64, as the bytes it stands for (one character a byte). */
export function readBytes(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const unpadded = text.replace(/=+$/, "");
  return unpadded.length % 4 === 1 ? undefined : atob(unpadded);
}

interface IpRange {
  readonly groups: readonly number[];
  readonly prefixBits: number;
}

/** `203.0.113.0/24`, `2001:db8::/32` or one address; version 4 becomes its form in version 6. */
export function readIpRange(text: string): IpRange | undefined {
  const [address, prefix, ...more] = text.split("/");
  if (address === undefined || more.length > 0) return undefined;
  const groups = readIpAddress(address);
  if (groups === undefined) return undefined;
  const isV4 = !address.includes(":");
  if (prefix === undefined) return { groups, prefixBits: 128 };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (isV4 ? 32 : 128)) return undefined;
  return { groups, prefixBits: Number(prefix) + (isV4 ? 96 : 0) };
}

/** Eight 16-bit groups. */
export function readIpAddress(text: string): readonly number[] | undefined {
  if (!text.includes(":")) {
    const v4 = readIpV4(text);
    return v4 && [0, 0, 0, 0, 0, 0xffff, ...v4];
  }
  const lastColon = text.lastIndexOf(":");
  const tail = text.slice(lastColon + 1);
  let hex = text;
  if (tail.includes(".")) {
    const v4 = readIpV4(tail);
    if (v4 === undefined) return undefined;
    hex = `${text.slice(0, lastColon + 1)}${v4.map((group) => group.toString(16)).join(":")}`;
  }
  const halves = hex.split("::");
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = [...(head ?? []), ...(rest ?? [])];
  if (!given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  if (rest === undefined ? given.length !== 8 : given.length > 7) return undefined;
  const zeros = Array<string>(8 - given.length).fill("0");
  return [...(head ?? []), ...zeros, ...(rest ?? [])].map((group) => Number.parseInt(group, 16));
}

function readIpV4(text: string): readonly [number, number] | undefined {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  return [a * 256 + b, c * 256 + d];
}

const mappedPrefix = [0, 0, 0, 0, 0, 0xffff];
const mappedPrefixBits = 96;

/** No address of version 4 lies in a range of version 6, not even in the one that holds all of them. */
export function isInRange(address: readonly number[], range: IpRange): boolean {
  if (range.prefixBits < mappedPrefixBits && mappedPrefix.every((group, at) => address[at] === group)) return false;
  for (let bit = 0, group = 0; bit < range.prefixBits; bit += 16, group += 1) {
    const compared = Math.min(16, range.prefixBits - bit);
    const differing = (address[group] ?? 0) ^ (range.groups[group] ?? 0);
    if (differing >> (16 - compared) !== 0) return false;
  }
  return true;
}
