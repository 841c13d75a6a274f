/** How condition values that are not plain text are read. Each answers undefined for what it cannot read. */

const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const datePattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;

export function readNumber(text: string): number | undefined {
  return numberPattern.test(text) ? Number(text) : undefined;
}

/** ISO 8601 or seconds since 1970, as epoch milliseconds. A time without a zone is UTC. */
export function readDate(text: string): number | undefined {
  if (/^\d{5,}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const found = datePattern.exec(text);
  if (found === null) return undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "0", zone = "Z"] =
    found;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) + Number(`0.${fraction}`);
  return midnight + seconds * 1000 - zoneMs(zone);
}

function zoneMs(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

export function readFlag(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

/** Base64, as the bytes it stands for (one character a byte). */
export function readBytes(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, "").length % 4 === 1) return undefined;
  return atob(text);
}

interface IpRange {
  readonly groups: readonly number[];
  readonly prefixBits: number;
}

/** `203.0.113.0/24`, `2001:db8::/32` or one address; IPv4 becomes its IPv6-mapped form. */
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

export function isInRange(address: readonly number[], range: IpRange): boolean {
  for (let bit = 0, group = 0; bit < range.prefixBits; bit += 16, group += 1) {
    const compared = Math.min(16, range.prefixBits - bit);
    const differing = (address[group] ?? 0) ^ (range.groups[group] ?? 0);
    if (differing >> (16 - compared) !== 0) return false;
  }
  return true;
}
