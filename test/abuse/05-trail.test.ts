import { strict as assert } from "node:assert";
import { copyFile, open, readdir, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AdminClient, VerifyAuditCommand, type VerifyAuditResponse } from "@strongroom/admin-api";
import { hostLacks, startHouseProcess, type HouseProcess } from "@strongroom/testkit";

describe("the trail under an attacker's hands", { skip: await hostLacks() }, () => {
  let house: HouseProcess;
  let segment: string;
  before(async () => {
    house = await startHouseProcess();
    const { s3 } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "traced" }));
    await s3.send(new PutObjectCommand({ Bucket: "traced", Key: "k", Body: "x" }));
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "traced", Key: "none" })));
    const folder = join(house.dataDir, "audit");
    segment = join(folder, (await readdir(folder)).sort()[0] ?? "");
  });
  after(() => house[Symbol.asyncDispose]());

  const verify = async (): Promise<VerifyAuditResponse> => {
    const { place, credentials, agent } = house.clients;
    return await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  };

  test("it holds after requests that went well and requests that did not", async () => {
    const verdict = await verify();
    assert.equal(verdict.Held, true, verdict.Problem);
    assert.ok((verdict.Records ?? 0) >= 5);
    assert.equal((await house.command("verify", "audit")).code, 0);
  });

  test("a changed byte is found wherever it is, while the server runs", async () => {
    const whole = await readFile(segment);
    for (const at of [10, Math.floor(whole.byteLength / 2), whole.byteLength - 10]) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await overwrite(segment, changed, at);
      const verdict = await verify();
      await overwrite(segment, whole, at);
      assert.equal(verdict.Held, false, `byte ${at}`);
      assert.notEqual(verdict.Problem ?? "", "");
      assert.equal((await verify()).Held, true, "after the byte was put back");
    }
  });

  test("a server does not start on a trail that was changed, cut off or taken away", async () => {
    await house.down();
    const kept = join(house.dataDir, "..", "kept");
    await copyFile(segment, kept);
    const whole = await readFile(segment);
    const attacks: Record<string, () => Promise<void>> = {
      changed: async () => {
        const changed = Buffer.from(whole);
        changed[100] = (changed[100] ?? 0) ^ 1;
        await writeFile(segment, changed);
      },
      "cut off at a record": () => truncate(segment, whole.lastIndexOf("\n", whole.byteLength - 2) + 1),
      "taken away": () => rename(segment, `${kept}.away`),
      "another record in front": async () => {
        const first = whole.subarray(0, whole.indexOf("\n") + 1);
        await writeFile(segment, Buffer.concat([first, whole]));
      },
    };
    for (const [what, attack] of Object.entries(attacks)) {
      await attack();
      const started = await house.command("up", "--port", "0");
      assert.notEqual(started.code, 0, what);
      assert.match(started.stderr, /audit trail was changed/, what);
      await copyFile(kept, segment);
    }
    await house.up();
    assert.equal((await verify()).Held, true);
  });
});

/** Changes one byte of a file that the server holds open for appending. */
async function overwrite(path: string, content: Buffer, at: number): Promise<void> {
  await using file = await open(path, "r+");
  await file.write(content, at, 1, at);
}
