import { FrameReader, headerBytes, sealStream, sealedSize } from "@strongroom/envelope";
import { checksumHasher } from "./checksum.ts";
import type { BodyClaims } from "./checksum.ts";
import { HashedBatches } from "./hashed-batches.ts";
import { readSpan } from "./object-files.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectFile } from "./object-store.ts";

/** Which object, and under which data key, the bytes belong to. */
export interface ContentKey {
  readonly dataKey: Uint8Array;
  readonly bucket: string;
  readonly key: string;
  readonly contentId: string;
}

export interface WrittenContent {
  readonly fileId: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Base64, of the algorithm asked for. */
  readonly checksum?: string;
}

/** Hashes, seals and writes a stream in one pass, with no more than a few frames in memory. */
export async function writeContent(
  files: ObjectFiles,
  under: ContentKey,
  part: number,
  source: AsyncIterable<Uint8Array>,
  { algorithm, verifiedSha256 }: Pick<BodyClaims, "algorithm" | "verifiedSha256">,
): Promise<WrittenContent> {
  const batches = new HashedBatches(source, verifiedSha256);
  const checksum = algorithm === undefined ? undefined : checksumHasher(algorithm);
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const batch of batches) {
      checksum?.update(batch);
      yield batch;
    }
  }
  const fileId = files.newId();
  try {
    // ④ only sealed frames reach the file.
    await files.write(fileId, sealStream(under.dataKey, aadOf(under, part, fileId), checked()));
    const base64 = checksum === undefined ? undefined : Buffer.from(checksum.digest()).toString("base64");
    return {
      fileId,
      sizeBytes: batches.sizeBytes,
      ...(await batches.finish()),
      ...(base64 === undefined ? {} : { checksum: base64 }),
    };
  } catch (error) {
    batches.giveUp();
    await files.remove([fileId]);
    throw error;
  }
}

/**
 * The plaintext from `from` to before `end` of an object's files in order. Every frame is
 * authenticated before it is yielded, and each file's size is compared with the record first, so a
 * changed, cut or exchanged file ends in EnvelopeBroken, never in wrong bytes.
 */
export async function* readContent(
  files: ObjectFiles,
  under: ContentKey,
  parts: readonly ObjectFile[],
  from: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let partStart = 0;
  for (const part of parts) {
    const partEnd = partStart + part.sizeBytes;
    const touched = partEnd > from && partStart < end;
    if (touched || (from === end && partStart === from)) {
      yield* readPart(files, under, part, Math.max(0, from - partStart), Math.min(part.sizeBytes, end - partStart));
    }
    partStart = partEnd;
  }
}

async function* readPart(
  files: ObjectFiles,
  under: ContentKey,
  part: ObjectFile,
  from: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const opened = await openPart(files, under, part);
  try {
    const span = opened.reader.span(from, end);
    yield* opened.reader.open(from, end, readSpan(opened.handle, span.start, span.end));
  } finally {
    await opened.handle.close();
  }
}

async function openPart(files: ObjectFiles, under: ContentKey, part: ObjectFile) {
  const { handle, sizeBytes } = await files.openFile(part.fileId).catch((error: unknown) => {
    throw new BrokenContent(`the sealed file of part ${part.part} cannot be opened`, error);
  });
  try {
    if (sizeBytes !== sealedSize(part.sizeBytes)) {
      throw new BrokenContent(`the sealed file of part ${part.part} was cut or lengthened`);
    }
    const header = Buffer.alloc(headerBytes);
    await handle.read(header, 0, headerBytes, 0);
    const reader = new FrameReader(under.dataKey, aadOf(under, part.part, part.fileId), header, sizeBytes);
    return { handle, reader };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Stored content that is not what was stored. */
export class BrokenContent extends Error {
  override readonly name = "BrokenContent";

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Binds a file to its object, its part and its own name: no two files can be exchanged. */
function aadOf(under: ContentKey, part: number, fileId: string): Uint8Array {
  return Buffer.from(JSON.stringify([under.bucket, under.key, under.contentId, part, fileId]), "utf8");
}
