import { AwsError, type Service } from "@strongroom/wire";
import type { Authority } from "../access/index.ts";

/** What an operation takes, and whose it is. */
export interface Bounded {
  readonly bodyBytesMax: number;
  readonly service: Service<Authority>;
}

/** A whole body. Throws AwsError where it is longer than what the operation takes. */
export async function collectBody(source: AsyncIterable<Uint8Array>, routed: Bounded): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.byteLength;
    if (size > routed.bodyBytesMax) throw tooLarge(routed);
    parts.push(part);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
}

export const tooLarge = ({ bodyBytesMax, service }: Bounded): AwsError =>
  new AwsError({
    ...service.errors.tooLarge,
    message: `The request body is longer than the ${bodyBytesMax} bytes that this operation takes.`,
  });
