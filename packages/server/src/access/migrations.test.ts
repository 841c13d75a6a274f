import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { openDb, systemClock } from "../platform/index.ts";
import { openAccess } from "./access.ts";
import { migrations } from "./index.ts";
import { SecretBox } from "./secret-box.ts";
import { accountId, document, done } from "./testing/account.ts";

const first = ["access-0001-identities", "access-0002-access-keys", "access-0003-policies"];
const arn = `arn:aws:iam::${accountId}:policy/Work`;
const everything = document([{ Effect: "Allow", Action: "*", Resource: "*" }]);

it("a data folder from before groups, versions and renames opens with everything in it", () => {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-migrations-"));
  try {
    using db = openDb(join(folder, "metadata.db"), randomBytes(32));
    db.migrate(migrations.filter(({ name }) => first.includes(name)));
    const tokenKey = randomBytes(32);
    const sealed = new SecretBox(tokenKey, "secret access keys").seal("secret", "AKIAOLD");
    db.run("INSERT INTO access_user VALUES ('alice', 'alice', '/', 'arn:alice', 'AIDAOLD', 1, NULL, '{}')");
    db.run("INSERT INTO access_key VALUES ('AKIAOLD', 'alice', ?, 1, 2)", sealed);
    const columns = "(arn, name, name_folded, path, id, document, description, created_at)";
    const insert = `INSERT INTO access_policy ${columns} VALUES (?, 'Work', 'work', '/', 'ANPAOLD', ?, NULL, 3)`;
    db.run(insert, arn, everything);
    db.run("INSERT INTO access_attachment VALUES ('user', 'alice', ?)", arn);

    db.migrate(migrations);
    db.migrate(migrations);
    using access = openAccess({ db, clock: systemClock, accountId, region: "us-east-1", tokenKey });
    const { policies, users } = access;
    assert.deepEqual(done(policies.versions.get(arn, 1)), {
      number: 1,
      document: everything,
      createdAt: 3,
      isDefault: true,
    });
    assert.equal(done(policies.get(arn)).updatedAt, 3);
    assert.equal(done(policies.versions.create(arn, everything, false)).number, 2);
    assert.equal(users.update("alice", { name: "anna" }), undefined);
    const credential = access.credential("AKIAOLD", undefined, new Date());
    assert(credential.kind === "active");
    assert.equal(credential.secretAccessKey, "secret");
    assert.equal(credential.principal.arn, `arn:aws:iam::${accountId}:user/anna`);
    const origin = { kind: "host", sourceIp: "127.0.0.1" } as const;
    const authority = access.authorityFor(credential.principal, origin, { secureTransport: true });
    assert.equal(authority.decide({ action: "s3:GetObject", resource: "arn:aws:s3:::b/k" }).allowed, true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
