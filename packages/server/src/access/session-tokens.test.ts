import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { SecretBox } from "./secret-box.ts";
import { unscoped, type RoleTokenSession } from "./session.ts";
import { SessionTokens } from "./session-tokens.ts";

const tokenKey = randomBytes(32);
const session: Omit<RoleTokenSession, "accessKeyId"> = {
  kind: "role",
  roleId: "AROAAAAAAAAAAAAAAAAA",
  sessionName: "s1",
  issuedAt: 1,
  expiresAt: 2,
  ...unscoped,
  transitiveTagKeys: [],
};
const large = { ...session, sessionPolicies: [`{"Version":"2012-10-17","Statement":"${"x".repeat(2000)}"}`] };

describe("a session token", () => {
  for (const [what, one] of Object.entries({ plain: session, compressed: large })) {
    it(`gives back what was sealed, ${what}, to the key that it was issued with`, () => {
      const tokens = new SessionTokens(tokenKey);
      const { credentials, session: issued } = tokens.issue<RoleTokenSession>(one);
      assert.deepEqual(tokens.read(credentials.sessionToken, credentials.accessKeyId), issued);
      const other = tokens.issue<RoleTokenSession>(one).credentials;
      assert.equal(tokens.read(credentials.sessionToken, other.accessKeyId), undefined);
      assert.equal(
        new SessionTokens(randomBytes(32)).read(credentials.sessionToken, credentials.accessKeyId),
        undefined,
      );
    });

    it(`opens for no other text, ${what}: every bit of every byte changed, every length cut`, () => {
      const tokens = new SessionTokens(tokenKey);
      const { accessKeyId, sessionToken } = tokens.issue<RoleTokenSession>(one).credentials;
      const sealed = Buffer.from(sessionToken, "base64");
      for (let at = 0; at < sealed.length; at += 1) {
        for (let bit = 0; bit < 8; bit += 1) {
          const changed = Buffer.from(sealed);
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          assert.equal(tokens.read(changed.toString("base64"), accessKeyId), undefined, `bit ${bit} of byte ${at}`);
        }
        assert.equal(tokens.read(sealed.subarray(0, at).toString("base64"), accessKeyId), undefined);
      }
      for (let at = 0; at < sessionToken.length; at += 1) {
        const changed = String.fromCharCode(sessionToken.charCodeAt(at) ^ 1);
        const text = sessionToken.slice(0, at) + changed + sessionToken.slice(at + 1);
        assert.equal(tokens.read(text, accessKeyId), undefined, `character ${at}`);
      }
    });
  }

  it("opens in its one spelling only", () => {
    const tokens = new SessionTokens(tokenKey);
    const { accessKeyId, sessionToken } = tokens.issue<RoleTokenSession>(session).credentials;
    for (const text of [
      `${sessionToken}=`,
      `${sessionToken} `,
      ` ${sessionToken}`,
      `${sessionToken}\n`,
      `${sessionToken.slice(0, -1)}-`,
    ]) {
      assert.equal(tokens.read(text, accessKeyId), undefined);
    }
    assert.equal(tokens.read("A".repeat(10_000), accessKeyId), undefined);
    assert.equal(tokens.read("", accessKeyId), undefined);
  });

  it("opens in the form that it had before there were other sessions than roles'", () => {
    const former = {
      accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
      roleId: "AROA",
      sessionName: "s1",
      issuedAt: 1,
      expiresAt: 2,
      tags: {},
    };
    const text = JSON.stringify({ ...former, sessionPolicy: "{}" });
    const sealed = new SecretBox(tokenKey, "session tokens").seal(text, former.accessKeyId);
    const read = new SessionTokens(tokenKey).read(Buffer.from(sealed).toString("base64"), former.accessKeyId);
    const rest = { sessionPolicies: ["{}"], sessionPolicyArns: [], transitiveTagKeys: [] };
    assert.deepEqual(read, { kind: "role", ...former, ...rest });
  });
});
