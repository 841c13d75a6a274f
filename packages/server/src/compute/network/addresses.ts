/** A range of IPv4 addresses: the number of its first one, and how many leading bits are fixed. */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** Reads `10.0.0.0/16`; bits behind the prefix are cleared, as EC2 does. */
export function parseRange(text: string): Range | undefined {
  const [address, prefixText, ...more] = text.split("/");
  if (address === undefined || prefixText === undefined || more.length > 0) return undefined;
  if (!/^(0|[1-9]\d?)$/.test(prefixText) || Number(prefixText) > 32) return undefined;
  const value = parseAddress(address);
  if (value === undefined) return undefined;
  const prefix = Number(prefixText);
  return { first: value - (value % sizeOf(prefix)), prefix };
}

export function formatRange({ first, prefix }: Range): string {
  return `${formatAddress(first)}/${prefix}`;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function rangeHolds(outer: Range, inner: Range): boolean {
  return inner.prefix >= outer.prefix && inner.first - (inner.first % sizeOf(outer.prefix)) === outer.first;
}

export function rangesOverlap(one: Range, other: Range): boolean {
  return rangeHolds(one, other) || rangeHolds(other, one);
}

export function rangeHasAddress(range: Range, address: string): boolean {
  const value = parseAddress(address);
  return value !== undefined && rangeHolds(range, { first: value, prefix: 32 });
}

/** In every subnet the first four addresses and the last one are not handed out, as in EC2. */
const reservedAtStart = 4;
const reservedAtEnd = 1;

/** How many addresses a subnet can hand out. */
export function usableAddresses(range: Range): number {
  return sizeOf(range.prefix) - reservedAtStart - reservedAtEnd;
}

/** The next free address behind `after`, once around; undefined where all are taken. */
export function freeAddress(range: Range, taken: ReadonlySet<string>, after?: string): string | undefined {
  const count = usableAddresses(range);
  const lowest = range.first + reservedAtStart;
  const start = after === undefined ? 0 : (parseAddress(after) ?? lowest) - lowest + 1;
  for (let step = 0; step < count; step += 1) {
    const address = formatAddress(lowest + ((start + step) % count));
    if (!taken.has(address)) return address;
  }
  return undefined;
}
