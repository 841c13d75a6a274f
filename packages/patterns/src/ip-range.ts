/** Addresses that begin with the same bits. IPv4 and IPv6 are kept apart, as in EventBridge. */
export interface IpRange {
  readonly bits: 32 | 128;
  /** The address without the bits that differ. */
  readonly network: bigint;
  readonly shift: bigint;
}

/** `10.0.0.0/8`, `2001:db8::/32`; undefined where the text is not a range. */
export function readRange(text: string): IpRange | undefined {
  const found = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = readAddress(found?.[1] ?? "");
  const prefixBits = Number(found?.[2]);
  if (address === undefined || prefixBits > address.bits) return undefined;
  const shift = BigInt(address.bits - prefixBits);
  return { bits: address.bits, network: address.value >> shift, shift };
}

export function isInside(text: string, range: IpRange): boolean {
  const address = readAddress(text);
  return address?.bits === range.bits && address.value >> range.shift === range.network;
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const longestAddress = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

function readAddress(text: string): Address | undefined {
  if (text.length > longestAddress) return undefined;
  if (!text.includes(":")) {
    const value = readV4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = readV6(text);
  return value === undefined ? undefined : { bits: 128, value };
}

function readV4(text: string): bigint | undefined {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) return undefined;
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function readV6(text: string): bigint | undefined {
  const halves = withoutV4Tail(text)?.split("::") ?? [];
  if (halves.length === 0 || halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head, ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  if (tail === undefined ? groups.length !== 8 : groups.length > 7) return undefined;
  const zeros = Array<string>(8 - groups.length).fill("0");
  return [...head, ...zeros, ...(tail ?? [])].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:10.0.0.1` as `::ffff:a00:1`. */
function withoutV4Tail(text: string): string | undefined {
  if (!text.includes(".")) return text;
  const tailAt = text.lastIndexOf(":") + 1;
  const v4 = readV4(text.slice(tailAt));
  return v4 === undefined
    ? undefined
    : `${text.slice(0, tailAt)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
}
