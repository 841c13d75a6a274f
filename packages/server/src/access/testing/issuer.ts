import type { webcrypto } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly jwk: JWK;
}

/** An OpenID Connect provider on this machine whose every part a test can get wrong. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** What it publishes. */
  keys: readonly JWK[];
  /** Answers in place of the documents, for tests of what a provider may do. */
  instead: RequestListener | undefined;
  /** Documents that were asked for, by their paths. */
  readonly asked: readonly string[];
}

export async function newSigningKey(kid: string, alg = "RS256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** A token that holds for `client` for five minutes from `now`; claims stand above that, undefined ones are left out. */
export async function idToken(issuer: string, key: SigningKey, now: Date, claims: JWTPayload = {}): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  const all: Record<string, unknown> = { iss: issuer, sub: "ann", aud: "client", iat, exp: iat + 300, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return await new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey);
}

export async function openIssuer(tls?: { readonly key: string; readonly cert: string }): Promise<Issuer> {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? "");
    if (issuer.instead !== undefined) {
      issuer.instead(request, response);
      return;
    }
    const document = documentAt(request.url ?? "", issuer);
    response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document ?? {}));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    keys: [],
    instead: undefined,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

function documentAt(path: string, { url, keys }: Issuer): object | undefined {
  if (path === "/.well-known/openid-configuration") return { issuer: url, jwks_uri: `${url}/keys` };
  return path === "/keys" ? { keys } : undefined;
}
