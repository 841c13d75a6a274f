/** ③ ④ An environment that lost one of its own files says which, and changes nothing until it is put back. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rename, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { hostLacks, startHouseProcess, type HouseProcess } from "@strongroom/testkit";

const object = { Bucket: "kept", Key: "k" };

const objectFiles = async ({ dataDir }: HouseProcess): Promise<string[]> => {
  const below = await readdir(join(dataDir, "objects"), { recursive: true, withFileTypes: true });
  return below.filter((entry) => entry.isFile()).map(({ name }) => name);
};

async function stillReads(house: HouseProcess): Promise<void> {
  await house.up();
  const { Body } = await house.clients.s3.send(new GetObjectCommand(object));
  assert.equal(await Body?.transformToString(), "acknowledged");
}

describe("what lost one of its files", { skip: await hostLacks() }, () => {
  test("does not start without its database, its seal or its key file, and goes on with them", async () => {
    await using house = await startHouseProcess();
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await house.clients.s3.send(new PutObjectCommand({ ...object, Body: "acknowledged" }));
    await house.down();
    const before = await objectFiles(house);
    assert.equal(before.length, 1);
    const path = (name: string) => join(house.dataDir, name);
    const refusesToStart = async (why: RegExp) => {
      const { code, stderr } = await house.command("up", "--port", "0");
      assert.equal(code, 1);
      assert.match(stderr, why);
      assert.deepEqual(await objectFiles(house), before);
    };

    await rename(path("metadata.db"), path("metadata.db.away"));
    await refusesToStart(/holds data, and its metadata\.db is gone or empty: put back a copy of it/);
    await writeFile(path("metadata.db"), "");
    await refusesToStart(/holds data, and its metadata\.db is gone or empty/);
    await rename(path("metadata.db.away"), path("metadata.db"));
    await stillReads(house);
    await house.down();

    // Of whatever size: what cannot be read in one piece is there too.
    await rename(path("seal.json"), path("seal.json.away"));
    await rename(path("metadata.db"), path("metadata.db.away"));
    await writeFile(path("metadata.db"), "");
    await truncate(path("metadata.db"), 3 * 1024 ** 3);
    await refusesToStart(/holds data, and its seal\.json is gone: put back a copy of it/);
    await rename(path("metadata.db.away"), path("metadata.db"));
    await refusesToStart(/seal\.json is gone/);
    assert.ok(!existsSync(path("seal.json")));
    await rename(path("seal.json.away"), path("seal.json"));

    const keyFile = join(`${house.dataDir}.secrets`, "unseal.key");
    await rename(keyFile, `${keyFile}.away`);
    await refusesToStart(/the key file .* is missing: put back a copy of it/);
    assert.ok(!existsSync(keyFile));
    await rename(`${keyFile}.away`, keyFile);

    for (const words of [
      ["change", "--to", "key-file", "--new-key-file", path("run/new.key")],
      ["shares", "--threshold", "2", "--shares", "3", "--out", path("shares")],
    ]) {
      const { code, stderr } = await house.command("seal", ...words);
      assert.equal(code, 2);
      assert.match(stderr, /lies in the data folder .*, which must not hold what opens it/);
    }
    await assert.rejects(stat(path("run/new.key")));
    await stillReads(house);
  });
});
