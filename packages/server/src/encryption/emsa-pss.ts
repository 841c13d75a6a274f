import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * RSASSA-PSS over a digest that was made elsewhere (RFC 8017, 9.1), since node:crypto signs whole messages
 * only. MGF1 and the salt's length go by the same digest, as AWS KMS has them.
 */
const trailer = 0xbc;

/** The encoded message of `bits` bits, to which the private key is then applied. */
export function encodePss(hash: string, digest: Uint8Array, bits: number): Buffer {
  const salt = randomBytes(digest.byteLength);
  const length = Math.ceil(bits / 8);
  const maskedLength = length - digest.byteLength - 1;
  const h = saltedHash(hash, digest, salt);
  const db = Buffer.concat([Buffer.alloc(maskedLength - salt.byteLength - 1), Buffer.of(1), salt]);
  const masked = xor(db, mask(hash, h, maskedLength));
  masked[0] = (masked[0] ?? 0) & topMask(length, bits);
  return Buffer.concat([masked, h, Buffer.of(trailer)]);
}

/** Does the encoded message `em` hold for the digest? */
export function verifyPss(hash: string, digest: Uint8Array, em: Uint8Array, bits: number): boolean {
  const length = Math.ceil(bits / 8);
  const saltBytes = digest.byteLength;
  const maskedLength = length - digest.byteLength - 1;
  if (em.byteLength !== length || maskedLength < saltBytes + 1 || em[length - 1] !== trailer) return false;
  const masked = em.subarray(0, maskedLength);
  const h = em.subarray(maskedLength, length - 1);
  if (((masked[0] ?? 0) & ~topMask(length, bits) & 0xff) !== 0) return false;
  const db = xor(masked, mask(hash, h, maskedLength));
  db[0] = (db[0] ?? 0) & topMask(length, bits);
  const paddingEnd = maskedLength - saltBytes - 1;
  if (db.subarray(0, paddingEnd).some((byte) => byte !== 0) || db[paddingEnd] !== 1) return false;
  return timingSafeEqual(h, saltedHash(hash, digest, db.subarray(paddingEnd + 1)));
}

function saltedHash(hash: string, digest: Uint8Array, salt: Uint8Array): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
}

/** MGF1 (RFC 8017, B.2.1). */
function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let made = 0, counter = 0; made < length; counter += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(number).digest();
    blocks.push(block);
    made += block.byteLength;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));
}

/** Which bits of the first byte may be set. */
function topMask(length: number, bits: number): number {
  return 0xff >> (8 * length - bits);
}
