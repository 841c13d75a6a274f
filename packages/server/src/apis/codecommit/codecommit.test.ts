import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as client from "@aws-sdk/client-codecommit";
import { CodeCommitClient } from "@aws-sdk/client-codecommit";
import { gitPassword } from "@strongroom/wire";
import { isRefused, migrations as accessMigrations, openAccess } from "../../access/index.ts";
import type { Access } from "../../access/index.ts";
import { migrations, openRepositories } from "../../artifacts/index.ts";
import type { Repositories } from "../../artifacts/index.ts";
import { openDb, silentLog, systemClock } from "../../platform/index.ts";
import type { Db } from "../../platform/index.ts";
import { accountId, openRoad, region } from "../s3/testing/road.ts";
import type { Road } from "../s3/testing/road.ts";
import { codecommit } from "./index.ts";

const run = promisify(execFile);
const key = Buffer.alloc(32, 5);
let folder: string;
let db: Db;
let access: Access;
let repositories: Repositories;
let road: Road;
let administrator: { accessKeyId: string; secretAccessKey: string };
let admin: CodeCommitClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "strongroom-codecommit-"));
  db = openDb(join(folder, "metadata.db"), key);
  db.migrate(migrations);
  db.migrate(accessMigrations);
  const place = { db, clock: systemClock, accountId, region };
  access = openAccess({ ...place, tokenKey: key });
  repositories = openRepositories({ ...place, log: silentLog, dataFolder: folder, key, onSyncFailed: () => undefined });
  road = await openRoad(access, [codecommit({ repositories })], repositories);
  const first = access.ensureFirstAdministrator();
  assert.ok(first !== undefined);
  administrator = first;
  admin = clientFor(first);
});
after(async () => {
  admin.destroy();
  await road[Symbol.asyncDispose]();
  await repositories[Symbol.asyncDispose]();
  db[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function clientFor(credentials: { accessKeyId: string; secretAccessKey: string }): CodeCommitClient {
  return new CodeCommitClient({ endpoint: road.endpoint, region, credentials, maxAttempts: 1 });
}

const fails = (sending: Promise<unknown>, name: string) =>
  assert.rejects(sending, (error: Error) => {
    assert.equal(error.name, name, error.message);
    return true;
  });

/** Pushes one commit to a branch, signed in as the administrator. */
async function pushTo(name: string, branch: string): Promise<string> {
  const work = join(folder, "work");
  await mkdir(work);
  const git = (...args: string[]) =>
    run("git", ["-C", work, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args]);
  await git("init", "--quiet", `--initial-branch=${branch}`);
  await writeFile(join(work, "file"), "content");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "First");
  const path = `/v1/repos/${name}`;
  const { host } = new URL(road.endpoint);
  const { accessKeyId, secretAccessKey } = administrator;
  const password = gitPassword({ path, host, region, secretAccessKey, now: new Date() });
  await git("push", "--quiet", `http://${accessKeyId}:${password}@${host}${path}`, branch);
  return (await git("rev-parse", "HEAD")).stdout.trim();
}

test("repositories: made, described, listed, deleted", async () => {
  const repositoryName = "models";
  const made = await admin.send(
    new client.CreateRepositoryCommand({ repositoryName, repositoryDescription: "x", tags: { team: "risk" } }),
  );
  const metadata = made.repositoryMetadata;
  assert.equal(metadata?.Arn, `arn:aws:codecommit:${region}:${accountId}:${repositoryName}`);
  assert.equal(metadata.cloneUrlHttp, `https://${new URL(road.endpoint).host}/v1/repos/${repositoryName}`);
  await fails(admin.send(new client.CreateRepositoryCommand({ repositoryName })), "RepositoryNameExistsException");
  const bad = new client.CreateRepositoryCommand({ repositoryName: "bad.git" });
  await fails(admin.send(bad), "InvalidRepositoryNameException");
  const told = await admin.send(new client.GetRepositoryCommand({ repositoryName }));
  assert.equal(told.repositoryMetadata?.repositoryDescription, "x");
  assert.equal(told.repositoryMetadata.defaultBranch, undefined);
  const listed = await admin.send(new client.ListRepositoriesCommand({}));
  assert.deepEqual(
    listed.repositories?.map((one) => one.repositoryName),
    [repositoryName],
  );
  const gone = await admin.send(new client.DeleteRepositoryCommand({ repositoryName }));
  assert.equal(gone.repositoryId, metadata.repositoryId);
  await fails(admin.send(new client.GetRepositoryCommand({ repositoryName })), "RepositoryDoesNotExistException");
  assert.equal((await admin.send(new client.DeleteRepositoryCommand({ repositoryName }))).repositoryId, undefined);
});

test("branches and commits of what was pushed", async () => {
  const repositoryName = "code";
  await admin.send(new client.CreateRepositoryCommand({ repositoryName }));
  const commitId = await pushTo(repositoryName, "trunk");
  const told = await admin.send(new client.GetRepositoryCommand({ repositoryName }));
  assert.equal(told.repositoryMetadata?.defaultBranch, "trunk");
  const branches = await admin.send(new client.ListBranchesCommand({ repositoryName }));
  assert.deepEqual(branches.branches, ["trunk"]);
  const branch = await admin.send(new client.GetBranchCommand({ repositoryName, branchName: "trunk" }));
  assert.deepEqual(branch.branch, { branchName: "trunk", commitId });
  const { commit } = await admin.send(new client.GetCommitCommand({ repositoryName, commitId }));
  assert.deepEqual([commit?.message, commit?.author?.name], ["First\n", "Ada"]);
  const absent = new client.GetBranchCommand({ repositoryName, branchName: "other" });
  await fails(admin.send(absent), "BranchDoesNotExistException");
  const unknown = new client.GetCommitCommand({ repositoryName, commitId: "0".repeat(40) });
  await fails(admin.send(unknown), "CommitIdDoesNotExistException");
  await fails(admin.send(new client.GetBranchCommand({ branchName: "x" })), "RepositoryNameRequiredException");
  await fails(admin.send(new client.GetBranchCommand({ repositoryName })), "BranchNameRequiredException");
  await fails(
    admin.send(new client.ListBranchesCommand({ repositoryName: "nope" })),
    "RepositoryDoesNotExistException",
  );
});

test("what is missing or breaks a limit is refused with the exception that the operation declares", async () => {
  const repositoryName = "x".repeat(101);
  const at = { repositoryName: "code" };
  const cases: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => admin.send(new client.CreateBranchCommand({} as never)), "RepositoryNameRequiredException"],
    [() => admin.send(new client.CreateBranchCommand({ ...at } as never)), "BranchNameRequiredException"],
    [
      () => admin.send(new client.CreateBranchCommand({ ...at, branchName: "x" } as never)),
      "CommitIdRequiredException",
    ],
    [
      () => admin.send(new client.CreateBranchCommand({ ...at, branchName: "x".repeat(257), commitId: "x" })),
      "InvalidBranchNameException",
    ],
    [() => admin.send(new client.GetRepositoryCommand({ repositoryName })), "InvalidRepositoryNameException"],
    [() => admin.send(new client.GetRepositoryCommand({ repositoryName: "a b" })), "InvalidRepositoryNameException"],
    [() => admin.send(new client.GetRepositoryCommand({ repositoryName: "" })), "RepositoryNameRequiredException"],
    [() => admin.send(new client.GetBranchCommand({ ...at, branchName: "" })), "BranchNameRequiredException"],
    [() => admin.send(new client.GetCommitCommand({ ...at, commitId: "1".repeat(65) })), "InvalidCommitIdException"],
    [() => admin.send(new client.GetBlobCommand({ ...at } as never)), "BlobIdRequiredException"],
    [() => admin.send(new client.ListRepositoriesCommand({ sortBy: "size" as never })), "InvalidSortByException"],
    [() => admin.send(new client.ListRepositoriesCommand({ order: "up" as never })), "InvalidOrderException"],
    [
      () => admin.send(new client.ListBranchesCommand({ ...at, nextToken: "x".repeat(99) })),
      "InvalidContinuationTokenException",
    ],
    [() => admin.send(new client.ListPullRequestsCommand({ ...at, maxResults: 1.5 })), "InvalidMaxResultsException"],
    [
      () => admin.send(new client.PutFileCommand({ ...at, branchName: "x", filePath: "x" } as never)),
      "FileContentRequiredException",
    ],
    [
      () =>
        admin.send(
          new client.CreateCommitCommand({ ...at, branchName: "x", deleteFiles: [{ filePath: "x".repeat(4097) }] }),
        ),
      "InvalidPathException",
    ],
    [
      () =>
        admin.send(
          new client.CreateRepositoryCommand({ repositoryName: "new", tags: { repositoryName: "x".repeat(257) } }),
        ),
      "InvalidTagsMapException",
    ],
    [() => admin.send(new client.TagResourceCommand({ resourceArn: "x" } as never)), "TagsMapRequiredException"],
    [() => admin.send(new client.UpdateCommentCommand({ content: "x" } as never)), "CommentIdRequiredException"],
    // What is not a member's value, but no value of its type, is another fault.
    [() => admin.send(new client.GetRepositoryCommand({ repositoryName: 1 as never })), "SerializationException"],
  ];
  for (const [send, name] of cases) await fails(send(), name);
});

test("each operation is denied to whoever lacks its permission", async () => {
  const name = "nobody";
  const user = access.users.create({ name, path: "/", boundaryArn: undefined, tags: {} });
  assert.ok(!isRefused(user));
  const made = access.users.createAccessKey(name);
  assert.ok(!isRefused(made));
  const nobody = clientFor({ accessKeyId: made.key.id, secretAccessKey: made.secretAccessKey });
  const repositoryName = "code";
  const denied = async (sending: Promise<unknown>, action: string) => {
    await assert.rejects(
      sending,
      (error: Error) => error.name === "AccessDeniedException" && error.message.includes(`codecommit:${action}`),
      action,
    );
  };
  await denied(nobody.send(new client.CreateRepositoryCommand({ repositoryName })), "CreateRepository");
  await denied(nobody.send(new client.GetRepositoryCommand({ repositoryName })), "GetRepository");
  await denied(nobody.send(new client.ListRepositoriesCommand({})), "ListRepositories");
  await denied(nobody.send(new client.DeleteRepositoryCommand({ repositoryName })), "DeleteRepository");
  await denied(nobody.send(new client.GetBranchCommand({ repositoryName, branchName: "trunk" })), "GetBranch");
  await denied(nobody.send(new client.ListBranchesCommand({ repositoryName })), "ListBranches");
  await denied(nobody.send(new client.GetCommitCommand({ repositoryName, commitId: "0".repeat(40) })), "GetCommit");
  nobody.destroy();
});
