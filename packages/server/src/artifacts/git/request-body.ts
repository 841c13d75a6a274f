import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A body as it was before git's client compressed it; undefined where the content encoding is none that git uses. */
export function plainBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> | undefined {
  if (encoding === undefined || encoding === "identity") return body;
  if (encoding !== "gzip" && encoding !== "x-gzip") return undefined;
  const unzip = createGunzip();
  // A body that breaks off, or is no gzip, fails whoever reads what was unzipped.
  pipeline(Readable.from(body, { objectMode: false }), unzip).catch((error: unknown) => {
    unzip.destroy(error instanceof Error ? error : new Error("the body broke off"));
  });
  return unzip;
}

/** Whether reading a plain body failed since it is not what its content encoding says. */
export function isBrokenGzip(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
}

/** A body of these pieces. */
export async function* bodyOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* pieces;
}
