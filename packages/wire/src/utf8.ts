import { Malformed } from "./malformed.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes as text; what is not UTF-8 is refused, not repaired. */
export function utf8(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new Malformed("serialization", "it is not UTF-8");
  }
}
