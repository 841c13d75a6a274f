import assert from "node:assert/strict";
import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AdminClient, ScrubStorageCommand } from "@strongroom/admin-api";
import { hostLacks, startHouseProcess } from "@strongroom/testkit";

describe("scrub", { skip: await hostLacks() }, () => {
  test("finds nothing in a house that is whole, and names what is damaged, while the server works", async () => {
    await using house = await startHouseProcess();
    const { s3, place, credentials, agent } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "data" }));
    await s3.send(new PutObjectCommand({ Bucket: "data", Key: "a/b", Body: "content" }));
    const whole = await house.command("scrub", "--json");
    assert.equal(whole.code, 0, whole.stderr);
    const found = JSON.parse(whole.stdout) as Record<string, unknown>;
    assert.deepEqual(
      [found["objects"], found["bytes"], found["damaged"], found["unreadable"], found["orphans"]],
      [1, 7, [], [], 0],
    );
    const objects = join(house.dataDir, "objects");
    const files = await readdir(objects, { recursive: true, withFileTypes: true });
    const [file] = files.filter((entry) => entry.isFile());
    assert.ok(file !== undefined);
    await truncate(join(file.parentPath, file.name), 50);
    const damaged = await house.command("scrub");
    assert.equal(damaged.code, 1);
    assert.match(damaged.stdout, /DAMAGED: data\/a\/b \(version null\): Its content failed the integrity check/);
    const client = new AdminClient({ ...place, credentials, agent });
    await assert.rejects(client.send(new ScrubStorageCommand({ After: "elsewhere" })), { name: "ValidationException" });
  });
});
