import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { hostLacks, startHouseProcess, storedBytes, type HouseProcess } from "@strongroom/testkit";
import { furnish, linesOf, processed, scriptRequest, until, type Room } from "../sagemaker/room.ts";
import { canary, forms, mark, planted } from "./canary.ts";
import { plantInAccess, plantInExperiments, plantInGit, plantInKeysAndLogs, plantInStore } from "./plant-canaries.ts";
import {
  plantInBucketSettings,
  plantInEndpoint,
  plantInImportedKeys,
  plantInPeopleAndRules,
} from "./plant-more-canaries.ts";

describe("canaries, planted through every API", { skip: await hostLacks() }, () => {
  let house: HouseProcess;
  let room: Room;
  const secrets: [string, string][] = [];
  before(async () => {
    house = await startHouseProcess();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  test("none is found in any byte of the data folder: at work, after kill -9, at rest, and in a copy", async () => {
    await plantInStore(house, room);
    await plantInBucketSettings(house);
    await plantInAccess(house, secrets);
    await plantInPeopleAndRules(house, `${mark}User`);
    await plantInKeysAndLogs(house, room);
    await plantInImportedKeys(house);
    await plantInGit(house);
    await plantInExperiments(house, room);
    await plantInEndpoint(house, room);
    assert.ok(new Set(planted).size > 75, "canaries are planted");
    await running(canary("RunningJob"), "sleep 3");
    await nothingTold(house.dataDir, "while a job runs and a model serves", secrets);
    assert.equal((await processed(house.clients, `${mark}RunningJob`)).ProcessingJobStatus, "Completed");
    await nothingTold(house.dataDir, "after the job", secrets);
    assert.deepEqual(await faultsIn(house.dataDir), [], "nothing failed inside");

    await running(canary("KilledJob"), "sleep 60");
    await house.kill();
    await nothingTold(house.dataDir, "after kill -9", secrets);
    await house.up();
    await nothingTold(house.dataDir, "once it was up again", secrets);
    await house.down();
    await nothingTold(house.dataDir, "after the server stopped", secrets);
    const copy = `${house.dataDir}.copy`;
    await cp(house.dataDir, copy, { recursive: true });
    await nothingTold(copy, "in a copy", secrets);
    await rm(copy, { recursive: true });
  });

  test("the search finds what is there", async () => {
    await writeFile(join(house.dataDir, "planted"), Buffer.concat([randomBytes(1000), Buffer.from(mark)]));
    await assert.rejects(nothingTold(house.dataDir, "planted by hand", []), /planted by hand/);
    await rm(join(house.dataDir, "planted"));
  });

  /** Starts a job that says and writes its name, and waits until it said so. */
  async function running(job: string, andThen: string): Promise<void> {
    const script = `echo ${job}; echo ${job} > /opt/ml/processing/output/written; sync; touch /tmp/${job}; ${andThen}`;
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(scriptRequest(room, job, script)));
    await until(
      async () => (await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${job}/`).catch(() => [])).join(),
      (said) => said.includes(job),
    );
  }
});

/** What the server's own log tells of faults. */
async function faultsIn(dataDir: string): Promise<string[]> {
  const log = await readFile(join(dataDir, "run", "server.jsonl"), "utf8");
  return log.split("\n").filter((line) => line.includes('"level":"error"'));
}

/** ④ Reads every file of a folder, and looks for the word and for the secrets in all of their bytes. */
async function nothingTold(folder: string, when: string, secrets: readonly [string, string][]): Promise<void> {
  const found: string[] = [];
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes(mark)) found.push(`${when}: the name ${path}`);
    if (!entry.isFile()) continue;
    // A file that is gone again was a temporary one; its place is looked at next time.
    const content = await storedBytes(path).catch((error: unknown) => {
      if (existsSync(path)) throw error;
      return Buffer.alloc(0);
    });
    files += 1;
    for (const [how, bytes] of forms) {
      const at = content.indexOf(bytes);
      if (at >= 0) found.push(`${when}: ${path} ${how}: ${content.subarray(at, at + 60).toString("latin1")}`);
    }
    for (const [what, secret] of secrets) if (content.includes(secret)) found.push(`${when}: ${path} tells ${what}`);
  }
  assert.ok(files > 10, `only ${files} files were searched`);
  assert.deepEqual(found, []);
}
