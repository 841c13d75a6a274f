import type { Offer } from "./encryption/index.ts";
import type { TokenConfig } from "./platform/index.ts";

/**
 * What a line on the socket asks for. `place` is the token that the server was started with: which library is loaded is
 * not for the line to say.
 */
export function readOffer(
  asked: unknown,
  place: TokenConfig | undefined,
): "status" | Offer | { readonly refused: string } {
  if (typeof asked !== "object" || asked === null) return { refused: "a request is one line of JSON" };
  const { do: what, kind, text } = asked as Readonly<Record<string, unknown>>;
  if (what === "status") return "status";
  if (what !== "offer" || typeof text !== "string") return { refused: "a request is a status or an offer" };
  switch (kind) {
    case "share":
      return { kind, text };
    case "passphrase":
      return { kind, passphrase: text };
    case "key-file":
      return { kind, content: Buffer.from(text, "base64") };
    case "pkcs11":
      if (place !== undefined) return { kind, token: { ...place, pin: text } };
      return { refused: "the server was started without STRONGROOM_PKCS11_MODULE and STRONGROOM_PKCS11_TOKEN" };
    default:
      return { refused: "an offer is a share, a passphrase, a key file or the PIN of a token" };
  }
}
