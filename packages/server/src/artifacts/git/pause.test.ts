import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { expectKind } from "../testing/place.ts";
import { git, inFolder, openPlace } from "./testing/git-place.ts";

const pauseMs = 1500;
const limit = { timeout: 90_000 };
/** More than git processes run at once. */
const idleClients = 9;
/** More than the sockets and pipes between git and a client that reads nothing hold. */
const contentBytes = 24 * 1024 * 1024;

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;

/** A request that has sent `begin` of its body and leaves the rest open. */
function open(url: string, contentType: string, begin: string): ClientRequest {
  const sent = request(url, { method: "POST", headers: { "content-type": contentType }, agent: false });
  sent.on("error", () => undefined);
  sent.write(begin);
  return sent;
}

const ended = (sent: ClientRequest): Promise<void> => new Promise((resolve) => sent.once("close", () => resolve()));

/** A request for all that `tip` has. */
function openClone(url: string, tip: string): ClientRequest {
  const wanted = `${line(`want ${tip} side-band-64k\n`)}0000${line("done\n")}`;
  const sent = open(`${url}/git-upload-pack`, "application/x-git-upload-pack-request", wanted);
  sent.end();
  return sent;
}

/** Makes a repository in `folder`, with one commit; says its id. */
async function pushable(folder: string): Promise<string> {
  await mkdir(folder);
  await git(folder, "init", "--quiet", "--initial-branch=trunk");
  await writeFile(join(folder, "data"), randomBytes(contentBytes));
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "-m", "Data");
  return await git(folder, "rev-parse", "HEAD");
}

test("clients that send or take nothing keep no other from git for longer than they may", limit, async () => {
  await inFolder(async (folder) => {
    const copy = join(folder, "copy");
    const tip = await pushable(copy);
    await using place = await openPlace(folder, pauseMs);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    await git(copy, "push", "--quiet", url, "trunk");

    const command = `${"0".repeat(40)} ${tip} refs/heads/other\0 report-status\n`;
    const pushes = Array.from({ length: idleClients }, () =>
      open(`${url}/git-receive-pack`, "application/x-git-receive-pack-request", `${line(command)}0000`),
    );
    // They are told nothing: git began its answer before it knew.
    await Promise.all(pushes.map(ended));

    const clones = Array.from({ length: idleClients }, () => openClone(url, tip));
    const answers = clones.map((sent) => once(sent, "response"));
    const [first] = (await Promise.race(answers)) as [IncomingMessage];
    assert.equal(first.statusCode, 200);
    // Nobody reads what they are answered; whoever comes now waits for a turn, and gets it.
    await git(folder, "clone", "--quiet", url, join(folder, "clone"));
    assert.equal(await git(join(folder, "clone"), "rev-parse", "HEAD"), tip);
    assert.deepEqual(expectKind(await place.repositories.branches("project"), "branches").names, ["trunk"]);
    await Promise.all(answers);
    for (const sent of clones) sent.destroy();
  });
});

test("clients that leave in the middle of a clone leave its turn to others", limit, async () => {
  await inFolder(async (folder) => {
    const tip = await pushable(join(folder, "copy"));
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    await git(join(folder, "copy"), "push", "--quiet", url, "trunk");
    for (let left = 0; left < idleClients; left += 1) {
      const sent = openClone(url, tip);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      await once(answer, "readable");
      sent.destroy();
    }
    await git(folder, "clone", "--quiet", url, join(folder, "clone"));
    assert.equal(await git(join(folder, "clone"), "rev-parse", "HEAD"), tip);
  });
});
