import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { softToken as newToken, softTokenLacks } from "../testing/soft-token.ts";
import { decryptInToken, encryptInToken } from "./token-key.ts";

const aad = Buffer.from("what it is for");

async function softToken() {
  const token = await newToken();
  process.env["SOFTHSM2_CONF"] = token.settings;
  return token;
}

describe("a key in a token", { skip: softTokenLacks }, () => {
  test("encrypts and decrypts, and a changed byte, text or label opens nothing", async () => {
    await using token = await softToken();
    const secret = randomBytes(32);
    const sealed = encryptInToken(token.place, secret, aad);
    assert.deepEqual(Buffer.from(decryptInToken(token.place, sealed, aad)), secret);
    assert.notDeepEqual(encryptInToken(token.place, secret, aad), sealed);
    for (let at = 0; at < sealed.byteLength; at += 5) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => decryptInToken(token.place, changed, aad), { name: "TokenRefusal" });
    }
    assert.throws(() => decryptInToken(token.place, sealed, Buffer.from("another")), { name: "TokenRefusal" });
    const otherKey = { ...token.place, key: "another" };
    assert.throws(() => decryptInToken(otherKey, sealed, aad), { message: /no AES key with the label another/ });
  });

  test("says what is wrong, and never the PIN", async () => {
    await using token = await softToken();
    const wrong = [
      [{ pin: "13572468" }, /the PIN is wrong/],
      [{ token: "absent" }, /no token with the label absent/],
      [{ module: "/usr/lib/absent.so" }, /\/usr\/lib\/absent\.so cannot be loaded/],
      [{ module: "/usr/lib/x86_64-linux-gnu/libc.so.6" }, /cannot be loaded as a PKCS #11 module/],
    ] as const;
    for (const [change, message] of wrong) {
      const place = { ...token.place, ...change };
      assert.throws(
        () => encryptInToken(place, randomBytes(32), aad),
        (error: Error) =>
          error.name === "TokenRefusal" && message.test(error.message) && !error.message.includes(place.pin),
      );
    }
  });

  test("pkcs11-tool sees the key that was made: in the token, sensitive, never to be taken out", async () => {
    await using token = await softToken();
    encryptInToken(token.place, randomBytes(32), aad);
    const listed = token.pkcs11Tool("--list-objects", "--type", "secrkey");
    assert.match(listed, /AES length 32/);
    assert.match(listed, new RegExp(`label:\\s+${token.place.key}`));
    assert.match(listed, /Access:\s+sensitive, always sensitive, never extractable, local/);
    assert.match(listed, /Usage:\s+encrypt, decrypt\n/);
  });

  test("a key that its token would hand out is refused, and two of one name are, too", async () => {
    await using token = await softToken();
    const make = (...words: string[]) =>
      token.pkcs11Tool("--keygen", "--key-type", "AES:32", "--label", token.place.key, ...words);
    make("--extractable");
    assert.throws(() => encryptInToken(token.place, randomBytes(32), aad), { message: /can be taken out/ });
    make("--sensitive");
    assert.throws(() => encryptInToken(token.place, randomBytes(32), aad), { message: /several AES keys/ });
  });
});
