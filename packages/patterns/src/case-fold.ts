/** A text with its case taken away, character by character: it keeps its number of characters. */
export function folded(text: string): string {
  let result = "";
  for (const character of text) result += one(one(character, "toUpperCase"), "toLowerCase");
  return result;
}

/** Characters whose other case is several characters (ß) have no other case here, as in EventBridge. */
function one(character: string, change: "toUpperCase" | "toLowerCase"): string {
  const changed = character[change]();
  return changed.length === String.fromCodePoint(changed.codePointAt(0) ?? 0).length ? changed : character;
}
