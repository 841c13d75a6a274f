import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { expectKind } from "../testing/place.ts";
import { absentObject, Git } from "./git.ts";
import { PushedObjects } from "./pushed-objects.ts";
import { git, inFolder, openPlace } from "./testing/git-place.ts";

const run = promisify(execFile);
const many = 60;
const line = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;

/** A working copy of as many commits as branches and tags lead to. */
async function copyWith(folder: string): Promise<string> {
  const copy = join(folder, "copy");
  await mkdir(copy);
  await git(copy, "init", "--quiet", "--initial-branch=trunk");
  for (let at = 0; at < many; at += 1) {
    await git(copy, "commit", "--quiet", "--allow-empty", "-m", `Commit ${at}`);
    await git(copy, "branch", `branch-${at}`);
    await git(copy, "tag", `tag-${at}`);
  }
  return copy;
}

test("what a push brings is looked for once, whatever number of references it moves", async (context) => {
  await inFolder(async (folder) => {
    const copy = await copyWith(folder);
    await using place = await openPlace(folder);
    const started = context.mock.method(Git.prototype, "start");
    const looks = () => started.mock.calls.filter(({ arguments: [words] }) => words.includes("rev-list")).length;
    for (const kind of ["heads", "tags"]) {
      expectKind(await place.repositories.create({ name: kind }), "created");
      started.mock.resetCalls();
      await git(copy, "push", "--quiet", `${place.url}/${kind}`, `refs/${kind}/*`);
      assert.equal(looks(), 1, kind);
      const listed = await git(copy, "ls-remote", `${place.url}/${kind}`, `refs/${kind}/*`);
      assert.ok(listed.split("\n").length >= many, kind);
    }
  });
});

test("a reference that cannot be followed is refused, and those beside it move", async () => {
  await inFolder(async (folder) => {
    const copy = await copyWith(folder);
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const ids = (await git(copy, "rev-list", "trunk")).split("\n");
    const [tip = ""] = ids;
    const packed = join(folder, "pack");
    const named = await run("sh", [
      "-c",
      `git -C ${copy} rev-list trunk | git -C ${copy} pack-objects -q --revs ${packed}`,
    ]);
    const pack = await readFile(`${packed}-${named.stdout.trim()}.pack`);
    const commands = [
      `${absentObject} ${tip} refs/heads/first\0 report-status\n`,
      `${absentObject} ${"1".repeat(40)} refs/heads/lost\n`,
      `${absentObject} ${ids[1] ?? ""} refs/heads/last\n`,
    ];
    const answer = await fetch(`${place.url}/project/git-receive-pack`, {
      method: "POST",
      headers: { "content-type": "application/x-git-receive-pack-request" },
      body: Buffer.concat([Buffer.from(`${commands.map(line).join("")}0000`), pack]),
    });
    const told = await answer.text();
    assert.match(told, /ok refs\/heads\/first/);
    assert.match(told, /ng refs\/heads\/lost/);
    assert.match(told, /ok refs\/heads\/last/);
    assert.deepEqual(expectKind(await place.repositories.branches("project"), "branches").names, ["first", "last"]);
  });
});

test("a reference moves for no hook that gets no answer", async () => {
  const hook = join(import.meta.dirname, "hooks/update");
  await assert.rejects(run(hook, ["refs/heads/main", absentObject, "1".repeat(40)]), /cannot be found: no answer/);
  await run(hook, ["refs/heads/main", "1".repeat(40), absentObject]);
});

test("of many objects, few looks find those that are amiss", async () => {
  const ids = Array.from({ length: 512 }, (_, at) => at.toString(16).padStart(40, "0"));
  const lost = ids[300] ?? "";
  let looks = 0;
  const pushed = new PushedObjects((asked) => {
    looks += 1;
    return Promise.resolve(asked.includes(lost) ? "bad object" : undefined);
  }, ids);
  const faults: (string | undefined)[] = [];
  for (const id of ids) faults.push(await pushed.fault(id));
  assert.deepEqual(
    faults.flatMap((fault, at) => (fault === undefined ? [] : [[at, fault]])),
    [[300, "bad object"]],
  );
  assert.ok(looks <= 21, String(looks));
  assert.equal(await pushed.fault(lost), "bad object");
  assert.equal(await pushed.fault("f".repeat(40)), undefined);
});
