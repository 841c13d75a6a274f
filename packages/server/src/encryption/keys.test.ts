import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { KeyDescription } from "./index.ts";
import { inKeyHouse } from "./testing/key-house.ts";

const nothing = {};

function made(
  outcome: { readonly kind: "key"; readonly key: KeyDescription } | { readonly kind: "refused" },
): KeyDescription {
  assert.ok(outcome.kind === "key");
  return outcome.key;
}

const reason = (outcome: { readonly kind: string; readonly reason?: string }): string | undefined => outcome.reason;

test("a key is found by id, ARN, alias and alias ARN", async () => {
  await inKeyHouse(({ keys, aliases, keyUse }) => {
    const key = made(keys.create({ description: "first" }));
    assert.equal(key.keyArn, `arn:aws:kms:us-east-1:111122223333:key/${key.keyId}`);
    assert.deepEqual(aliases.create("alias/project", key.keyId), { kind: "done" });
    for (const name of [key.keyId, key.keyArn, "alias/project", aliases.arnOf("alias/project")]) {
      assert.equal(made(keys.describe(name)).keyId, key.keyId);
      assert.equal(keyUse.encrypt(name, Buffer.from("x"), nothing).kind, "encrypted");
    }
  });
});

test("what names no key is not found, and is told in AWS's words", async () => {
  await inKeyHouse(({ keys }) => {
    const other = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000";
    const expected = [
      ["nonsense", "Invalid keyId 'nonsense'"],
      ["alias/none", "Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found."],
      [other, `Key '${other}' does not exist`],
      [
        "00000000-0000-4000-8000-000000000000",
        "Key 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000' does not exist",
      ],
    ] as const;
    for (const [name, message] of expected) {
      assert.deepEqual(keys.describe(name), { kind: "refused", reason: "not-found", message });
    }
  });
});

test("what is encrypted decrypts under the same context only, after a restart too", async () => {
  await inKeyHouse(async (house) => {
    const key = made(house.keys.create({}));
    const encrypted = house.keyUse.encrypt(key.keyId, Buffer.from("plaintext"), { project: "credit" });
    assert.ok(encrypted.kind === "encrypted");
    await house.restart();
    const decrypted = house.keyUse.decrypt(encrypted.ciphertext, { project: "credit" });
    assert.ok(decrypted.kind === "decrypted");
    assert.equal(Buffer.from(decrypted.plaintext).toString(), "plaintext");
    assert.equal(decrypted.keyArn, key.keyArn);
    for (const context of [{}, { project: "other" }, { project: "credit", more: "" }]) {
      assert.equal(reason(house.keyUse.decrypt(encrypted.ciphertext, context)), "invalid-ciphertext");
    }
  });
});

test("a changed, cut or re-addressed ciphertext is invalid", async () => {
  await inKeyHouse(({ keys, keyUse }) => {
    const [one, two] = [made(keys.create({})), made(keys.create({}))];
    const encrypted = keyUse.encrypt(one.keyId, Buffer.from("plaintext"), nothing);
    assert.ok(encrypted.kind === "encrypted");
    for (let at = 0; at < encrypted.ciphertext.byteLength; at += 1) {
      const changed: Buffer = Buffer.from(encrypted.ciphertext);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(keyUse.decrypt(changed, nothing).kind, "refused", `byte ${at}`);
      assert.equal(keyUse.decrypt(encrypted.ciphertext.subarray(0, at), nothing).kind, "refused", `cut at ${at}`);
    }
    const readdressed = Buffer.from(encrypted.ciphertext);
    readdressed.write(two.keyId.replaceAll("-", ""), 1, "hex");
    assert.equal(reason(keyUse.decrypt(readdressed, nothing)), "invalid-ciphertext");
  });
});

test("a disabled key does nothing until it is enabled, and the refusal names it", async () => {
  await inKeyHouse(({ keys, keyUse }) => {
    const key = made(keys.create({}));
    const dataKey = keyUse.generateDataKey(key.keyId, 32, nothing);
    assert.ok(dataKey.kind === "key");
    assert.equal(made(keys.setEnabled(key.keyId, false)).state, "Disabled");
    const refusal = { kind: "refused", reason: "disabled", keyArn: key.keyArn, message: `${key.keyArn} is disabled.` };
    assert.deepEqual(keyUse.encrypt(key.keyId, Buffer.from("x"), nothing), refusal);
    assert.deepEqual(keyUse.generateDataKey(key.keyId, 32, nothing), refusal);
    assert.deepEqual(keyUse.decrypt(dataKey.wrapped, nothing), refusal);
    keys.setEnabled(key.keyId, true);
    const decrypted = keyUse.decrypt(dataKey.wrapped, nothing);
    assert.ok(decrypted.kind === "decrypted");
    assert.deepEqual(Buffer.from(decrypted.plaintext), Buffer.from(dataKey.plaintext));
  });
});

test("a key waits for its deletion, can be kept, and is gone when the time is over", async () => {
  await inKeyHouse(({ keys, keyUse, aliases, clock }) => {
    const key = made(keys.create({ tags: [{ tagKey: "project", tagValue: "credit" }] }));
    aliases.create("alias/short-lived", key.keyId);
    const encrypted = keyUse.encrypt(key.keyId, Buffer.from("x"), nothing);
    assert.ok(encrypted.kind === "encrypted");
    assert.equal(reason(keys.cancelDeletion(key.keyId)), "not-pending");
    assert.deepEqual(made(keys.scheduleDeletion(key.keyId, 7)).deletionAt, new Date("2026-11-30T00:00:00Z"));
    assert.equal(reason(keyUse.decrypt(encrypted.ciphertext, nothing)), "pending-deletion");
    assert.equal(reason(keys.setEnabled(key.keyId, true)), "pending-deletion");
    assert.equal(made(keys.cancelDeletion(key.keyId)).state, "Disabled");
    keys.setEnabled(key.keyId, true);
    assert.equal(keyUse.decrypt(encrypted.ciphertext, nothing).kind, "decrypted");

    keys.scheduleDeletion(key.keyId, 7);
    clock.advance(7 * 24 * 60 * 60 * 1000 - 1);
    assert.equal(keys.sweep(), 0);
    assert.equal(made(keys.describe(key.keyId)).state, "PendingDeletion");
    clock.advance(1);
    assert.equal(reason(keyUse.decrypt(encrypted.ciphertext, nothing)), "not-found");
    assert.equal(reason(keys.describe("alias/short-lived")), "not-found");
    const other = made(keys.create({}));
    keys.scheduleDeletion(other.keyId, 7);
    clock.advance(8 * 24 * 60 * 60 * 1000);
    assert.equal(keys.sweep(), 1);
  });
});

test("what is done to a key because its day has come is told, once", async () => {
  await inKeyHouse(async ({ keys, rotations, clock, deeds, restart }) => {
    const [rotated, doomed] = [made(keys.create({})), made(keys.create({}))];
    rotations.enable(rotated.keyId, 90);
    clock.advance(90 * 24 * 60 * 60 * 1000);
    const after = made(keys.describe(rotated.keyId));
    keys.scheduleDeletion(doomed.keyId, 7);
    clock.advance(7 * 24 * 60 * 60 * 1000);
    // The day came while nothing ran.
    await restart();
    assert.deepEqual(deeds, [
      { name: "RotateKey", keyArn: rotated.keyArn, materialId: after.materialId },
      { name: "DeleteKey", keyArn: doomed.keyArn },
    ]);
  });
});

test("aliases are created, moved, listed and deleted; reserved and malformed names are refused", async () => {
  await inKeyHouse(({ keys, aliases }) => {
    const [one, two] = [made(keys.create({})), made(keys.create({}))];
    assert.equal(aliases.create("alias/a", one.keyId).kind, "done");
    assert.equal(reason(aliases.create("alias/a", two.keyId)), "already-exists");
    assert.equal(reason(aliases.create("alias/aws/s3", one.keyId)), "reserved-alias");
    assert.equal(reason(aliases.create("no-prefix", one.keyId)), "invalid-alias");
    assert.equal(reason(aliases.create("alias/sp ace", one.keyId)), "invalid-alias");
    assert.equal(reason(aliases.create("alias/b", "alias/a")), "not-found");
    assert.equal(aliases.update("alias/a", two.keyArn).kind, "done");
    assert.equal(made(keys.describe("alias/a")).keyId, two.keyId);
    assert.equal(reason(aliases.update("alias/none", two.keyId)), "not-found");
    aliases.create("alias/b", one.keyId);
    const page = aliases.list({ limit: 1 });
    assert.ok(page.kind === "aliases");
    assert.deepEqual([page.aliases.map(({ alias }) => alias), page.next], [["alias/a"], "alias/a"]);
    const ofOne = aliases.list({ keyId: one.keyId, limit: 10 });
    assert.ok(ofOne.kind === "aliases" && ofOne.aliases.length === 1 && ofOne.next === undefined);
    assert.equal(aliases.delete("alias/a").kind, "done");
    assert.equal(reason(aliases.delete("alias/a")), "not-found");
    assert.equal(reason(keys.describe("alias/a")), "not-found");
  });
});

test("a service's key is made once and carries the service's policy", async () => {
  await inKeyHouse(({ keys, dataKeys, keyFacts }) => {
    const keyArn = dataKeys.serviceManaged("s3");
    assert.equal(dataKeys.serviceManaged("s3"), keyArn);
    assert.notEqual(dataKeys.serviceManaged("sagemaker"), keyArn);
    const key = made(keys.describe("alias/aws/s3"));
    assert.deepEqual([key.keyArn, key.manager], [keyArn, "AWS"]);
    assert.match(keyFacts(keyArn)?.policy ?? "", /"kms:ViaService":"s3\.us-east-1\.amazonaws\.com"/);
  });
});

test("keys are listed page by page", async () => {
  await inKeyHouse(({ keys }) => {
    const ids = Array.from({ length: 5 }, () => made(keys.create({})).keyId).sort();
    const listed: string[] = [];
    let page = keys.list({ limit: 2 });
    while (page.next !== undefined) {
      listed.push(...page.keys.map(({ keyId }) => keyId));
      page = keys.list({ after: page.next, limit: 2 });
    }
    assert.deepEqual([...listed, ...page.keys.map(({ keyId }) => keyId)], ids);
  });
});

test("policies and tags are kept, and access is told of them", async () => {
  await inKeyHouse(({ keys, aliases, keyFacts }) => {
    const key = made(keys.create({ tags: [{ tagKey: "project", tagValue: "credit" }] }));
    aliases.create("alias/project", key.keyId);
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
    });
    assert.equal(keys.setPolicy(key.keyId, policy).kind, "key");
    aliases.create("alias/another", key.keyId);
    assert.deepEqual(keyFacts(key.keyArn), {
      policy,
      tags: { project: "credit" },
      conditions: {
        "kms:KeySpec": "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": "ENCRYPT_DECRYPT",
        "kms:CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "kms:CustomerMasterKeyUsage": "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": "AWS_KMS",
        "kms:MultiRegion": "false",
        "kms:ResourceAliases": ["alias/another", "alias/project"],
      },
    });
    for (const name of [key.keyId, key.keyArn, "alias/project", aliases.arnOf("alias/another")]) {
      assert.equal(keys.arnNamed(name), key.keyArn);
    }
    assert.equal(keys.arnNamed("alias/none"), aliases.arnOf("alias/none"));
    assert.equal(reason(keys.setPolicy(key.keyId, "{")), "malformed-policy");
    assert.equal(reason(keys.setPolicy(key.keyId, `${policy}${" ".repeat(32_768)}`)), "malformed-policy");
    assert.equal(reason(keys.create({ policy: "[]" })), "malformed-policy");
    assert.deepEqual(keys.policy(key.keyId), { kind: "policy", policy });
    // What does not exist, and an alias, are left to IAM.
    assert.match(keyFacts(aliases.arnOf("alias/project"))?.policy ?? "", /111122223333:root/);
    assert.match(keyFacts(key.keyArn.replace(key.keyId, "none"))?.policy ?? "", /111122223333:root/);
    assert.equal(keyFacts("arn:aws:s3:::bucket"), undefined);
    const fifty = Array.from({ length: 50 }, (_, i) => ({ tagKey: `t${i}`, tagValue: "" }));
    assert.equal(reason(keys.tag(key.keyId, fifty)), "too-many-tags");
    keys.untag(key.keyId, ["project"]);
    assert.deepEqual(keys.tags(key.keyId), { kind: "tags", tags: [] });
  });
});

test("a key policy holds for the user that it names, not for the name", async () => {
  await inKeyHouse((house) => {
    const { keys, access } = house;
    const key = made(keys.create({}));
    const AWS = "arn:aws:iam::111122223333:user/ada";
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "kms:DescribeKey", Resource: "*" }],
    });
    for (const refusal of [keys.setPolicy(key.keyId, policy), keys.create({ policy })]) {
      assert.equal(reason(refusal), "malformed-policy");
      assert.match("message" in refusal ? refusal.message : "", /one or more invalid principals: .*user\/ada/);
    }
    const mayDescribe = { action: "kms:DescribeKey", resource: key.keyArn };
    const first = house.user("ada");
    assert.equal(keys.setPolicy(key.keyId, policy).kind, "key");
    assert.equal(first.decide(mayDescribe).allowed, true);
    assert.deepEqual(keys.policy(key.keyId), { kind: "policy", policy });
    access.users.remove("ada");
    const second = house.user("ada");
    assert.equal(second.decide(mayDescribe).allowed, false);
    const told = keys.policy(key.keyId);
    assert.match(told.kind === "policy" ? told.policy : "", /"AWS":"AIDA[A-Z2-7]{16}"/);
    assert.equal(keys.setPolicy(key.keyId, policy).kind, "key");
    assert.equal(second.decide(mayDescribe).allowed, true);
  });
});

test("no canary and no key material lies in any file", async () => {
  await inKeyHouse(async ({ keys, keyUse, aliases, folder, secretsOf }) => {
    const canary = "CANARY-in-the-strongroom";
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Id: canary,
      Statement: [{ Sid: "all", Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
    });
    const tags = [{ tagKey: canary, tagValue: canary }];
    const key = made(keys.create({ description: canary, policy, tags }));
    aliases.create(`alias/${canary}`, key.keyId);
    const encrypted = keyUse.encrypt(key.keyId, Buffer.from(canary), { canary });
    const dataKey = keyUse.generateDataKey(key.keyId, 32, { canary });
    assert.ok(encrypted.kind === "encrypted" && dataKey.kind === "key");
    const content = Buffer.concat([...(await filesBelow(folder))]);
    assert.ok(content.byteLength > 4096);
    for (const needle of [
      Buffer.from(canary),
      Buffer.from(key.keyId),
      Buffer.from(dataKey.plaintext),
      ...secretsOf(key.keyId),
    ]) {
      assert.ok(!content.includes(needle));
      assert.ok(!content.includes(needle.toString("hex")));
      assert.ok(!content.includes(needle.toString("base64").replaceAll("=", "")));
    }
    assert.ok(!content.includes("SQLite format 3"));
  });
});

async function filesBelow(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
}
