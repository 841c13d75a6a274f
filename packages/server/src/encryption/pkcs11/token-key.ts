import { randomBytes } from "node:crypto";
import { CallMemory } from "./call-memory.ts";
import { TokenRefusal, TokenSession, type TokenPlace } from "./token.ts";

const cka = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  wrap: 0x106,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  valueLen: 0x161,
  extractable: 0x162,
} as const;
const ckm = { aesKeyGen: 0x1080, aesGcm: 0x1087 } as const;
const secretKeyClass = 4;
const aesKeyType = 0x1f;
const aesKeyBytes = 32;
const gcmNonceBytes = 12;
const gcmTagBytes = 16;

const word = (value: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const yes = Uint8Array.of(1);
const no = Uint8Array.of(0);

/** Bytes under the token's key with AES-256-GCM: nonce (12) | ciphertext | tag (16). Makes the key where there is none. */
export function encryptInToken(place: TokenPlace, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  using session = new TokenSession(place);
  const key = findKey(session, place.key) ?? generateKey(session, place.key);
  using memory = new CallMemory();
  const nonce = randomBytes(gcmNonceBytes);
  session.do("C_EncryptInit", gcm(memory, nonce, aad), key);
  const out = memory.room(plaintext.byteLength + gcmTagBytes);
  const length = memory.words(out.bytes.byteLength);
  session.do("C_Encrypt", memory.put(plaintext), plaintext.byteLength, out.address, length.address);
  return Buffer.concat([nonce, out.bytes.subarray(0, Number(length.values[0]))]);
}

/** What was encrypted. Throws TokenRefusal where the token, its key or a byte is another one. */
export function decryptInToken(place: TokenPlace, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  using session = new TokenSession(place);
  const key = findKey(session, place.key);
  if (key === undefined) throw new TokenRefusal(`the token has no AES key with the label ${place.key}`);
  using memory = new CallMemory();
  const ciphertext = sealed.subarray(gcmNonceBytes);
  session.do("C_DecryptInit", gcm(memory, sealed.subarray(0, gcmNonceBytes), aad), key);
  // The buffer is as long as the ciphertext: modules may ask for that much.
  const out = memory.room(ciphertext.byteLength);
  const length = memory.words(ciphertext.byteLength);
  session.do("C_Decrypt", memory.put(ciphertext), ciphertext.byteLength, out.address, length.address);
  const plaintext = Buffer.allocUnsafeSlow(Number(length.values[0]));
  plaintext.set(out.bytes.subarray(0, plaintext.byteLength));
  return plaintext;
}

/** CK_MECHANISM with CK_GCM_PARAMS. */
function gcm(memory: CallMemory, nonce: Uint8Array, aad: Uint8Array): bigint {
  const lengths = [nonce.byteLength, nonce.byteLength * 8];
  const parameters = memory.words(memory.put(nonce), ...lengths, memory.put(aad), aad.byteLength, gcmTagBytes * 8);
  return memory.words(ckm.aesGcm, parameters.address, parameters.values.byteLength).address;
}

/** ④ a key that the token would hand out is not one to hold the root under: it is refused. */
function findKey(session: TokenSession, label: string): bigint | undefined {
  using memory = new CallMemory();
  const entries = [
    [cka.class, word(secretKeyClass)],
    [cka.keyType, word(aesKeyType)],
    [cka.label, Buffer.from(label)],
  ] as const;
  session.do("C_FindObjectsInit", memory.attributes(entries), entries.length);
  const found = memory.words(0, 0);
  const count = memory.words(0);
  session.do("C_FindObjects", found.address, 2, count.address);
  session.do("C_FindObjectsFinal");
  if (count.values[0] === 0n) return undefined;
  if (count.values[0] !== 1n) throw new TokenRefusal(`the token has several AES keys with the label ${label}`);
  const key = found.values[0] ?? 0n;
  const sensitive = memory.room(1);
  const extractable = memory.room(1);
  const asked = memory.words(cka.sensitive, sensitive.address, 1, cka.extractable, extractable.address, 1);
  session.do("C_GetAttributeValue", key, asked.address, 2);
  if (sensitive.bytes[0] !== 1 || extractable.bytes[0] !== 0) {
    throw new TokenRefusal(`the key ${label} can be taken out of its token: it must be sensitive and not extractable`);
  }
  return key;
}

function generateKey(session: TokenSession, label: string): bigint {
  using memory = new CallMemory();
  const entries = [
    [cka.label, Buffer.from(label)],
    [cka.token, yes],
    [cka.private, yes],
    [cka.sensitive, yes],
    [cka.extractable, no],
    [cka.encrypt, yes],
    [cka.decrypt, yes],
    [cka.wrap, no],
    [cka.unwrap, no],
    [cka.sign, no],
    [cka.verify, no],
    [cka.valueLen, word(aesKeyBytes)],
  ] as const;
  const key = memory.words(0);
  const mechanism = memory.words(ckm.aesKeyGen, 0, 0).address;
  session.do("C_GenerateKey", mechanism, memory.attributes(entries), entries.length, key.address);
  return key.values[0] ?? 0n;
}
