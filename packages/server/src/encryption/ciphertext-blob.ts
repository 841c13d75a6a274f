import { encryptionContextAad, open, seal } from "@strongroom/envelope";

/*
 * What Encrypt and GenerateDataKey give out: version (1 byte) | key id (16) | key version (4) | sealed
 * message. The sealed message has a key of its own, derived from the key material and a random salt,
 * and is bound to the blob's header, to the key's ARN and to the encryption context.
 */
const blobVersion = 1;
const keyIdBytes = 16;
const headerBytes = 1 + keyIdBytes + 4;

export type EncryptionContext = Readonly<Record<string, string>>;

/** Which key, and which version of its material, a ciphertext names. Nothing of it is proven yet. */
interface BlobHeader {
  readonly keyId: string;
  readonly version: number;
}

export function readBlobHeader(blob: Uint8Array): BlobHeader | undefined {
  if (blob.byteLength < headerBytes || blob[0] !== blobVersion) return undefined;
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, headerBytes);
  const hex = bytes.toString("hex", 1, 1 + keyIdBytes);
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return { keyId, version: bytes.readUInt32BE(1 + keyIdBytes) };
}

export function sealBlob(
  material: Uint8Array,
  header: BlobHeader,
  keyArn: string,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Uint8Array {
  const headerPart = Buffer.alloc(headerBytes);
  headerPart[0] = blobVersion;
  headerPart.write(header.keyId.replaceAll("-", ""), 1, "hex");
  headerPart.writeUInt32BE(header.version, 1 + keyIdBytes);
  return Buffer.concat([headerPart, seal(material, plaintext, aadOf(headerPart, keyArn, context))]);
}

/** Undefined where material, key, context or any byte differs. */
export function openBlob(
  material: Uint8Array,
  blob: Uint8Array,
  keyArn: string,
  context: EncryptionContext,
): Uint8Array | undefined {
  const aad = aadOf(blob.subarray(0, headerBytes), keyArn, context);
  return open(material, blob.subarray(headerBytes), aad);
}

function aadOf(header: Uint8Array, keyArn: string, context: EncryptionContext): Uint8Array {
  // The ARN ends with a zero byte, which no ARN holds; what follows is prefixed with its lengths.
  return Buffer.concat([header, Buffer.from(`${keyArn}\0`), encryptionContextAad(context)]);
}
