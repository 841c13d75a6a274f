import assert from "node:assert/strict";
import { createHmac, type webcrypto } from "node:crypto";
import { describe, it } from "node:test";
import { exportSPKI, importJWK, type JWTPayload } from "jose";
import { isRefused } from "./refusal.ts";
import { openTestAccount, type TestAccount } from "./testing/account.ts";
import { idToken, newSigningKey, openIssuer, type Issuer, type SigningKey } from "./testing/issuer.ts";

const keys = { rsa: await newSigningKey("one"), ec: await newSigningKey("two", "ES256") };

interface World {
  readonly account: TestAccount;
  readonly issuer: Issuer;
  readonly arn: string;
  /** Who the token proves, or why nobody. */
  readonly prove: (token: string) => Promise<string>;
  readonly token: (claims?: object, key?: SigningKey) => Promise<string>;
}

/** An account that trusts an issuer for the audience `client`. */
async function inWorld(
  test: (world: World) => Promise<void>,
  tls?: { key: string; cert: string },
  thumbprints: string[] = [],
) {
  await using issuer = await openIssuer(tls);
  using account = openTestAccount();
  issuer.keys = [keys.rsa.jwk, keys.ec.jwk];
  const made = account.access.identityProviders.create({
    url: issuer.url,
    clientIds: ["client"],
    thumbprints,
    tags: {},
  });
  assert(!isRefused(made));
  const request = account.as({ kind: "anonymous", arn: "anonymous", accountId: "" });
  await test({
    account,
    issuer,
    arn: made.arn,
    async prove(token) {
      const proven = await account.access.webIdentities.prove(request, token);
      return proven.kind === "proven" ? proven.principal.subject : `${proven.reason}: ${proven.message}`;
    },
    token: (claims = {}, key = keys.rsa) => idToken(issuer.url, key, account.clock.now(), claims as JWTPayload),
  });
}

describe("an identity token", () => {
  it("proves who its provider says it is, signed with RSA or an elliptic curve", async () => {
    await inWorld(async ({ prove, token, issuer }) => {
      assert.equal(await prove(await token()), "ann");
      assert.equal(await prove(await token({ aud: ["other", "client"], azp: "client" }, keys.ec)), "ann");
      assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/keys"], "keys are asked for once");
    });
  });

  it("gives trust policies its claims, the party it was issued to standing as the audience", async () => {
    await inWorld(async ({ account, token, issuer }) => {
      const request = account.as({ kind: "anonymous", arn: "anonymous", accountId: "" });
      const claims = {
        aud: ["api", "client"],
        azp: "client",
        amr: ["pwd", "otp"],
        email: "ann@example.com",
        roles: ["x"],
      };
      const proven = await account.access.webIdentities.prove(request, await token(claims));
      assert(proven.kind === "proven");
      const host = issuer.url.replace("http://", "");
      assert.deepEqual(proven.principal.claimKeys, {
        [`${host}:aud`]: ["client"],
        [`${host}:sub`]: ["ann"],
        [`${host}:amr`]: ["pwd", "otp"],
        [`${host}:email`]: ["ann@example.com"],
        [`${host}:oaud`]: ["api", "client"],
      });
    });
  });

  it("is refused when it is signed with nothing, or with what everybody knows", async () => {
    await inWorld(async ({ prove, token }) => {
      const [header = "", payload = "", signature = ""] = (await token()).split(".");
      const headed = (head: object) => Buffer.from(JSON.stringify(head)).toString("base64url");
      const none = `${headed({ alg: "none" })}.${payload}.`;
      assert.match(await prove(none), /^invalid-token/);
      assert.match(await prove(`${headed({ alg: "none", kid: "one" })}.${payload}.${signature}`), /^invalid-token/);
      // The public key as the secret of an HMAC: as its PEM, and as its JWK.
      const publicKey = await importJWK({ ...keys.rsa.jwk }, "RS256", { extractable: true });
      for (const secret of [await exportSPKI(publicKey as webcrypto.CryptoKey), JSON.stringify(keys.rsa.jwk)]) {
        const signed = `${headed({ alg: "HS256", kid: "one" })}.${payload}`;
        const mac = createHmac("sha256", secret).update(signed).digest("base64url");
        assert.match(await prove(`${signed}.${mac}`), /^invalid-token/);
      }
      assert.match(await prove(`${header}.${payload}.`), /^invalid-token/);
    });
  });

  it("is refused when it was changed: every byte of it", async () => {
    await inWorld(async ({ prove, token }) => {
      const whole = await token();
      for (let at = 0; at < whole.length; at += 1) {
        const other = whole[at] === "A" ? "B" : "A";
        const changed = whole.slice(0, at) + other + whole.slice(at + 1);
        // The last character of each part has bits that stand for nothing.
        if (sameBytes(changed, whole)) continue;
        assert.notEqual(await prove(changed), "ann", `character ${at}`);
      }
      for (const text of [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        whole.slice(0, -2),
        `${whole}.x`,
        whole.replaceAll(".", ""),
      ]) {
        assert.match(await prove(text), /^invalid-token/, text.slice(0, 20));
      }
    });
  });

  it("is refused with a key that the provider does not have", async () => {
    await inWorld(async ({ prove, token }) => {
      const stranger = await newSigningKey("one");
      assert.match(await prove(await token({}, stranger)), /^invalid-token: The signature of the token does not hold/);
      const unknown = await newSigningKey("three");
      assert.match(await prove(await token({}, unknown)), /^invalid-token: Couldn't retrieve verification key/);
      const asEc = { ...keys.ec, kid: "one" };
      assert.match(await prove(await token({}, asEc)), /^invalid-token/, "a key of another kind under a known name");
    });
  });

  it("is refused from an issuer that is not registered, also where a registered one signed it", async () => {
    await inWorld(async ({ prove, token, issuer }) => {
      for (const iss of [
        "https://login.example.com",
        `${issuer.url}/`,
        issuer.url.replace("http:", "https:"),
        undefined,
      ]) {
        assert.match(
          await prove(await token({ iss })),
          /^invalid-token: (No OpenIDConnect provider found|The ID Token)/,
        );
      }
      assert.deepEqual(issuer.asked, [], "nobody is asked for their sake");
    });
  });

  it("is refused before, and from the second of its expiry on", async () => {
    await inWorld(async ({ prove, token, account }) => {
      const now = Math.floor(account.clock.now().getTime() / 1000);
      const token5 = await token();
      assert.match(
        await prove(await token({ exp: now })),
        /^expired: Token expired: current date\/time \d+ must be before/,
      );
      assert.match(await prove(await token({ nbf: now + 120 })), /^rejected-claim: The token is not valid yet/);
      assert.match(await prove(await token({ iat: now + 120 })), /^rejected-claim: The token was issued in the future/);
      assert.equal(await prove(await token({ nbf: now + 30, iat: now + 30 })), "ann", "clocks differ a little");
      for (const missing of ["exp", "iat", "sub", "aud"]) {
        assert.match(await prove(await token({ [missing]: undefined })), /^invalid-token/, missing);
      }
      account.clock.advance(299_000);
      assert.equal(await prove(token5), "ann");
      account.clock.advance(1000);
      assert.match(await prove(token5), /^expired/);
    });
  });

  it("is refused for another audience, or issued to another party", async () => {
    await inWorld(async ({ prove, token, account, arn }) => {
      const wrong = /^invalid-token: Incorrect token audience$/;
      for (const aud of ["other", ["other", "more"], [], "CLIENT"])
        assert.match(await prove(await token({ aud })), wrong);
      for (const azp of ["other", 7]) assert.match(await prove(await token({ azp })), wrong);
      account.access.identityProviders.removeClientId(arn, "client");
      assert.match(await prove(await token()), wrong, "no audience is every audience to some");
      account.access.identityProviders.addClientId(arn, "client");
      assert.equal(await prove(await token()), "ann");
    });
  });

  it("carries session tags and a source identity in the claims that AWS names", async () => {
    await inWorld(async ({ account, token, prove }) => {
      const request = account.as({ kind: "anonymous", arn: "anonymous", accountId: "" });
      const claims = async (more: object) => {
        const proven = await account.access.webIdentities.prove(request, await token(more));
        assert(proven.kind === "proven");
        return [proven.tags, proven.transitiveTagKeys, proven.sourceIdentity];
      };
      const tags = "https://aws.amazon.com/tags";
      const nested = { principal_tags: { Team: ["risk"] }, transitive_tag_keys: ["Team"] };
      const expected = [[{ key: "Team", value: "risk" }], ["Team"], "ann"];
      const identity = { "https://aws.amazon.com/source_identity": "ann" };
      assert.deepEqual(await claims({ [tags]: nested, ...identity }), expected);
      const flat = { [`${tags}/principal_tags/Team`]: "risk", [`${tags}/transitive_tag_keys`]: ["Team"] };
      assert.deepEqual(await claims({ ...flat, ...identity }), expected);
      for (const wrong of [
        { principal_tags: { Team: ["a", "b"] } },
        { principal_tags: { Team: 7 } },
        { transitive_tag_keys: "Team" },
      ]) {
        assert.match(
          await prove(await token({ [tags]: wrong })),
          /^invalid-token: The claim .*tags is not of the form/,
        );
      }
      assert.match(await prove(await token({ "https://aws.amazon.com/source_identity": "a b" })), /^invalid-token/);
    });
  });
});

function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string) => text.split(".").map((part) => Buffer.from(part, "base64url").toString("hex"));
  return JSON.stringify(bytes(one)) === JSON.stringify(bytes(other));
}
