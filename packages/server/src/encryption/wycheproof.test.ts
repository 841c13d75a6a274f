import assert from "node:assert/strict";
import { createECDH, createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unwrapPadded } from "./key-wrap-padded.ts";
import type { MacAlgorithm, SigningAlgorithm } from "./key-kind.ts";
import { agreed, macOf } from "./key-pair-use.ts";
import { oaepDecrypt } from "./rsa-encryption.ts";
import type { OaepAlgorithm } from "./rsa-encryption.ts";
import { verifyMessage } from "./signatures.ts";

/*
 * Project Wycheproof's vectors (https://github.com/C2SP/wycheproof, Apache-2.0, folder testvectors_v1), of which
 * no copy is kept here: WYCHEPROOF_VECTORS names the folder, or it lies beside the checkout.
 */
const beside = join(import.meta.dirname, "../../../../../shared/vectors/wycheproof");
const folder = process.env["WYCHEPROOF_VECTORS"] ?? beside;
const missing = existsSync(folder)
  ? false
  : "Wycheproof's vectors are not here: set WYCHEPROOF_VECTORS to the folder testvectors_v1 of C2SP/wycheproof";

interface Vector {
  readonly tcId: number;
  readonly result: "valid" | "invalid" | "acceptable";
  readonly flags?: readonly string[];
  readonly comment: string;
  readonly [member: string]: unknown;
}

interface Group {
  readonly tests: readonly Vector[];
  readonly [member: string]: unknown;
}

/** What we say of a vector; undefined: it is about something that is not offered. */
type Judge = (group: Group, vector: Vector) => boolean | undefined;

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === "string" ? value : "", "hex");

/** Judges every vector of a file, and fails with all of those that it gets wrong. */
function judged(file: string, judge: Judge): { readonly agreed: number; readonly notOffered: number } {
  const { testGroups } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { testGroups: Group[] };
  const wrong: string[] = [];
  const count = { agreed: 0, notOffered: 0 };
  for (const group of testGroups) {
    for (const vector of group.tests) {
      const verdict = judge(group, vector);
      const isRight = vector.result === "acceptable" || verdict === (vector.result === "valid");
      if (verdict === undefined) count.notOffered += 1;
      else if (isRight) count.agreed += 1;
      else wrong.push(`${file} ${vector.tcId} (${vector.result}): ${vector.comment}`);
    }
  }
  assert.deepEqual(wrong, []);
  return count;
}

const publicKeyOf = (der: unknown): KeyObject => createPublicKey({ key: bytes(der), format: "der", type: "spki" });

/** Undefined where the vector's key is none: some are of the wrong length. */
function readablePublicKey(der: unknown): KeyObject | undefined {
  try {
    return publicKeyOf(der);
  } catch {
    return undefined;
  }
}

const signatures: readonly (readonly [file: string, algorithm: SigningAlgorithm])[] = [
  ...["2048", "3072", "4096"].flatMap((size) =>
    (["256", "384", "512"] as const).map(
      (hash) => [`rsa_signature_${size}_sha${hash}_test.json`, `RSASSA_PKCS1_V1_5_SHA_${hash}`] as const,
    ),
  ),
  ["rsa_pss_2048_sha256_mgf1_32_test.json", "RSASSA_PSS_SHA_256"],
  ["rsa_pss_2048_sha384_mgf1_48_test.json", "RSASSA_PSS_SHA_384"],
  ["rsa_pss_3072_sha256_mgf1_32_test.json", "RSASSA_PSS_SHA_256"],
  ["rsa_pss_4096_sha256_mgf1_32_test.json", "RSASSA_PSS_SHA_256"],
  ["rsa_pss_4096_sha384_mgf1_48_test.json", "RSASSA_PSS_SHA_384"],
  ["rsa_pss_4096_sha512_mgf1_64_test.json", "RSASSA_PSS_SHA_512"],
  ["ecdsa_secp256r1_sha256_test.json", "ECDSA_SHA_256"],
  ["ecdsa_secp384r1_sha384_test.json", "ECDSA_SHA_384"],
  ["ecdsa_secp521r1_sha512_test.json", "ECDSA_SHA_512"],
  ["ecdsa_secp256k1_sha256_test.json", "ECDSA_SHA_256"],
];

for (const [file, algorithm] of signatures) {
  test(`Wycheproof: ${file}, messages and digests`, { skip: missing }, (context) => {
    const hash = `sha${algorithm.slice(-3)}`;
    const of =
      (type: "RAW" | "DIGEST"): Judge =>
      (group, vector) => {
        const message = bytes(vector["msg"]);
        const content = type === "RAW" ? message : createHash(hash).update(message).digest();
        const key = publicKeyOf(group["publicKeyDer"]);
        return verifyMessage(key, { algorithm, type, bytes: content }, bytes(vector["sig"]));
      };
    const counts = [judged(file, of("RAW")), judged(file, of("DIGEST"))];
    context.diagnostic(counts.map(({ agreed: held }) => `${held} held`).join(", "));
    assert.ok(counts.every(({ agreed: held }) => held > 50));
  });
}

test("Wycheproof: ed25519_test.json", { skip: missing }, (context) => {
  const { agreed: held } = judged("ed25519_test.json", (group, vector) => {
    const message = { algorithm: "ED25519_SHA_512", type: "RAW", bytes: bytes(vector["msg"]) } as const;
    return verifyMessage(publicKeyOf(group["publicKeyDer"]), message, bytes(vector["sig"]));
  });
  context.diagnostic(`${held} held`);
  assert.ok(held > 100);
});

for (const size of ["44", "65", "87"]) {
  test(`Wycheproof: mldsa_${size}_verify_test.json`, { skip: missing }, (context) => {
    const { agreed: held, notOffered } = judged(`mldsa_${size}_verify_test.json`, (group, vector) => {
      // KMS has no context, and a public key of another length never becomes a KMS key.
      if (typeof group["publicKeyDer"] !== "string" || (vector["ctx"] ?? "") !== "") return undefined;
      const message = { algorithm: "ML_DSA_SHAKE_256", type: "RAW", bytes: bytes(vector["msg"]) } as const;
      const key = readablePublicKey(group["publicKeyDer"]);
      return key !== undefined && verifyMessage(key, message, bytes(vector["sig"]));
    });
    context.diagnostic(`${held} held, ${notOffered} not offered`);
    assert.ok(held > 20);
  });
}

const oaep: readonly (readonly [file: string, algorithm: OaepAlgorithm])[] = [
  ["rsa_oaep_2048_sha1_mgf1sha1_test.json", "RSAES_OAEP_SHA_1"],
  ["rsa_oaep_2048_sha256_mgf1sha256_test.json", "RSAES_OAEP_SHA_256"],
  ["rsa_oaep_3072_sha256_mgf1sha256_test.json", "RSAES_OAEP_SHA_256"],
  ["rsa_oaep_4096_sha256_mgf1sha256_test.json", "RSAES_OAEP_SHA_256"],
];

for (const [file, algorithm] of oaep) {
  test(`Wycheproof: ${file}`, { skip: missing }, (context) => {
    const { agreed: held, notOffered } = judged(file, (group, vector) => {
      if (vector["label"] !== "") return undefined;
      const key = createPrivateKey({ key: bytes(group["privateKeyPkcs8"]), format: "der", type: "pkcs8" });
      const plaintext = oaepDecrypt(key, algorithm, bytes(vector["ct"]));
      return plaintext !== undefined && bytes(vector["msg"]).equals(plaintext);
    });
    context.diagnostic(`${held} held, ${notOffered} not offered`);
    assert.ok(held > 15);
  });
}

test("Wycheproof: aes_kwp_test.json", { skip: missing }, (context) => {
  const { agreed: held, notOffered } = judged("aes_kwp_test.json", (group, vector) => {
    if (group["keySize"] !== 256) return undefined;
    const opened = unwrapPadded(bytes(vector["key"]), bytes(vector["ct"]));
    return opened !== undefined && bytes(vector["msg"]).equals(opened);
  });
  context.diagnostic(`${held} held, ${notOffered} not offered`);
  assert.ok(held > 50);
});

for (const size of ["224", "256", "384", "512"] as const) {
  test(`Wycheproof: hmac_sha${size}_test.json`, { skip: missing }, (context) => {
    const { agreed: held, notOffered } = judged(`hmac_sha${size}_test.json`, (group, vector) => {
      // KMS gives whole codes only.
      if (group["tagSize"] !== Number(size)) return undefined;
      const algorithm: MacAlgorithm = `HMAC_SHA_${size}`;
      return bytes(vector["tag"]).equals(macOf(bytes(vector["key"]), algorithm, bytes(vector["msg"])));
    });
    context.diagnostic(`${held} held, ${notOffered} not offered`);
    assert.ok(held > 50);
  });
}

const agreements = [
  ["secp256r1", "prime256v1", "P-256", 32],
  ["secp384r1", "secp384r1", "P-384", 48],
  ["secp521r1", "secp521r1", "P-521", 66],
] as const;

for (const [name, curve, crv, size] of agreements) {
  test(`Wycheproof: ecdh_${name}_test.json`, { skip: missing }, (context) => {
    const { agreed: held } = judged(`ecdh_${name}_test.json`, (_group, vector) => {
      const secret = agreed(privateKeyFrom(bytes(vector["private"]), curve, crv, size), bytes(vector["public"]));
      // A compressed point is right elsewhere; here only the form that GetPublicKey gives is taken.
      if (secret === undefined && vector.flags?.includes("CompressedPoint") === true) return undefined;
      return secret !== undefined && bytes(vector["shared"]).equals(secret);
    });
    context.diagnostic(`${held} held`);
    assert.ok(held > 200);
  });
}

function privateKeyFrom(scalar: Buffer, curve: string, crv: string, size: number): KeyObject {
  const fixed = Buffer.concat([Buffer.alloc(size), scalar]).subarray(-size);
  const pair = createECDH(curve);
  pair.setPrivateKey(fixed);
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  const coordinates = { x: x.toString("base64url"), y: y.toString("base64url"), d: fixed.toString("base64url") };
  return createPrivateKey({ key: { kty: "EC", crv, ...coordinates }, format: "jwk" });
}
