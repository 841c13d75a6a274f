import { isBrokenGzip, plainBody } from "./request-body.ts";

/** A whole request of git's upload-pack, uncompressed. */
export type FetchRequest =
  | { readonly kind: "fetch"; readonly body: Uint8Array }
  | { readonly kind: "malformed" | "too-large"; readonly message: string };

/** What a client wants and has: some 50 bytes for each reference and commit that it names. */
export const fetchBytesMax = 8 * 1024 * 1024;

/** Reads what a client asks of upload-pack to its end, so that git, once started, does not wait for it. */
export async function readFetch(body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<FetchRequest> {
  const plain = plainBody(body, encoding);
  if (plain === undefined) return malformed(`the content encoding ${encoding ?? ""} is not supported`);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of plain) {
      size += part.byteLength;
      if (size > fetchBytesMax) {
        return { kind: "too-large", message: `the request is longer than ${fetchBytesMax} bytes` };
      }
      parts.push(part);
    }
  } catch (error) {
    if (isBrokenGzip(error)) return malformed("the request is not what its content encoding says");
    throw error;
  }
  return { kind: "fetch", body: Buffer.concat(parts, size) };
}

function malformed(message: string): FetchRequest {
  return { kind: "malformed", message };
}
