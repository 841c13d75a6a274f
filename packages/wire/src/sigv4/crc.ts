/**
 * The two CRCs that Node has not: CRC-32C (RFC 3720) and CRC-64/NVME (NVM Express Base
 * Specification), both reflected, eight bytes a step ("slicing-by-8", Kounavis and Berry 2005).
 */
const crc32cPolynomial = 0x82f63b78;
const crc64Polynomial = 0x9a6c9329ac4bc9b5n;

/** A running checksum. `digest` may be asked once, at the end; the bytes are big-endian. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

// In the loops below every index is in range by construction, which the compiler cannot see.
const at = (table: Uint32Array | Uint8Array, index: number): number => table[index] as number;

/** table[k * 256 + b] is what byte b contributes when k more bytes follow it in its step. */
function tablesOf(polynomial: bigint): bigint[] {
  const tables: bigint[] = [];
  for (let byte = 0n; byte < 256n; byte += 1n) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    tables.push(value);
  }
  for (let i = 256; i < 8 * 256; i += 1) {
    const before = tables[i - 256] ?? 0n;
    tables.push((before >> 8n) ^ (tables[Number(before & 0xffn)] ?? 0n));
  }
  return tables;
}

// Made when the first body of that kind comes: most servers never see one.
let tables32: Uint32Array | undefined;
let tables64: { low: Uint32Array; high: Uint32Array } | undefined;

export class Crc32c implements RunningChecksum {
  #value = 0xffffffff;

  update(bytes: Uint8Array): void {
    const table = (tables32 ??= Uint32Array.from(tablesOf(BigInt(crc32cPolynomial)), Number));
    const stepsEnd = bytes.length - (bytes.length % 8);
    let value = this.#value;
    let i = 0;
    for (; i < stepsEnd; i += 8) {
      value ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
      value =
        at(table, 1792 + (value & 0xff)) ^
        at(table, 1536 + ((value >>> 8) & 0xff)) ^
        at(table, 1280 + ((value >>> 16) & 0xff)) ^
        at(table, 1024 + (value >>> 24)) ^
        at(table, 768 + at(bytes, i + 4)) ^
        at(table, 512 + at(bytes, i + 5)) ^
        at(table, 256 + at(bytes, i + 6)) ^
        at(table, at(bytes, i + 7));
    }
    for (; i < bytes.length; i += 1) value = (value >>> 8) ^ at(table, (value ^ at(bytes, i)) & 0xff);
    this.#value = value;
  }

  digest(): Uint8Array {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(~this.#value >>> 0);
    return bytes;
  }
}

export class Crc64Nvme implements RunningChecksum {
  #low = 0xffffffff;
  #high = 0xffffffff;

  update(bytes: Uint8Array): void {
    const { low: tableLow, high: tableHigh } = (tables64 ??= split(tablesOf(crc64Polynomial)));
    const stepsEnd = bytes.length - (bytes.length % 8);
    let low = this.#low;
    let high = this.#high;
    let i = 0;
    for (; i < stepsEnd; i += 8) {
      low ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
      high ^= at(bytes, i + 4) | (at(bytes, i + 5) << 8) | (at(bytes, i + 6) << 16) | (at(bytes, i + 7) << 24);
      const a = 1792 + (low & 0xff);
      const b = 1536 + ((low >>> 8) & 0xff);
      const c = 1280 + ((low >>> 16) & 0xff);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 0xff);
      const f = 512 + ((high >>> 8) & 0xff);
      const g = 256 + ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low = xor8(tableLow, a, b, c, d, e, f, g, h);
      high = xor8(tableHigh, a, b, c, d, e, f, g, h);
    }
    for (; i < bytes.length; i += 1) {
      const index = (low ^ at(bytes, i)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ at(tableLow, index);
      high = (high >>> 8) ^ at(tableHigh, index);
    }
    this.#low = low;
    this.#high = high;
  }

  digest(): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(~this.#high >>> 0, 0);
    bytes.writeUInt32BE(~this.#low >>> 0, 4);
    return bytes;
  }
}

// One table and its eight indices.
function xor8(
  t: Uint32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): number {
  return at(t, a) ^ at(t, b) ^ at(t, c) ^ at(t, d) ^ at(t, e) ^ at(t, f) ^ at(t, g) ^ at(t, h);
}

function split(tables: readonly bigint[]): { low: Uint32Array; high: Uint32Array } {
  return {
    low: Uint32Array.from(tables, (value) => Number(value & 0xffffffffn)),
    high: Uint32Array.from(tables, (value) => Number(value >> 32n)),
  };
}
