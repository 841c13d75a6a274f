import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { signMessage, verifyMessage } from "./signatures.ts";

test("Ed25519ph gives RFC 8032's own example (7.3), and takes nothing else for it", () => {
  const seed = Buffer.from("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "hex");
  const publicHex = "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf";
  const wanted =
    "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41" +
    "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
  // PKCS #8 of an Ed25519 key (RFC 8410): these bytes, and the seed.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  assert.ok(publicKey.export({ format: "der", type: "spki" }).toString("hex").includes(publicHex));
  const message = { algorithm: "ED25519_PH_SHA_512", type: "DIGEST", bytes: Buffer.from("abc") } as const;
  const signature = Buffer.from(signMessage(privateKey, message));
  assert.equal(signature.toString("hex"), wanted);
  assert.equal(verifyMessage(publicKey, message, signature), true);
  assert.equal(verifyMessage(publicKey, { ...message, bytes: Buffer.from("abd") }, signature), false);
  assert.equal(verifyMessage(publicKey, { ...message, algorithm: "ED25519_SHA_512", type: "RAW" }, signature), false);
  assert.equal(verifyMessage(publicKey, message, signature.subarray(1)), false);
  for (let at = 0; at < signature.byteLength; at += 1) {
    const changed = Buffer.from(signature);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(verifyMessage(publicKey, message, changed), false, `byte ${at}`);
  }
});
