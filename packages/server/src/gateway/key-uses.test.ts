import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryAnchor, opened, temporaryFolder, trailSettings } from "../audit/testing/fixtures.ts";
import { accountId, allowAll, inKeyHouse, region } from "../encryption/testing/key-house.ts";
import { noteKeyUses, RequestLog } from "./key-uses.ts";

test("uses wait for the record of their request; what is too many, too late or nobody's request is written at once", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  await inKeyHouse(async (house) => {
    const note = noteKeyUses(trail, { accountId, region, clock: house.clock });
    const authority = house.user("ada", allowAll);
    const { principal, origin } = authority;
    const keyArn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000";
    const use = { operation: "Decrypt", via: "s3", keyArn, context: {} } as const;
    const written = async () => {
      const page = await trail.lookup({ limit: 100, resource: keyArn });
      assert.ok(page.kind === "page");
      return page.events.length;
    };
    const log = new RequestLog();
    const asking = house.access.authorityFor(principal, origin, { secureTransport: true }, log);
    for (let i = 0; i < 64; i += 1) await note(use, asking.via("s3"));
    assert.equal(await written(), 0);
    await note(use, asking);
    assert.equal(await written(), 1);
    assert.equal(log.end().length, 64);
    await note(use, asking);
    await note(use, authority);
    assert.equal(await written(), 3);
  });
});
