import type { HttpRequestHead } from "../http.ts";
import { headerValues } from "./request-head.ts";

/**
 * The canonical request of SigV4, built from the raw target and headers.
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */

/** `s3`: encoded once, never normalised. `normalized`: dot segments removed, then encoded again. */
export type PathStyle = "s3" | "normalized";

const onlyUnreserved = /^[A-Za-z0-9\-._~]*$/;
const unreservedByte = /[A-Za-z0-9\-._~]/;

export function percentEncode(bytes: string): string {
  if (onlyUnreserved.test(bytes)) return bytes;
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, escapeByte);
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/**
 * The one-time encoding of text that may already be encoded: an upper-case escape stays (or becomes
 * the plain character where that needs none), whatever else is not unreserved is escaped. An escape
 * in lower case stays as it is: SigV4 has upper case, so a signer never meant it.
 * `%2F` stays apart from `/`: a signature for one name never fits another.
 */
function encodeOnce(raw: string): string {
  if (onlyUnreserved.test(raw)) return raw;
  return raw.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~]/g, (found) => {
    if (found.length === 1) return escapeByte(found);
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return unreservedByte.test(character) && found === found.toUpperCase() ? character : found;
  });
}

function canonicalPath(path: string, style: PathStyle): string {
  if (style === "s3") return path.split("/").map(encodeOnce).join("/");
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(percentEncode(segment));
  }
  if (segments.length === 0) return "/";
  return `/${segments.join("/")}${path.endsWith("/") ? "/" : ""}`;
}

/** Pairs sorted by encoded name, then encoded value, by bytes; an empty value keeps its `=`. */
function canonicalQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value]) => [encodeOnce(name), encodeOnce(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => byBytes(nameA, nameB) || byBytes(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

// Encoded text is ASCII, where the order of code units is the order of bytes.
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `name:value\n` of each signed header: trimmed, inner blanks folded, repeats in wire order. */
function canonicalHeaders(head: HttpRequestHead, signedHeaders: readonly string[]): string {
  let text = "";
  for (const name of signedHeaders) {
    const values = headerValues(head, name).map((value) => value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, ""));
    text += `${name}:${values.join(",")}\n`;
  }
  return text;
}

interface CanonicalParts {
  readonly path: string;
  readonly pathStyle: PathStyle;
  /** Raw pairs, the signature's own left out. */
  readonly query: readonly (readonly [string, string])[];
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

export function canonicalRequest(head: HttpRequestHead, parts: CanonicalParts): string {
  return [
    head.method,
    canonicalPath(parts.path, parts.pathStyle),
    canonicalQuery(parts.query),
    canonicalHeaders(head, parts.signedHeaders),
    parts.signedHeaders.join(";"),
    parts.payloadHash,
  ].join("\n");
}
