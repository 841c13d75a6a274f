import { encodeQR } from "qr";

const blackOnWhite = "\u001b[30;107m";
const plain = "\u001b[0m";
/** Two modules, one above the other, are one character. */
const halves = { none: " ", upper: "▀", lower: "▄", both: "█" } as const;

/** A text as a QR code for a terminal, dark on white whatever the terminal's own colours are. */
export function terminalPicture(text: string): string {
  const rows = encodeQR(text, "raw", { ecc: "low", border: 2 });
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const [upper = [], lower = []] = [rows[y], rows[y + 1]];
    const line = upper.map((isDark, x) => half(isDark, lower[x] === true)).join("");
    lines.push(`${blackOnWhite}${line}${plain}`);
  }
  return lines.join("\n");
}

function half(upper: boolean, lower: boolean): string {
  if (upper) return lower ? halves.both : halves.upper;
  return lower ? halves.lower : halves.none;
}
