/** One entry of an archive: a file or a folder, by its relative path with forward slashes. */
export interface TarEntry {
  readonly path: string;
  readonly type: "file" | "folder";
  readonly sizeBytes: number;
  readonly executable: boolean;
}

export const blockBytes = 512;
const nameBytesMax = 100;
const prefixBytesMax = 155;
/** What eleven octal digits hold: 8 GiB less one byte. */
export const entryBytesMax = 8 ** 11 - 1;

/**
 * An entry's header blocks in POSIX's ustar form (IEEE Std 1003.1, pax). ⑧ Everything that would differ
 * between two runs is fixed: times are 0, the owner is 0:0 without a name, modes are 0644, 0755.
 * A path that ustar's two name fields cannot hold gets a pax header in front.
 */
export function tarHeader(entry: TarEntry): Uint8Array {
  const path = entry.type === "folder" ? `${entry.path}/` : entry.path;
  const split = splitName(path);
  if (split !== undefined) return ustarBlock(split, entry);
  const record = paxRecord("path", path);
  const padded = Buffer.alloc(Math.ceil(record.byteLength / blockBytes) * blockBytes);
  record.copy(padded);
  const paxName = { prefix: "", name: Buffer.from("././@PaxHeader") };
  const cut = { prefix: "", name: Buffer.from(path).subarray(0, nameBytesMax) };
  return Buffer.concat([block(paxName, "x", 0o644, record.byteLength), padded, ustarBlock(cut, entry)]);
}

interface SplitName {
  readonly prefix: string;
  readonly name: Uint8Array;
}

function splitName(path: string): SplitName | undefined {
  if (Buffer.byteLength(path) <= nameBytesMax) return { prefix: "", name: Buffer.from(path) };
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const prefix = path.slice(0, slash);
    const name = Buffer.from(path.slice(slash + 1));
    if (name.byteLength === 0 || Buffer.byteLength(prefix) > prefixBytesMax) return undefined;
    if (name.byteLength <= nameBytesMax) return { prefix, name };
  }
  return undefined;
}

function ustarBlock(split: SplitName, entry: TarEntry): Uint8Array {
  if (entry.type === "folder") return block(split, "5", 0o755, 0);
  return block(split, "0", entry.executable ? 0o755 : 0o644, entry.sizeBytes);
}

function block(split: SplitName, typeFlag: string, mode: number, sizeBytes: number): Uint8Array {
  const header = Buffer.alloc(blockBytes);
  header.set(split.name, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(sizeBytes, 11), 124);
  header.write(octal(0, 11), 136);
  header.write("        ", 148);
  header.write(typeFlag, 156);
  header.write("ustar\u000000", 257);
  header.write(split.prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\u0000 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** `<length> key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
