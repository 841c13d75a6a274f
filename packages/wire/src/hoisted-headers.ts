import type { Form } from "./form.ts";
import { headerText } from "./header-text.ts";

/**
 * A presigned request carries its `x-amz-` headers in the query, hoisted. They say what the headers would say, to
 * whoever looks for the operation and to whoever reads it; a header itself comes first.
 */
export function withHoisted(query: Form, headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const hoisted = query.filter(([name]) => isHoisted(name));
  if (hoisted.length === 0) return headers;
  return new Map([...hoisted.map(([name, text]) => [name.toLowerCase(), headerText(text)] as const), ...headers]);
}

export const isHoisted = (parameter: string): boolean => /^x-amz-/i.test(parameter);

/** Of the signature, and notes of clients about themselves: they say nothing of what is asked for. */
const notes =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|user-agent|sdk-.*|checksum-mode)$/i;

export const isNote = (parameter: string): boolean => notes.test(parameter);
