import { invalidParameter } from "../logs-error.ts";

/**
 * CloudWatch's patterns of words: every word or quoted phrase must stand in the message, `-word` must not,
 * and of those with `?` at least one. Patterns over fields (`{ $.x = 1 }`, `[a, b]`, `%expression%`) are refused.
 */
export function filterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text))
    throw invalidParameter(`The filter pattern ${text} is not supported: only words and phrases are.`);
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign = "", phrase, word]) => ({
    sign,
    text: phrase ?? word ?? "",
  }));
  const of = (sign: string): string[] => terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [all, none, any] = [of(""), of("-"), of("?")];
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
}
