import { createHmac } from "node:crypto";
import { iamId } from "../platform/index.ts";
import type { Tags } from "./identity.ts";
import { SecretBox, subkey } from "./secret-box.ts";

/** What a session token holds, sealed. Times are epoch milliseconds. */
export interface Session {
  readonly accessKeyId: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly sessionPolicy?: string | undefined;
  readonly tags: Tags;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

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

  issue(session: Omit<Session, "accessKeyId">): { session: Session; credentials: TemporaryCredentials } {
    const issued: Session = { ...session, accessKeyId: iamId("ASIA") };
    const sealed = this.#box.seal(JSON.stringify(issued), issued.accessKeyId);
    const credentials = {
      accessKeyId: issued.accessKeyId,
      secretAccessKey: this.secretOf(issued.accessKeyId),
      sessionToken: Buffer.from(sealed).toString("base64"),
      expiration: new Date(issued.expiresAt),
    };
    return { session: issued, credentials };
  }

  /** ② undefined for a token that was not issued here, was changed, or belongs to another key id. */
  read(sessionToken: string, accessKeyId: string): Session | undefined {
    const text = this.#box.open(Buffer.from(sessionToken, "base64"), accessKeyId);
    return text === undefined ? undefined : (JSON.parse(text) as Session);
  }

  secretOf(accessKeyId: string): string {
    const mac = createHmac("sha256", this.#secretKey).update(accessKeyId).digest();
    return mac.subarray(0, 30).toString("base64").replaceAll("+", "x").replaceAll("/", "y");
  }
}
