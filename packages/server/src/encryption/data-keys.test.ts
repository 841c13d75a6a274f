import assert from "node:assert/strict";
import { test } from "node:test";
import type { Authority } from "../access/index.ts";
import type { Keys } from "./index.ts";
import { accountId, allowAll, inKeyHouse } from "./testing/key-house.ts";

const context = { "aws:s3:arn": "arn:aws:s3:::bucket/key" };

function newKey(keys: Keys, ...statements: readonly object[]): string {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const created = keys.create(statements.length === 0 ? {} : { policy });
  assert.ok(created.kind === "key");
  return created.key.keyArn;
}

const via = "s3" as const;
const reason = (outcome: { readonly kind: string; readonly reason?: string }): string | undefined => outcome.reason;

test("a data key is made and opened again for whoever may use its key", async () => {
  await inKeyHouse(({ keys, dataKeys, user }) => {
    const authority = user("ada", allowAll);
    const made = dataKeys.generate({ keyId: newKey(keys), context, authority, via });
    assert.ok(made.kind === "key");
    assert.equal(made.plaintext.byteLength, 32);
    const opened = dataKeys.unwrap({ wrapped: made.wrapped, context, authority, via });
    assert.ok(opened.kind === "key");
    assert.deepEqual(Buffer.from(opened.plaintext), Buffer.from(made.plaintext));
    assert.equal(opened.keyArn, made.keyArn);
    const elsewhere = { "aws:s3:arn": "arn:aws:s3:::bucket/other" };
    const wrongContext = dataKeys.unwrap({ wrapped: made.wrapped, context: elsewhere, authority, via });
    assert.equal(reason(wrongContext), "invalid-ciphertext");
  });
});

test("who has no permission gets none, and the refusal names the key and the action", async () => {
  await inKeyHouse(({ keys, dataKeys, user }) => {
    const keyArn = newKey(keys);
    const made = dataKeys.generate({ keyId: keyArn, context, authority: user("ada", allowAll), via });
    assert.ok(made.kind === "key");
    const stranger = user("eve", { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const refusals = [
      ["kms:GenerateDataKey", dataKeys.generate({ keyId: keyArn, context, authority: stranger, via })],
      ["kms:Decrypt", dataKeys.unwrap({ wrapped: made.wrapped, context, authority: stranger, via })],
    ] as const;
    for (const [action, refusal] of refusals) {
      assert.ok(refusal.kind === "refused");
      assert.deepEqual([refusal.reason, refusal.keyArn], ["access-denied", keyArn]);
      assert.ok(refusal.message.includes(action) && refusal.message.includes(keyArn), refusal.message);
    }
  });
});

test("the key's own policy has the last word", async () => {
  await inKeyHouse(({ keys, dataKeys, user }) => {
    const ada = user("ada", allowAll);
    const eve = user("eve", allowAll);
    const keyArn = newKey(keys, {
      Effect: "Allow",
      Principal: { AWS: ada.principal.arn },
      Action: "kms:*",
      Resource: "*",
    });
    assert.equal(dataKeys.generate({ keyId: keyArn, context, authority: ada, via }).kind, "key");
    assert.equal(reason(dataKeys.generate({ keyId: keyArn, context, authority: eve, via })), "access-denied");
  });
});

test("conditions see the service in between and the encryption context", async () => {
  await inKeyHouse(({ keys, dataKeys, user }) => {
    const authority = user("ada", allowAll);
    const keyArn = newKey(keys, {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:ViaService": "s3.us-east-1.amazonaws.com",
          "kms:EncryptionContext:project": "credit",
          "kms:CallerAccount": accountId,
        },
        "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["project", "part"] },
      },
    });
    const outcome = (withContext: Record<string, string>, service: "s3" | "sagemaker" = "s3") =>
      dataKeys.generate({ keyId: keyArn, context: withContext, authority, via: service });
    assert.equal(outcome({ project: "credit" }).kind, "key");
    assert.equal(outcome({ project: "credit", part: "1" }).kind, "key");
    assert.equal(reason(outcome({ project: "credit" }, "sagemaker")), "access-denied");
    assert.equal(reason(outcome({ project: "other" })), "access-denied");
    assert.equal(reason(outcome({})), "access-denied");
    assert.equal(reason(outcome({ project: "credit", more: "1" })), "access-denied");
    // Conditions could not tell these two apart.
    assert.equal(reason(outcome({ project: "credit", PROJECT: "other" })), "access-denied");
  });
});

test("a service's own key is used through that service only", async () => {
  await inKeyHouse(({ dataKeys, user }) => {
    const authority = user("ada", { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const keyId = dataKeys.serviceManaged("s3");
    const made = dataKeys.generate({ keyId, context, authority, via: "s3" });
    assert.ok(made.kind === "key", JSON.stringify(made));
    assert.equal(dataKeys.unwrap({ wrapped: made.wrapped, context, authority, via: "s3" }).kind, "key");
    assert.equal(reason(dataKeys.generate({ keyId, context, authority, via: "sagemaker" })), "access-denied");
    assert.throws(() => authority.demand({ action: "kms:Decrypt", resource: keyId }), /kms:Decrypt/);
    const administrator = user("root-like", allowAll);
    assert.throws(() => administrator.demand({ action: "kms:DisableKey", resource: keyId }), /kms:DisableKey/);
  });
});

test("a disabled, a doomed and an unknown key are refused by name, after the permission", async () => {
  await inKeyHouse(({ keys, dataKeys, user }) => {
    const authority = user("ada", allowAll);
    const stranger = user("eve");
    const keyArn = newKey(keys);
    const generate = (who: Authority, keyId = keyArn) => dataKeys.generate({ keyId, context, authority: who, via });
    const made = generate(authority);
    assert.ok(made.kind === "key");
    const unwrap = (wrapped: Uint8Array) => dataKeys.unwrap({ wrapped, context, authority, via });

    keys.setEnabled(keyArn, false);
    const refusal = { kind: "refused", reason: "disabled", keyArn, message: `${keyArn} is disabled.` };
    assert.deepEqual(generate(authority), refusal);
    assert.deepEqual(unwrap(made.wrapped), refusal);
    assert.equal(reason(generate(stranger)), "access-denied");
    keys.scheduleDeletion(keyArn, 7);
    assert.equal(reason(unwrap(made.wrapped)), "pending-deletion");
    assert.equal(reason(generate(authority, "alias/none")), "not-found");
    assert.equal(reason(generate(stranger, "alias/none")), "access-denied");
    assert.equal(reason(unwrap(made.wrapped.subarray(0, 10))), "invalid-ciphertext");
  });
});

test("every use is noted, and every refusal with its code", async () => {
  await inKeyHouse(({ keys, dataKeys, user, uses }) => {
    const [ada, eve] = [user("ada", allowAll), user("eve")];
    const keyArn = newKey(keys);
    const made = dataKeys.generate({ keyId: keyArn, context, authority: ada, via });
    assert.ok(made.kind === "key");
    dataKeys.unwrap({ wrapped: made.wrapped, context, authority: ada, via });
    dataKeys.unwrap({ wrapped: made.wrapped, context: {}, authority: ada, via });
    dataKeys.unwrap({ wrapped: Buffer.alloc(100), context, authority: ada, via: "sagemaker" });
    dataKeys.generate({ keyId: keyArn, context, authority: eve, via });
    keys.setEnabled(keyArn, false);
    dataKeys.generate({ keyId: keyArn, context, authority: ada, via });
    keys.scheduleDeletion(keyArn, 7);
    dataKeys.unwrap({ wrapped: made.wrapped, context, authority: ada, via });
    dataKeys.generate({ keyId: "alias/none", context, authority: ada, via });
    const { materialId } = made;
    assert.deepEqual(
      uses.map((use) => [use.operation, use.keyArn, use.refusal?.errorCode ?? use.materialId]),
      [
        ["GenerateDataKey", keyArn, materialId],
        ["Decrypt", keyArn, materialId],
        ["Decrypt", keyArn, "InvalidCiphertextException"],
        ["Decrypt", undefined, "InvalidCiphertextException"],
        ["GenerateDataKey", keyArn, "AccessDenied"],
        ["GenerateDataKey", keyArn, "DisabledException"],
        ["Decrypt", keyArn, "KMSInvalidStateException"],
        ["GenerateDataKey", "arn:aws:kms:us-east-1:111122223333:alias/none", "NotFoundException"],
      ],
    );
  });
});
