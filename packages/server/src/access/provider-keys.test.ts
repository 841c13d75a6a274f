import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import { issueServerCertificate, makeAuthority } from "../encryption/certificate-authority.ts";
import type { IdentityProvider } from "./identity-provider-store.ts";
import { ProviderKeys } from "./provider-keys.ts";
import { newSigningKey, openIssuer, type Issuer } from "./testing/issuer.ts";

const key = await newSigningKey("one");

function providerOf({ url }: Issuer, thumbprints: readonly string[] = []): IdentityProvider {
  return {
    arn: `arn:aws:iam::111122223333:oidc-provider/${url}`,
    url,
    clientIds: [],
    thumbprints,
    createdAt: 0,
    tags: {},
  };
}

async function found(keys: ProviderKeys, provider: IdentityProvider, kid = "one"): Promise<string> {
  try {
    const resolve = await keys.of(provider);
    await resolve({ alg: "RS256", kid }, { payload: "", signature: "" });
    return "found";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "?";
  }
}

describe("the keys of a provider", () => {
  it("are asked for again when a token names a new one, so that they can be rotated", async () => {
    await using issuer = await openIssuer();
    issuer.keys = [key.jwk];
    const keys = new ProviderKeys({ unknownKeyCooldownMs: 0 });
    assert.equal(await found(keys, providerOf(issuer)), "found");
    const next = await newSigningKey("two");
    issuer.keys = [next.jwk];
    assert.equal(await found(keys, providerOf(issuer), "two"), "found");
    assert.match(await found(keys, providerOf(issuer), "one"), /JWKSNoMatchingKey/, "the old key was taken back");
  });

  it("are not asked for with every token that names an unknown one", async () => {
    await using issuer = await openIssuer();
    issuer.keys = [key.jwk];
    const keys = new ProviderKeys();
    for (let at = 0; at < 20; at += 1)
      assert.match(await found(keys, providerOf(issuer), `none-${at}`), /JWKSNoMatchingKey/);
    assert.equal(issuer.asked.length, 2);
  });

  const failures: Readonly<Record<string, RequestListener>> = {
    "an error": (_, response) => void response.writeHead(500).end(),
    "a redirection": (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    "what is no JSON": (_, response) => void response.end("<html>"),
    "what is no object": (_, response) => void response.end("7"),
    "another issuer's document": (_, response) =>
      void response.end('{"issuer":"https://other","jwks_uri":"https://other"}'),
    "more than there is room for": (_, response) => void response.end(`"${"x".repeat(300_000)}"`),
    "a connection that breaks": (request) => void request.socket.destroy(),
  };
  for (const [what, listener] of Object.entries(failures)) {
    it(`are not to be had where the provider answers with ${what}, and it is left alone then`, async () => {
      await using issuer = await openIssuer();
      issuer.instead = listener;
      const keys = new ProviderKeys();
      assert.match(await found(keys, providerOf(issuer)), /^ProviderUnreachable: /);
      const { length } = issuer.asked;
      assert.match(await found(keys, providerOf(issuer)), /^ProviderUnreachable: /);
      assert.ok(issuer.asked.length - length <= 1, "asked again at most for the document that did come");
    });
  }

  it("are not waited for longer than a few seconds", async () => {
    await using issuer = await openIssuer();
    issuer.instead = () => undefined;
    const begun = performance.now();
    assert.match(await found(new ProviderKeys(), providerOf(issuer)), /ProviderUnreachable: it took too long/);
    assert.ok(performance.now() - begun < 8000);
  });

  it("are taken from this machine alone without TLS, also where a document points elsewhere", async () => {
    await using issuer = await openIssuer();
    for (const address of ["http://192.0.2.1/keys", "file:///etc/passwd", "ftp://127.0.0.1/keys", "not an address"]) {
      issuer.instead = (_, response) => void response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: address }));
      assert.match(
        await found(new ProviderKeys(), providerOf(issuer)),
        /ProviderUnreachable: the discovery document names no/,
      );
    }
  });
});

describe("the certificate of a provider", () => {
  it("leads to one whose thumbprint was registered", async () => {
    const authority = await makeAuthority(new Date());
    const leaf = await issueServerCertificate(authority, ["127.0.0.1"], new Date());
    await using issuer = await openIssuer({ key: leaf.key, cert: leaf.cert + authority.certificatePem });
    issuer.keys = [key.jwk];
    const pinned = thumbprint(authority.certificatePem);
    assert.equal(await found(new ProviderKeys(), providerOf(issuer, [pinned])), "found");
    assert.equal(await found(new ProviderKeys(), providerOf(issuer, ["a".repeat(40), pinned])), "found");
    for (const thumbprints of [[], ["a".repeat(40)]]) {
      assert.match(await found(new ProviderKeys(), providerOf(issuer, thumbprints)), /^ProviderUnreachable: [A-Z_]+/);
    }
  });

  it("is refused where the registered one is only shown along, and where the name is another", async () => {
    const [authority, impostor] = [await makeAuthority(new Date()), await makeAuthority(new Date())];
    const forged = await issueServerCertificate(impostor, ["127.0.0.1"], new Date());
    const elsewhere = await issueServerCertificate(authority, ["login.example.com"], new Date());
    for (const leaf of [forged, elsewhere]) {
      await using issuer = await openIssuer({ key: leaf.key, cert: leaf.cert + authority.certificatePem });
      issuer.keys = [key.jwk];
      const provider = providerOf(issuer, [thumbprint(authority.certificatePem)]);
      assert.match(await found(new ProviderKeys(), provider), /^ProviderUnreachable: [A-Z_]+/);
    }
  });
});

function thumbprint(pem: string): string {
  return new X509Certificate(pem).fingerprint.replaceAll(":", "").toLowerCase();
}
