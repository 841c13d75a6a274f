import { chmod, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { ByteSource } from "./byte-source.ts";
import { blockBytes } from "./tar-header.ts";

/** An archive that is refused; the message says which entry and why. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
}

const entriesMax = 100_000;
const longNameBytesMax = 64 * 1024;

/**
 * Unpacks a gzip-compressed tar archive (ustar, pax, GNU long names) into `folder`. Only files and folders
 * below `folder` are made: links, devices, absolute paths and `..` are refused, and so is an archive whose
 * content is larger than `bytesMax`. Files are readable by everybody, so that the sandbox's user sees them.
 */
export async function unpackArchive(
  archive: AsyncIterable<Uint8Array>,
  folder: string,
  bytesMax: number,
): Promise<void> {
  const gunzip = createGunzip();
  const broken = new Promise<never>((_, reject) => {
    pipeline(Readable.from(archive), gunzip, (error) => {
      if (error) reject(error);
    });
  });
  broken.catch(() => undefined);
  try {
    await Promise.race([unpackTar(new ByteSource(gunzip), folder, bytesMax), broken]);
  } catch (error) {
    gunzip.destroy();
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
      throw new ArchiveRefused(`the archive is not gzip-compressed: ${error.message}`);
    }
    throw error;
  }
}

async function unpackTar(source: ByteSource, folder: string, bytesMax: number): Promise<void> {
  let longName: string | undefined;
  let totalBytes = 0;
  for (let count = 0; ; count += 1) {
    const header = await source.take(blockBytes);
    if (header.byteLength === 0 || header.every((byte) => byte === 0)) break;
    if (header.byteLength < blockBytes) throw new ArchiveRefused("the archive ends within a header");
    if (count >= entriesMax) throw new ArchiveRefused(`the archive has more than ${entriesMax} entries`);
    const entry = readHeader(header);
    totalBytes += entry.sizeBytes;
    if (totalBytes > bytesMax) throw new ArchiveRefused(`the archive's content is larger than ${bytesMax} bytes`);
    if (entry.type === "x" || entry.type === "L") {
      longName = readLongName(entry.type, await takeContent(source, entry.sizeBytes)) ?? longName;
      continue;
    }
    const path = safePath(longName ?? entry.path);
    longName = undefined;
    await writeEntry(source, entry, join(folder, path), path);
  }
  await source.drain();
}

interface RawEntry {
  readonly path: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly mode: number;
}

function readHeader(header: Uint8Array): RawEntry {
  const bytes = Buffer.from(header);
  const sum = bytes.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (Number.parseInt(field(bytes, 148, 8), 8) !== sum) {
    throw new ArchiveRefused("the archive is not a tar file, or one of its headers is damaged");
  }
  const prefix = field(bytes, 257, 5) === "ustar" && bytes[262] === 0 ? field(bytes, 345, 155) : "";
  const name = field(bytes, 0, 100);
  const type = String.fromCharCode(bytes[156] ?? 0).replace("\u0000", "0");
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    type,
    sizeBytes: readSize(bytes.subarray(124, 136)),
    mode: Number.parseInt(field(bytes, 100, 8), 8) || 0o644,
  };
}

function field(bytes: Buffer, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return part
    .subarray(0, end === -1 ? length : end)
    .toString()
    .trim();
}

function readSize(bytes: Buffer): number {
  const size = (bytes[0] ?? 0) & 0x80 ? bytes.readUIntBE(6, 6) : Number.parseInt(field(bytes, 0, 12) || "0", 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new ArchiveRefused("an entry of the archive has no valid size");
  return size;
}

function readLongName(type: string, content: Buffer): string | undefined {
  if (type === "L") return content.toString().split("\u0000", 1)[0];
  for (let rest = content; rest.byteLength > 0;) {
    const length = Number.parseInt(rest.toString("latin1", 0, 20), 10);
    if (!(length > 0)) throw new ArchiveRefused("a pax header of the archive is damaged");
    const record = rest.subarray(0, length).toString().trimEnd();
    const value = record.slice(record.indexOf(" ") + 1);
    if (value.startsWith("path=")) return value.slice("path=".length);
    rest = rest.subarray(length);
  }
  return undefined;
}

async function takeContent(source: ByteSource, sizeBytes: number): Promise<Buffer> {
  if (sizeBytes > longNameBytesMax) throw new ArchiveRefused("a header of the archive is too long");
  const content = Buffer.from(await source.take(sizeBytes));
  await source.skip(paddingOf(sizeBytes));
  return content;
}

function safePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..") || path.includes("\u0000")) {
    throw new ArchiveRefused(`the archive's entry ${JSON.stringify(path)} would lie outside of its folder`);
  }
  return parts.join("/");
}

async function writeEntry(source: ByteSource, entry: RawEntry, full: string, path: string): Promise<void> {
  if (entry.type === "5") {
    await mkdir(full, { recursive: true, mode: 0o755 });
    return;
  }
  if (entry.type === "g") {
    await source.skip(entry.sizeBytes + paddingOf(entry.sizeBytes));
    return;
  }
  if (entry.type !== "0" && entry.type !== "7") {
    throw new ArchiveRefused(`the archive's entry ${JSON.stringify(path)} is neither a file nor a folder`);
  }
  await mkdir(dirname(full), { recursive: true, mode: 0o755 });
  const file = await open(full, "w", 0o644);
  try {
    for (let left = entry.sizeBytes; left > 0;) {
      const chunk = await source.take(Math.min(left, 1 << 20));
      if (chunk.byteLength === 0) throw new ArchiveRefused("the archive ends within a file");
      await file.write(chunk);
      left -= chunk.byteLength;
    }
  } finally {
    await file.close();
  }
  if ((entry.mode & 0o100) !== 0) await chmod(full, 0o755);
  await source.skip(paddingOf(entry.sizeBytes));
}

function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}
