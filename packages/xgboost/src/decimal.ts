/** Powers of ten that a 64-bit number holds exactly. */
const tens = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The largest integer below which every integer is a 64-bit number. */
const mantissaMax = 2 ** 53;

/**
 * Reads bytes `from` to `to` as a decimal number: sign, digits, fraction, exponent; nothing else, not even blanks.
 * Correctly rounded: short numbers by one exact division (Clinger, "How to read floating point numbers accurately",
 * 1990), long ones by JavaScript's own reader.
 * @returns undefined where the bytes are not such a number
 */
export function readDecimal(bytes: Uint8Array, from: number, to: number): number | undefined {
  let at = from;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at += 1;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  for (let point = false; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) {
      mantissa = mantissa * 10 + (byte - zero);
      digits += 1;
      if (point) fraction += 1;
    } else if (byte === dot && !point) point = true;
    else break;
  }
  if (digits === 0) return undefined;
  if (at < to || mantissa >= mantissaMax || fraction > 22) return slow(bytes, from, to, at);
  const value = fraction === 0 ? mantissa : mantissa / (tens[fraction] ?? NaN);
  return negative ? -value : value;
}

const [minus, plus, dot, zero, nine] = [0x2d, 0x2b, 0x2e, 0x30, 0x39];

function slow(bytes: Uint8Array, from: number, to: number, stopped: number): number | undefined {
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 400)));
  if (stopped < to && !/^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$/.test(text)) return undefined;
  return Number(text);
}
