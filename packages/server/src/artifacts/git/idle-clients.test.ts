import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { authority, collect, expectKind, pieces } from "../testing/place.ts";
import { fetchBytesMax } from "./fetch-request.ts";
import { git, inFolder, openPlace, type Place } from "./testing/git-place.ts";

const limit = { timeout: 90_000 };
/** More than there are turns. */
const idleClients = 12;
const promptMs = 20_000;
const fetchType = "application/x-git-upload-pack-request";

/** A pack of version 2 without objects. */
const packHead = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
const emptyPack = Buffer.concat([packHead, createHash("sha1").update(packHead).digest()]);

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;

/** A request whose body goes on after `begin`. */
function open(url: string, contentType: string, begin: string | Uint8Array, more = {}): ClientRequest {
  const headers = { "x-user": "idler", "content-type": contentType, ...more };
  const sent = request(url, { method: "POST", headers, agent: false });
  sent.on("error", () => undefined);
  sent.write(begin);
  return sent;
}

async function ask(url: string, body: string | Uint8Array, more = {}): Promise<{ status: number; body: Buffer }> {
  const sent = open(url, fetchType, body, more);
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: await collect(answer) };
}

/** Repositories `project`, with one commit of so many bytes, and `other`; says the commit's id. */
async function filled(place: Place, bytes: number): Promise<string> {
  const copy = join(place.folder, "copy");
  await mkdir(copy);
  await git(copy, "init", "--quiet", "--initial-branch=trunk");
  await writeFile(join(copy, "data"), randomBytes(bytes));
  await git(copy, "add", ".");
  await git(copy, "commit", "--quiet", "-m", "Data");
  for (const name of ["project", "other"]) {
    expectKind(await place.repositories.create({ name }), "created");
    await git(copy, "push", "--quiet", `${place.url}/${name}`, "trunk");
  }
  return await git(copy, "rev-parse", "HEAD");
}

/** What `work` gives, unless it waits for others. */
async function promptly<T>(work: Promise<T>): Promise<T> {
  const outcome = await Promise.race([work.then((value) => ({ value })), wait(promptMs, undefined)]);
  if (outcome === undefined) throw new Error("it waits for others");
  return outcome.value;
}

/** Operations are answered, and clones of these users. */
async function othersAreServed(place: Place, tip: string, users = ["worker"]): Promise<void> {
  const head = expectKind(await promptly(place.repositories.headCommit("other", "trunk")), "commit");
  assert.equal(head.commitId, tip);
  for (const name of users) {
    const clone = join(place.folder, name);
    const as = ["-c", `http.extraHeader=X-User: ${name}`];
    await promptly(git(place.folder, ...as, "clone", "--quiet", `${place.url}/other`, clone));
    assert.equal(await git(clone, "rev-parse", "HEAD"), tip);
  }
}

test("fetches whose request does not come keep nobody waiting, not even their own user", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder);
    const tip = await filled(place, 1000);
    const url = `${place.url}/project/git-upload-pack`;
    const idle = Array.from({ length: idleClients }, () => open(url, fetchType, "0"));
    await wait(500);
    await othersAreServed(place, tip, ["idler", "worker"]);
    for (const sent of idle) sent.destroy();
  });
});

test("pushes that do not come, and clones that are not taken, keep no other waiting", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder, { waitMsMax: 2000 });
    // More than the sockets and pipes between git and a client that reads nothing hold.
    const tip = await filled(place, 24 * 1024 * 1024);
    const command = `${"0".repeat(40)} ${tip} refs/heads/more\0 report-status\n`;
    const pushType = "application/x-git-receive-pack-request";
    const push = () => open(`${place.url}/project/git-receive-pack`, pushType, `${line(command)}0000`);
    const wanted = `${line(`want ${tip} side-band-64k\n`)}0000${line("done\n")}`;
    const clone = () => open(`${place.url}/project/git-upload-pack`, fetchType, wanted);
    for (const [name, make] of [
      ["pushes", push],
      ["clones", clone],
    ] as const) {
      const idle = Array.from({ length: idleClients }, make);
      if (make === clone) for (const sent of idle) sent.end();
      const answered = Promise.withResolvers<number[]>();
      const statuses: number[] = [];
      for (const sent of idle) {
        sent.on("response", ({ statusCode = 0 }) => {
          statuses.push(statusCode);
          if (statuses.filter((status) => status === 429).length === idleClients - 4) answered.resolve(statuses);
        });
      }
      await wait(500);
      await othersAreServed({ ...place, folder: await newFolder(folder, name) }, tip);
      // Four have a turn, and what a push is answered is kept back; the others are told after a while that they have none.
      const others = (await promptly(answered.promise)).filter((status) => status !== 429);
      assert.deepEqual(others, name === "pushes" ? [] : [200, 200, 200, 200]);
      for (const sent of idle) sent.destroy();
    }
  });
});

test("a push whose compressed body is broken is refused, wherever it breaks", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder);
    const tip = await filled(place, 200_000);
    const command = `${line(`${"0".repeat(40)} ${tip} refs/heads/more\0 report-status\n`)}0000`;
    // Packed without compression, so that the commands can be read before the break is met.
    const packing = ["-C", join(folder, "copy"), "pack-objects", "--quiet", "--all", "--stdout"];
    const pack = execFileSync("git", packing, { input: "" });
    const whole = gzipSync(Buffer.concat([Buffer.from(command), pack]), { level: 0 });
    for (const [body, why] of [
      [Buffer.from(command), "it is no gzip"],
      [whole.subarray(0, 20), "it ends within the commands"],
      [whole.subarray(0, 100_000), "it ends behind the commands"],
    ] as const) {
      const headers = { "content-encoding": "gzip", "content-type": "application/x-git-receive-pack-request" };
      const answer = await fetch(`${place.url}/project/git-receive-pack`, { method: "POST", headers, body });
      assert.equal(answer.status, 400, why);
      assert.match(await answer.text(), /not what its content encoding says/);
    }
    assert.equal((await place.repositories.headCommit("project", "more")).kind, "no-such-branch");
  });
});

test("a push that does not come is given up, and told so", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder, { pauseMsMax: 500 });
    const tip = await filled(place, 1000);
    const command = `${line(`${"0".repeat(40)} ${tip} refs/heads/more\0 report-status\n`)}0000`;
    const sent = open(`${place.url}/project/git-receive-pack`, "application/x-git-receive-pack-request", command);
    const [answer] = (await promptly(once(sent, "response"))) as [IncomingMessage];
    assert.equal(answer.statusCode, 408);
    assert.equal((await place.repositories.headCommit("project", "more")).kind, "no-such-branch");
    sent.destroy();
  });
});

test("answers that nobody begins to take leave their turns to others", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder, { waitMsMax: 2000 });
    const tip = await filled(place, 1024 * 1024);
    const wanted = `${line(`want ${tip} side-band-64k\n`)}0000${line("done\n")}`;
    for (let left = 0; left < idleClients; left += 1) {
      const gone = new AbortController();
      const { status } = await place.repositories.gitRequest({
        ...{ repository: "project", path: "/git-upload-pack", query: "", method: "POST", contentType: fetchType },
        ...{ body: pieces(Buffer.from(wanted)), authority: authority(), signal: gone.signal },
      });
      assert.equal(status, 200);
      gone.abort();
    }
    const push = `${line(`${"0".repeat(40)} ${tip} refs/heads/more\0 report-status\n`)}0000`;
    const gone = new AbortController();
    const { status } = await place.repositories.gitRequest({
      ...{ repository: "project", path: "/git-receive-pack", query: "", method: "POST" },
      ...{ contentType: "application/x-git-receive-pack-request", authority: authority(), signal: gone.signal },
      body: pieces(Buffer.concat([Buffer.from(push), emptyPack])),
    });
    assert.equal(status, 200);
    gone.abort();
    // A push goes on to its end, whoever is there to hear of it.
    let head = await place.repositories.headCommit("project", "more");
    for (let tries = 0; head.kind !== "commit" && tries < 100; tries += 1) {
      await wait(100);
      head = await place.repositories.headCommit("project", "more");
    }
    assert.equal(expectKind(head, "commit").commitId, tip);
  });
});

async function newFolder(folder: string, name: string): Promise<string> {
  const made = join(folder, `clones-${name}`);
  await mkdir(made);
  return made;
}

test("where everybody's turns are taken, a client is told so", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder, { waitMsMax: 100, turnsMax: 1 });
    const tip = await filled(place, 1000);
    const command = `${"0".repeat(40)} ${tip} refs/heads/more\0 report-status\n`;
    const pushType = "application/x-git-receive-pack-request";
    const idle = open(`${place.url}/project/git-receive-pack`, pushType, `${line(command)}0000`);
    const headers = { "x-user": "worker" };
    const asked = () => fetch(`${place.url}/project/info/refs?service=git-upload-pack`, { headers });
    let refused = await asked();
    // Until the push has its turn.
    for (let tries = 0; refused.status === 200 && tries < 50; tries += 1) refused = await asked();
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "60");
    assert.match(await refused.text(), /try again later/);
    idle.destroy();
  });
});

test("a fetch is read whole: compressed, in the new protocol, and not without end", limit, async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder);
    const tip = await filled(place, 1000);
    const url = `${place.url}/project/git-upload-pack`;
    const old = `${line(`want ${tip} side-band-64k\n`)}0000${line("done\n")}`;
    const recent = `${line("command=ls-refs\n")}0001${line("peel\n")}0000`;
    const version2 = { "git-protocol": "version=2" };
    for (const encoding of ["gzip", "x-gzip"]) {
      const zipped = { "content-encoding": encoding };
      const pack = await ask(url, gzipSync(old), zipped);
      assert.equal(pack.status, 200);
      assert.ok(pack.body.includes("PACK"));
      const references = await ask(url, gzipSync(recent), { ...zipped, ...version2 });
      assert.equal(references.status, 200);
      assert.ok(references.body.includes(`${tip} refs/heads/trunk`));
    }
    assert.ok((await ask(url, recent, version2)).body.includes(`${tip} refs/heads/trunk`));
    const long = line("x".repeat(60_000)).repeat(Math.ceil(fetchBytesMax / 60_000));
    assert.equal((await ask(url, long)).status, 413);
    assert.equal((await ask(url, gzipSync(long), { "content-encoding": "gzip" })).status, 413);
    assert.equal((await ask(url, old, { "content-encoding": "gzip" })).status, 400);
    assert.equal((await ask(url, old, { "content-encoding": "br" })).status, 400);
  });
});
