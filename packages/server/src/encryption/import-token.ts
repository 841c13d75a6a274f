import { open, seal } from "@strongroom/envelope";

/*
 * An import token: which wrapping key it belongs to and until when it counts, sealed, and bound to the ARN of
 * the key that the material is for. The wrapping key itself stays here.
 */
interface TokenClaim {
  readonly tokenId: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
}

export function importToken(tokenKey: Uint8Array, keyArn: string, claim: TokenClaim): Uint8Array {
  return seal(tokenKey, Buffer.from(JSON.stringify(claim)), aadOf(keyArn));
}

/** Undefined where it is no token of ours, or one for another key. */
export function readImportToken(tokenKey: Uint8Array, keyArn: string, token: Uint8Array): TokenClaim | undefined {
  const opened = open(tokenKey, token, aadOf(keyArn));
  // It opened: this server wrote it, in this shape.
  return opened && (JSON.parse(Buffer.from(opened).toString("utf8")) as TokenClaim);
}

function aadOf(keyArn: string): Uint8Array {
  return Buffer.from(`strongroom import token 1\0${keyArn}`);
}
