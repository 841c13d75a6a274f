/** What stands between the wildcards of `text`, or the reason why it is not a wildcard pattern. */
export function readWildcard(text: string): string[] | { readonly reason: string } {
  const pieces = [""];
  for (let i = 0; i < text.length; i += 1) {
    let character = text.charAt(i);
    if (character === "*") {
      if (text.charAt(i + 1) === "*") return { reason: `two wildcards follow each other at character ${i + 1}` };
      pieces.push("");
      continue;
    }
    if (character === "\\") {
      i += 1;
      character = text.charAt(i);
      if (character !== "*" && character !== "\\") {
        return { reason: `a backslash stands before neither an asterisk nor a backslash at character ${i}` };
      }
    }
    pieces.push(`${pieces.pop() ?? ""}${character}`);
  }
  return pieces;
}

/**
 * Whether `text` is the pieces in their order with anything between them. Each piece is taken where it
 * comes first: a later place could only leave less room for the others. Nothing is tried twice.
 */
export function fitsWildcard(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
