import { AwsError, type Service } from "@strongroom/wire";
import type { Authority } from "../access/index.ts";

/** A whole body. Throws AwsError where it is longer than what the operation takes. */
export async function collectBody(
  source: AsyncIterable<Uint8Array>,
  routed: { readonly bodyBytesMax: number; readonly service: Service<Authority> },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.byteLength;
    if (size > routed.bodyBytesMax) {
      throw new AwsError({
        ...routed.service.errors.tooLarge,
        message: `The request body is longer than the ${routed.bodyBytesMax} bytes that this operation takes.`,
      });
    }
    parts.push(part);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
}
