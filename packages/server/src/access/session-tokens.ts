import { createHmac } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { iamId } from "../platform/index.ts";
import { SecretBox, subkey } from "./secret-box.ts";
import { readSession, type Session } from "./session.ts";

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Nothing longer was issued here: the packed scope has its own bound, and everything else is short. */
export const sessionTokenCharactersMax = 8192;
/** A session longer than this is compressed: what a header may carry is bounded, by clients as well. */
const plainBytesMax = 1024;
/** The first byte of a compressed session; a plain one begins with a brace. */
const compressedMark = Buffer.from([0]);

/**
 * Temporary credentials without a table: all that a session is stands in its token, sealed and bound
 * to the access key id; the secret is derived from the access key id.
 */
export class SessionTokens {
  readonly #box: SecretBox;
  readonly #secretKey: Uint8Array;

  constructor(tokenKey: Uint8Array) {
    this.#box = new SecretBox(tokenKey, "session tokens");
    this.#secretKey = subkey(tokenKey, "temporary secret access keys");
  }

  issue<S extends Session>(session: Omit<S, "accessKeyId">): { session: S; credentials: TemporaryCredentials } {
    const accessKeyId = iamId("ASIA");
    const issued = { ...session, accessKeyId } as unknown as S;
    const sealed = this.#box.sealBytes(packed(JSON.stringify(issued)), accessKeyId);
    const credentials = {
      accessKeyId,
      secretAccessKey: this.secretOf(accessKeyId),
      sessionToken: Buffer.from(sealed).toString("base64"),
      expiration: new Date(issued.expiresAt),
    };
    return { session: issued, credentials };
  }

  /** ② undefined for a token that was not issued here, was changed in any character, or belongs to another key id. */
  read(sessionToken: string, accessKeyId: string): Session | undefined {
    if (sessionToken.length > sessionTokenCharactersMax) return undefined;
    const sealed = Buffer.from(sessionToken, "base64");
    // Base64 has several spellings of the same bytes; one of them was issued.
    if (sealed.toString("base64") !== sessionToken) return undefined;
    const opened = this.#box.openBytes(sealed, accessKeyId);
    return opened === undefined ? undefined : readSession(unpacked(opened));
  }

  secretOf(accessKeyId: string): string {
    const mac = createHmac("sha256", this.#secretKey).update(accessKeyId).digest();
    return mac.subarray(0, 30).toString("base64").replaceAll("+", "x").replaceAll("/", "y");
  }
}

function packed(text: string): Buffer {
  const plain = Buffer.from(text);
  return plain.length <= plainBytesMax ? plain : Buffer.concat([compressedMark, deflateRawSync(plain)]);
}

/** Only what was sealed here comes this far, so its size is known to be bounded. */
function unpacked(bytes: Buffer): string {
  return bytes[0] === compressedMark[0] ? inflateRawSync(bytes.subarray(1)).toString() : bytes.toString();
}
