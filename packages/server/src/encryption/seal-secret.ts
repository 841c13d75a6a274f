import type { TokenPlace } from "./pkcs11/token.ts";
import type { SealShare } from "./share-text.ts";

/** What the operator opens the seal with. A key file holds at least 32 bytes that nobody can guess. */
export type SealSecret =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "key-file"; readonly content: Uint8Array }
  | { readonly kind: "pkcs11"; readonly token: TokenPlace }
  /** As many as the seal's threshold, or more. */
  | { readonly kind: "shares"; readonly shares: readonly SealShare[] };

/** What a seal is made with: a secret that is there, or shares that are made with it. */
export type NewSecret =
  | Exclude<SealSecret, { readonly kind: "shares" }>
  | { readonly kind: "shares"; readonly threshold: number; readonly count: number };

export type SecretKind = SealSecret["kind"];

export const secretNames: Readonly<Record<SecretKind, string>> = {
  passphrase: "passphrase",
  "key-file": "key file",
  pkcs11: "PKCS #11 token",
  shares: "shares",
};

/** Whether the new secret is the old one. A seal is made anew under the same token: its key is told by nobody. */
export function isSameSecret(old: SealSecret, secret: NewSecret): boolean {
  if (old.kind === "passphrase" && secret.kind === "passphrase") {
    return old.passphrase.normalize("NFC") === secret.passphrase.normalize("NFC");
  }
  return old.kind === "key-file" && secret.kind === "key-file" && Buffer.compare(old.content, secret.content) === 0;
}

const keyFileBytesMin = 32;
const sharesMax = 255;

/** Why nothing is sealed with this, in a sentence; undefined where it is. */
export function weaknessOf(secret: NewSecret): string | undefined {
  switch (secret.kind) {
    case "passphrase":
      return secret.passphrase === "" ? "the passphrase is empty" : undefined;
    case "key-file":
      return secret.content.byteLength < keyFileBytesMin
        ? `the key file has fewer than ${keyFileBytesMin} bytes`
        : undefined;
    case "pkcs11":
      return undefined;
    case "shares": {
      const { threshold, count } = secret;
      const whole = Number.isInteger(threshold) && Number.isInteger(count);
      const fits = whole && threshold >= 2 && threshold <= count && count <= sharesMax;
      return fits
        ? undefined
        : `a seal has 2 to ${sharesMax} shares and a threshold of 2 to as many as there are shares`;
    }
  }
}
