/**
 * The shortest decimal that reads back as this 32-bit number, as numpy prints it: 0.5837969, not the 0.5837969183921814
 * of the 64-bit number that JavaScript holds it in.
 */
export function float32Text(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits <= 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return shorter(text, value, digits);
  }
  return String(value);
}

/** Six digits may be more than it takes; `String` drops what is not needed. */
function shorter(text: string, value: number, digits: number): string {
  if (digits > 6) return String(Number(text));
  for (let fewer = 1; fewer < 6; fewer += 1) {
    const candidate = value.toPrecision(fewer);
    if (Math.fround(Number(candidate)) === value) return String(Number(candidate));
  }
  return String(Number(text));
}
