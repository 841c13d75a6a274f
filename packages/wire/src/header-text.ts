import type { HttpAnswer } from "./http.ts";

/** A token (RFC 9110, 5.6.2). */
export const isHeaderName = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

/** One character a byte, and no control character but the tab (RFC 9110, 5.5). */
export const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

/** The name of the first header that cannot be sent; undefined where all can. */
export function unsendableHeader(headers: HttpAnswer["headers"]): string | undefined {
  return headers.find(([name, value]) => !isHeaderName(name) || !isHeaderValue(value))?.[0];
}

/** Text as a header carries it: its UTF-8 bytes, one character each, as Node hands headers over. */
export const headerText = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** The text that a header's bytes are in UTF-8; what is not UTF-8 becomes U+FFFD. */
export const textOfHeader = (header: string): string => Buffer.from(header, "latin1").toString("utf8");
