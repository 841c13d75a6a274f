/**
 * An encryption context as associated data: pairs sorted by the bytes of their names, each name and
 * value preceded by its length (4 bytes, big-endian). Two contexts have the same bytes only if they
 * hold the same pairs.
 */
export function encryptionContextAad(context: Readonly<Record<string, string>>): Uint8Array {
  const pairs = Object.entries(context).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  pairs.sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat(pairs.flatMap(([name, value]) => [lengthOf(name), name, lengthOf(value), value]));
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return length;
}
