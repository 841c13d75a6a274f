import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, pipeline } from "node:stream";
import { createGzip } from "node:zlib";

import { mergeTrees } from "./merged-tree.ts";
import type { PlacedEntry } from "./merged-tree.ts";
import { blockBytes, entryBytesMax, tarHeader } from "./tar-header.ts";

/** The folder's regular files and folders as one archive; see `packEntries`. */
export async function* packFolder(folder: string): AsyncGenerator<Uint8Array> {
  yield* packEntries((await mergeTrees([folder])).entries);
}

/**
 * Regular files and folders as a gzip-compressed tar stream. ⑧ Equal content gives equal
 * bytes: entries are in the order of their names' bytes, headers carry no time, owner or host, and zlib's
 * gzip header has no time and no name. Links and special files are left out, as SageMaker leaves them out.
 */
export function packEntries(entries: readonly PlacedEntry[]): AsyncIterable<Uint8Array> {
  const output = new PassThrough();
  // A failure of the source ends the reader's loop with that error; nobody else waits for this callback.
  pipeline(tarStream(entries), createGzip({ level: 6 }), output, () => undefined);
  return output;
}

async function* tarStream(entries: readonly PlacedEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    if (entry.type === "folder") {
      yield tarHeader(entry);
      continue;
    }
    yield* fileBlocks(entry.root, entry.path);
  }
  yield new Uint8Array(2 * blockBytes);
}

async function* fileBlocks(folder: string, path: string): AsyncGenerator<Uint8Array> {
  const file = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stat = await file.stat();
    if (stat.size > entryBytesMax) throw new RangeError(`${path} is larger than an archive's entry can be (8 GiB)`);
    yield tarHeader({ path, type: "file", sizeBytes: stat.size, executable: (stat.mode & 0o100) !== 0 });
    let left = stat.size;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(left, 1 << 20));
      const { bytesRead } = await file.read(chunk, 0, chunk.byteLength);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    const padding = (blockBytes - (stat.size % blockBytes)) % blockBytes;
    if (padding > 0) yield new Uint8Array(padding);
  } finally {
    await file.close();
  }
}
