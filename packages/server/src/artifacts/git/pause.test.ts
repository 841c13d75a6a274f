import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { expectKind, pieces } from "../testing/place.ts";
import { Pause, paused } from "./pause.ts";
import { git, inFolder, openPlace } from "./testing/git-place.ts";

const pauseMs = 1500;
const limit = { timeout: 90_000 };
/** More than git serves of one user at once. */
const idleClients = 6;
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

/** The head of a push that makes a branch of `tip`. */
function pushHead(tip: string): string {
  const command = `${"0".repeat(40)} ${tip} refs/heads/other\0 report-status\n`;
  return `${line(command)}0000`;
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
    await using place = await openPlace(folder, { pauseMsMax: pauseMs });
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    await git(copy, "push", "--quiet", url, "trunk");

    const pushes = Array.from({ length: idleClients }, () =>
      open(`${url}/git-receive-pack`, "application/x-git-receive-pack-request", pushHead(tip)),
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

test("a client that sends a byte now and then is given up, one that is slow is not", limit, async () => {
  await inFolder(async (folder) => {
    const copy = join(folder, "copy");
    await mkdir(copy);
    await git(copy, "init", "--quiet", "--initial-branch=trunk");
    await writeFile(join(copy, "data"), randomBytes(96 * 1024));
    await git(copy, "add", ".");
    await git(copy, "commit", "--quiet", "-m", "Data");
    const tip = await git(copy, "rev-parse", "HEAD");
    await git(copy, "repack", "-a", "-d", "--quiet");
    const packs = join(copy, ".git/objects/pack");
    const [packed = ""] = (await readdir(packs)).filter((name) => name.endsWith(".pack"));
    const pack = await readFile(join(packs, packed));
    await using place = await openPlace(folder, { pauseMsMax: pauseMs });
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project/git-receive-pack`;
    const type = "application/x-git-receive-pack-request";

    const dripping = open(url, type, pushHead(tip));
    let dripped = 0;
    const drip = setInterval(() => dripping.write(pack.subarray(dripped, (dripped += 1))), pauseMs / 5);
    const outcome = await Promise.race([ended(dripping).then(() => "given up"), wait(5 * pauseMs, "held")]);
    clearInterval(drip);
    dripping.destroy();
    assert.equal(outcome, "given up");

    // Longer in all than a client is waited for, and faster than the least rate.
    const slow = open(url, type, pushHead(tip));
    const answered = once(slow, "response") as Promise<[IncomingMessage]>;
    for (let at = 0; at < pack.byteLength; at += 8 * 1024) {
      slow.write(pack.subarray(at, at + 8 * 1024));
      await wait(pauseMs / 6);
    }
    slow.end();
    const [answer] = await answered;
    assert.equal(answer.statusCode, 200);
    answer.resume();
    await once(answer, "end");
    const { commitId } = expectKind(await place.repositories.headCommit("project", "other"), "commit");
    assert.equal(commitId, tip);
  });
});

test("a client that takes next to nothing is given up, one that takes enough is not", async () => {
  const outcome = async (pieceBytes: number): Promise<string> => {
    const pause = new Pause(200, 8 * 1024);
    const taken = (async () => {
      for await (const piece of paused(pieces(Buffer.alloc(12 * pieceBytes), pieceBytes), pause)) {
        await wait(50, piece);
      }
      return "taken";
    })();
    return await Promise.race([taken, pause.over.then(() => "given up")]);
  };
  assert.equal(await outcome(1), "given up");
  assert.equal(await outcome(8 * 1024), "taken");
});
