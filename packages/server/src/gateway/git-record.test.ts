import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { gitPassword } from "@strongroom/wire";
import { isRefused, migrations as accessMigrations, openAccess, type Access } from "../access/index.ts";
import { codecommit } from "../apis/codecommit/index.ts";
import { accountId, openRoad, region, type Road } from "../apis/s3/testing/road.ts";
import { migrations, openRepositories, type Repositories } from "../artifacts/index.ts";
import type { TrailEvent } from "../audit/index.ts";
import { gitTarget } from "./git-road.ts";
import { openDb, silentLog, systemClock, type Db } from "../platform/index.ts";

const run = promisify(execFile);
const key = Buffer.alloc(32, 5);
const repository = "models";
const zeros = "0".repeat(40);
type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };
let folder: string;
let db: Db;
let access: Access;
let repositories: Repositories;
let road: Road;
let administrator: Keys;
let records: TrailEvent[] = [];
/** The tip of `feature` in the moment when a push's outcome is recorded. */
let tipAtOutcome: string | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "strongroom-git-record-"));
  db = openDb(join(folder, "metadata.db"), key);
  db.migrate(migrations);
  db.migrate(accessMigrations);
  const place = { db, clock: systemClock, accountId, region };
  access = openAccess({ ...place, tokenKey: key });
  repositories = openRepositories({ ...place, log: silentLog, dataFolder: folder, key, onSyncFailed: () => undefined });
  road = await openRoad(access, [codecommit({ repositories })], repositories, systemClock, undefined, record);
  const first = access.ensureFirstAdministrator();
  assert.ok(first !== undefined);
  administrator = first;
  await repositories.create({ name: repository });
  await mkdir(join(folder, "copy"));
  await git("init", "--quiet", "--initial-branch=main");
  await commit("First");
  await push(administrator, "main");
});
after(async () => {
  await road[Symbol.asyncDispose]();
  await repositories[Symbol.asyncDispose]();
  db[Symbol.dispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  records = [];
});

async function record(...events: readonly TrailEvent[]): Promise<void> {
  for (const event of events) {
    if (event.phase === "outcome" && !event.readOnly) {
      const head = await repositories.headCommit(repository, "feature");
      tipAtOutcome = head.kind === "commit" ? head.commitId : undefined;
    }
  }
  records.push(...events);
}

async function git(...words: string[]): Promise<string> {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return (await run("git", ["-C", join(folder, "copy"), ...who, ...words])).stdout.trim();
}

async function commit(text: string): Promise<string> {
  await writeFile(join(folder, "copy", "file"), text);
  await git("add", ".");
  await git("commit", "--quiet", "-m", text);
  return await git("rev-parse", "HEAD");
}

function push({ accessKeyId, secretAccessKey }: Keys, ...references: string[]): Promise<string> {
  return pushTo(repository, { accessKeyId, secretAccessKey }, ...references);
}

function pushTo(name: string, { accessKeyId, secretAccessKey }: Keys, ...references: string[]): Promise<string> {
  const path = `/v1/repos/${name}`;
  const { host } = new URL(road.endpoint);
  const password = gitPassword({ path, host, region, secretAccessKey, now: new Date() });
  return git("push", "--quiet", `http://${accessKeyId}:${password}@${host}${path}`, ...references);
}

/** What the records of the push itself say, without the question for references that goes before. */
const pushes = () => records.filter(({ requestParameters }) => requestParameters?.["path"] === "/git-receive-pack");

test("a push's records name the references, and its outcome stands once they have moved", async () => {
  const id = await commit("Second");
  await push(administrator, "HEAD:refs/heads/feature", "HEAD:refs/tags/v1");
  const references = [
    { commit: id, ref: "refs/heads/feature" },
    { commit: id, ref: "refs/tags/v1" },
  ];
  const [intent, outcome, ...others] = pushes();
  assert.deepEqual(others, []);
  assert.deepEqual([intent?.phase, intent?.eventName, intent?.readOnly], ["intent", "GitPush", false]);
  assert.deepEqual(intent?.requestParameters?.["references"], references);
  assert.equal(outcome?.phase, "outcome");
  assert.deepEqual(outcome.requestParameters, intent.requestParameters);
  assert.deepEqual(outcome.responseElements, { references });
  assert.equal(outcome.errorCode, undefined);
  assert.equal(tipAtOutcome, id);
});

test("all references of a large push stand in its records, however many those are", async () => {
  const names = Array.from({ length: 400 }, (_, at) => `refs/heads/many/${"n".repeat(40)}-${at}`);
  const id = await git("rev-parse", "HEAD");
  await push(administrator, ...names.map((name) => `HEAD:${name}`));
  const told = (phase: string) => pushes().filter((record) => record.phase === phase);
  for (const [phase, where] of [
    ["intent", "requestParameters"],
    ["outcome", "requestParameters"],
    ["outcome", "responseElements"],
  ] as const) {
    assert.ok(told(phase).length > 1);
    assert.ok(told(phase).every((record) => JSON.stringify(record).length < 256 * 1024));
    const references = told(phase).flatMap((record) => record[where]?.["references"]);
    assert.deepEqual(
      references,
      names.map((ref) => ({ commit: id, ref })),
    );
  }
  assert.equal(new Set(pushes().map(({ requestID }) => requestID)).size, 1);
  await push(administrator, ...names.map((name) => `:${name}`));
});

test("what git refused of a push is told beside what moved", async () => {
  const id = await commit("Third");
  // The default branch cannot be deleted.
  await assert.rejects(push(administrator, ":refs/heads/main", "HEAD:refs/heads/feature"), /prohibited/);
  const outcome = pushes().at(-1);
  const deleted = { commit: zeros, ref: "refs/heads/main" };
  const moved = { commit: id, ref: "refs/heads/feature" };
  const byName = (all: unknown) => (all as { ref: string }[]).toSorted((one, two) => (one.ref < two.ref ? -1 : 1));
  assert.deepEqual(byName(outcome?.requestParameters?.["references"]), [moved, deleted]);
  assert.deepEqual(outcome?.responseElements, { references: [moved] });
  assert.equal(outcome.errorCode, "ReferenceUpdateRefused");
  assert.match(outcome.errorMessage ?? "", /refs\/heads\/main$/);
});

test("a push that is not allowed has the references in its one record, and moves none", async () => {
  const user = access.users.create({ name: "reader", path: "/", boundaryArn: undefined, tags: {} });
  assert.ok(!isRefused(user));
  const statement = { Effect: "Allow", Action: "codecommit:GitPush", Resource: "*" };
  const deny = {
    ...{ Effect: "Deny", Action: "codecommit:GitPush", Resource: "*" },
    Condition: { StringEquals: { "codecommit:References": "refs/heads/kept" } },
  };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement, deny] });
  assert.equal(access.policies.putInline({ kind: "user", name: "reader" }, { name: "push", document }), undefined);
  const made = access.users.createAccessKey("reader");
  assert.ok(!isRefused(made));
  const reader = { accessKeyId: made.key.id, secretAccessKey: made.secretAccessKey };
  const id = await git("rev-parse", "HEAD");
  await assert.rejects(push(reader, "HEAD:refs/heads/kept"), /403/);
  const [outcome, ...others] = pushes();
  assert.deepEqual(others, []);
  assert.deepEqual([outcome?.phase, outcome?.errorCode], ["outcome", "AccessDeniedException"]);
  assert.deepEqual(outcome?.requestParameters?.["references"], [{ commit: id, ref: "refs/heads/kept" }]);
  assert.equal(outcome.responseElements, undefined);
});

test("what is refused before git begins is recorded as refused", async () => {
  await assert.rejects(pushTo("absent", administrator, "HEAD:refs/heads/main"), /not found/);
  const [asked] = records.filter(({ errorCode }) => errorCode !== "AuthenticationFailed");
  assert.deepEqual(
    [asked?.eventName, asked?.phase, asked?.errorCode],
    ["GitPush", "outcome", "RepositoryDoesNotExistException"],
  );
});

test("what is below a repository and is no service of git's is not found, for who signs in", async () => {
  const { host } = new URL(road.endpoint);
  const { accessKeyId, secretAccessKey } = administrator;
  const password = gitPassword({ path: `/v1/repos/${repository}`, host, region, secretAccessKey, now: new Date() });
  const authorization = `Basic ${Buffer.from(`${accessKeyId}:${password}`).toString("base64")}`;
  const ask = (path: string, init: RequestInit = {}) => fetch(`${road.endpoint}/v1/repos/${path}`, init);
  for (const path of ["", "/", "/HEAD", "/config", "/objects/info/packs", "/info/lfs/objects/batch", "/info/refs"]) {
    for (const method of ["GET", "PUT", "POST"]) {
      const answer = await ask(`${repository}${path}`, { method, headers: { authorization } });
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [404, "text/plain; charset=utf-8"], path);
      assert.match(await answer.text(), /no such Git service/);
    }
    const unsigned = await ask(`${repository}${path}`);
    assert.equal(unsigned.status, 401, path);
    assert.match(unsigned.headers.get("www-authenticate") ?? "", /^Basic /);
  }
  for (const path of ["", "a%20b/info/refs?service=git-upload-pack", `${repository}%2F/HEAD`]) {
    assert.equal((await ask(path, { headers: { authorization } })).status, 401, path);
  }
});

test("a key of a bucket that the host names is S3's, however it is called", () => {
  const targetFor = (host: string) =>
    gitTarget({ head: { method: "GET", target: "/v1/repos/models/HEAD", headers: [["host", host]] } } as never);
  assert.equal(targetFor("data.s3.us-east-1.example.com"), undefined);
  assert.deepEqual(targetFor("localhost:8443"), { repository: "models", path: "/HEAD", query: "" });
});
