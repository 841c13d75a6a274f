import { resolve } from "node:path";

/** A key in a PKCS #11 token: the module's library, the token's label and the key's. */
export interface TokenConfig {
  readonly module: string;
  readonly token: string;
  readonly key: string;
}

export type SecretConfig =
  | { readonly kind: "passphrase"; readonly text: string }
  | { readonly kind: "key-file"; readonly path: string }
  | { readonly kind: "pkcs11"; readonly place: TokenConfig; readonly pin: string }
  /** The server starts sealed and is opened later; `place` for a seal that lies in a token. */
  | { readonly kind: "asked"; readonly place: TokenConfig | undefined };

type Environment = Readonly<Record<string, string | undefined>>;
type Problem = { readonly problem: string };

/** The settings that are secrets themselves: they are wiped once they are read. */
export const secretVariables = ["STRONGROOM_PASSPHRASE", "STRONGROOM_PKCS11_PIN"] as const;

/** ④ exactly one secret: two that could open the seal would be two that an attacker could look for. */
export function readSecret(environment: Environment): SecretConfig | Problem {
  const passphrase = environment["STRONGROOM_PASSPHRASE"];
  const keyFile = environment["STRONGROOM_KEY_FILE"];
  const pin = environment["STRONGROOM_PKCS11_PIN"];
  const place = tokenOf(environment);
  if (place !== undefined && "problem" in place) return place;
  const given = [
    ...(passphrase === undefined ? [] : ["STRONGROOM_PASSPHRASE"]),
    ...(keyFile === undefined ? [] : ["STRONGROOM_KEY_FILE"]),
    ...(pin === undefined ? [] : ["STRONGROOM_PKCS11_PIN"]),
    ...(environment["STRONGROOM_SEALED"] === "1" ? ["STRONGROOM_SEALED"] : []),
  ];
  if (given.length > 1) return { problem: `both ${given.join(" and ")} are given: the root key has one seal` };
  if (passphrase !== undefined) return { kind: "passphrase", text: passphrase };
  if (keyFile !== undefined) return { kind: "key-file", path: resolve(keyFile) };
  if (environment["STRONGROOM_SEALED"] === "1") return { kind: "asked", place };
  if (pin !== undefined) {
    if (place !== undefined) return { kind: "pkcs11", place, pin };
    return { problem: "STRONGROOM_PKCS11_PIN is given, and STRONGROOM_PKCS11_MODULE names no module" };
  }
  if (place !== undefined) return { problem: "STRONGROOM_PKCS11_PIN is not given: nothing opens the token" };
  return {
    problem: "neither STRONGROOM_PASSPHRASE nor STRONGROOM_KEY_FILE is given: nothing to unseal the root key with",
  };
}

/** The token that the environment names; undefined where it names none. */
function tokenOf(environment: Environment): TokenConfig | Problem | undefined {
  const module = environment["STRONGROOM_PKCS11_MODULE"];
  if (module === undefined) return undefined;
  const token = environment["STRONGROOM_PKCS11_TOKEN"] ?? "";
  if (token === "") return { problem: "STRONGROOM_PKCS11_TOKEN names no token: it is the token's label" };
  return { module: resolve(module), token, key: environment["STRONGROOM_PKCS11_KEY"] ?? "strongroom" };
}
