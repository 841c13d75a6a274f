/** One rule of a bucket's cross-origin configuration, as it was put. */
export interface CorsRule {
  readonly id?: string;
  readonly allowedMethods: readonly string[];
  /** Each with at most one `*`. */
  readonly allowedOrigins: readonly string[];
  /** Each with at most one `*`; in any case of letters. */
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What a page of another origin wants to do. */
export interface CrossOriginWish {
  readonly origin: string;
  readonly method: string;
  /** The headers that a preflight asks for; empty where a request is under way. */
  readonly headers: readonly string[];
}

/**
 * The first rule that allows the wish, and whether it does so for every origin there is.
 * Source: "How does Amazon S3 evaluate the CORS configuration on a bucket?", Amazon S3 user guide.
 */
export function corsRuleFor(
  rules: readonly CorsRule[],
  { origin, method, headers }: CrossOriginWish,
): { readonly rule: CorsRule; readonly isForAll: boolean } | undefined {
  for (const rule of rules) {
    const allowed = rule.allowedOrigins.filter((pattern) => matches(pattern, origin));
    if (allowed.length === 0 || !rule.allowedMethods.includes(method)) continue;
    const patterns = (rule.allowedHeaders ?? []).map((pattern) => pattern.toLowerCase());
    if (!headers.every((name) => patterns.some((pattern) => matches(pattern, name.toLowerCase())))) continue;
    return { rule, isForAll: allowed.includes("*") };
  }
  return undefined;
}

function matches(pattern: string, text: string): boolean {
  const at = pattern.indexOf("*");
  if (at < 0) return pattern === text;
  const [start, end] = [pattern.slice(0, at), pattern.slice(at + 1)];
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
