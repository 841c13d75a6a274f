const star = 42;
const questionMark = 63;

/**
 * Does `value[from, to)` match `pattern[patternFrom, patternTo)`, in which `*` stands for any text and
 * `?` for one UTF-16 unit? The time is proportional to pattern × text at worst: it goes back only to the
 * last `*`, so that no pattern makes a decision slow. Nothing is copied.
 */
export function matchesGlob(
  pattern: string,
  value: string,
  patternFrom = 0,
  patternTo = pattern.length,
  from = 0,
  to = value.length,
): boolean {
  let mark = patternFrom;
  let at = from;
  let starMark = -1;
  let starAt = 0;
  while (at < to) {
    const wanted = mark < patternTo ? pattern.charCodeAt(mark) : -1;
    if (wanted === star) {
      starMark = mark;
      starAt = at;
      mark += 1;
    } else if (wanted === questionMark || wanted === value.charCodeAt(at)) {
      mark += 1;
      at += 1;
    } else if (starMark >= 0) {
      starAt += 1;
      at = starAt;
      mark = starMark + 1;
    } else return false;
  }
  while (mark < patternTo && pattern.charCodeAt(mark) === star) mark += 1;
  return mark === patternTo;
}

export function hasWildcards(text: string): boolean {
  return text.includes("*") || text.includes("?");
}
