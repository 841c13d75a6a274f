import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * A grant token: grant id (32 bytes) | nonce (16) | HMAC-SHA256 over both (32), in base64url. It proves that
 * this server once made the grant; it gives nothing beside it, since a grant counts from its creation on.
 */
const idBytes = 32;
const nonceBytes = 16;
const macBytes = 32;

/** A grant's token; each one is another. `grantId`: 64 hexadecimal digits. */
export function grantToken(key: Uint8Array, grantId: string): string {
  const claim = Buffer.concat([Buffer.from(grantId, "hex"), randomBytes(nonceBytes)]);
  return Buffer.concat([claim, macOf(key, claim)]).toString("base64url");
}

/** The id of the grant that a token was made for; undefined where it is no token of ours. */
export function readGrantToken(key: Uint8Array, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.byteLength !== idBytes + nonceBytes + macBytes) return undefined;
  const claim = bytes.subarray(0, idBytes + nonceBytes);
  if (!timingSafeEqual(macOf(key, claim), bytes.subarray(idBytes + nonceBytes))) return undefined;
  return claim.toString("hex", 0, idBytes);
}

function macOf(key: Uint8Array, claim: Uint8Array): Buffer {
  return createHmac("sha256", key).update("strongroom grant token 1\0").update(claim).digest();
}
