import { hash } from "node:crypto";
import type { RunningChecksum } from "@strongroom/wire";
import { FrameReader, headerBytes, openWhole, sealStream, sealWhole, sealedSize } from "@strongroom/envelope";
import type { OpenFile } from "../../platform/index.ts";
import { checksumHasher, hasOwnDigest, ownDigest } from "./checksum.ts";
import type { BodyClaims } from "./checksum.ts";
import { HashedBatches } from "./hashed-batches.ts";
import { readFully, readSpan } from "./object-files.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectFile } from "./object-store.ts";
import { wholeIfSmall } from "./whole-if-small.ts";

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
  /** Hexadecimal; where it was asked for. */
  readonly md5?: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Base64, of the algorithm asked for. */
  readonly checksum?: string;
}

/** What is not larger is read and written at once: each step of a stream takes longer than all of its work. */
export const smallBytesMax = 64 * 1024;

type WriteClaims = Pick<BodyClaims, "algorithm" | "verifiedSha256" | "digests" | "sizeBytes"> & {
  /** Whether to compute it: it takes longer than all else together. */
  readonly md5: boolean;
};

/** Hashes, seals and writes what the source yields, with no more than a few frames in memory. */
export async function writeContent(
  files: ObjectFiles,
  under: ContentKey,
  part: number,
  source: AsyncIterable<Uint8Array>,
  claims: WriteClaims,
): Promise<WrittenContent> {
  const isSmall = claims.sizeBytes !== undefined && claims.sizeBytes <= smallBytesMax;
  const content = isSmall ? await wholeIfSmall(source, smallBytesMax) : source;
  return content instanceof Uint8Array
    ? await writeSmall(files, under, part, content, claims)
    : await writeStream(files, under, part, content, claims);
}

async function writeSmall(
  files: ObjectFiles,
  under: ContentKey,
  part: number,
  content: Uint8Array,
  claims: WriteClaims,
): Promise<WrittenContent> {
  const fileId = files.newId();
  // ④ only sealed bytes reach the file.
  await files.write(fileId, sealWhole(under.dataKey, aadOf(under, part, fileId), content));
  const wanted = wantedDigests(claims);
  wanted.checksum?.update(content);
  return {
    fileId,
    sizeBytes: content.byteLength,
    ...digestsTogether(claims, {
      ...(wanted.md5 ? { md5: hash("md5", content) } : {}),
      ...(wanted.sha256 ? { sha256: hash("sha256", content) } : {}),
      checksum: wanted.checksum,
    }),
  };
}

async function writeStream(
  files: ObjectFiles,
  under: ContentKey,
  part: number,
  source: AsyncIterable<Uint8Array>,
  claims: WriteClaims,
): Promise<WrittenContent> {
  const wanted = wantedDigests(claims);
  const { checksum } = wanted;
  const batches = new HashedBatches(source, wanted);
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
    const digests = digestsTogether(claims, { ...(await batches.finish()), checksum });
    return { fileId, sizeBytes: batches.sizeBytes, ...digests };
  } catch (error) {
    batches.giveUp();
    await files.remove([fileId]);
    throw error;
  }
}

/** What is left to compute: what the body does not compute itself. */
function wantedDigests({ algorithm, verifiedSha256, md5, digests }: WriteClaims) {
  const isOwn = algorithm === undefined || hasOwnDigest(digests, algorithm);
  return {
    md5: md5 && !hasOwnDigest(digests, "MD5"),
    sha256: verifiedSha256 === undefined && !hasOwnDigest(digests, "SHA256"),
    checksum: isOwn ? undefined : checksumHasher(algorithm),
  };
}

/** What was computed here, and what the body computed itself by its end. */
function digestsTogether(
  { algorithm, verifiedSha256, md5: wantsMd5, digests }: WriteClaims,
  here: { readonly md5?: string; readonly sha256?: string; readonly checksum: RunningChecksum | undefined },
): Pick<WrittenContent, "md5" | "sha256" | "checksum"> {
  const sha256 = verifiedSha256 ?? here.sha256 ?? hexOf(ownDigest(digests, "SHA256"));
  if (sha256 === undefined) throw new Error("the content's digest is missing");
  const md5 = wantsMd5 ? (here.md5 ?? hexOf(ownDigest(digests, "MD5"))) : undefined;
  if (wantsMd5 && md5 === undefined) throw new Error("the content's MD5 is missing");
  const own = algorithm === undefined ? undefined : ownDigest(digests, algorithm);
  const checksum = here.checksum === undefined ? own : Buffer.from(here.checksum.digest()).toString("base64");
  if (algorithm !== undefined && checksum === undefined) throw new Error(`the content's ${algorithm} is missing`);
  return { sha256, ...(md5 === undefined ? {} : { md5 }), ...(checksum === undefined ? {} : { checksum }) };
}

function hexOf(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("hex");
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

/** All of a file of at most `smallBytesMax`, authenticated as readContent does it; nothing stays open behind it. */
export async function readSmall(files: ObjectFiles, under: ContentKey, file: ObjectFile): Promise<Uint8Array> {
  const handle = await openSealed(files, file);
  try {
    const sealed = await readFully(handle, Buffer.allocUnsafe(sealedSize(file.sizeBytes)), 0);
    return openWhole(under.dataKey, aadOf(under, file.part, file.fileId), sealed);
  } finally {
    await handle.close();
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
  const handle = await openSealed(files, part);
  try {
    const header = Buffer.alloc(headerBytes);
    await handle.read(header, 0, headerBytes, 0);
    const aad = aadOf(under, part.part, part.fileId);
    return { handle, reader: new FrameReader(under.dataKey, aad, header, sealedSize(part.sizeBytes)) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The file of a part, once its size is what the record says. The caller closes it. */
async function openSealed(files: ObjectFiles, part: ObjectFile): Promise<OpenFile> {
  const { handle, sizeBytes } = await files.openFile(part.fileId).catch((error: unknown) => {
    throw new BrokenContent(`the sealed file of part ${part.part} cannot be opened`, error);
  });
  if (sizeBytes === sealedSize(part.sizeBytes)) return handle;
  await handle.close();
  throw new BrokenContent(`the sealed file of part ${part.part} was cut or lengthened`);
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
