import { strict as assert } from "node:assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateRepositoryCommand, GetBranchCommand } from "@aws-sdk/client-codecommit";
import {
  clientProgram,
  hostLacks,
  newRole,
  newUser,
  run,
  startHouse,
  type Clients,
  type Ran,
  type TestHouse,
} from "@strongroom/testkit";

const aws = clientProgram("aws");
const skip = aws === undefined ? "the AWS CLI is not installed: ./strongroom test brings it" : await hostLacks();

const remoteHelper = clientProgram("git-remote-codecommit");

/** Git as a user sets it up for CodeCommit: the AWS CLI is its credential helper. */
describe("git over HTTPS with CodeCommit's credentials", { skip }, () => {
  let house: TestHouse;
  let folder: string;
  let address: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strongroom-git-"));
    house = await startHouse();
    address = `${house.place.endpoint}/v1/repos/models`;
    await house.clients.codecommit.send(new CreateRepositoryCommand({ repositoryName: "models" }));
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  function git(as: Clients, ...words: string[]): Promise<Ran> {
    const settings = {
      "credential.helper": `!${aws ?? ""} codecommit credential-helper --ignore-host-check $@`,
      "credential.UseHttpPath": "true",
      "http.sslCAInfo": house.place.caPath,
      "user.name": "Ada",
      "user.email": "ada@example.com",
      "init.defaultBranch": "main",
    };
    const environment = { ...as.environment(), GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
    const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    return run("git", [...given, ...words], { folder, environment });
  }

  async function done(as: Clients, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await git(as, ...words);
    assert.equal(code, 0, `git ${words.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  test("clone, commit, push, clone again, pull", async () => {
    const me = house.clients;
    await done(me, "clone", "-q", address, "first");
    await writeFile(join(folder, "first/train.py"), "print('one')\n");
    await done(me, "-C", "first", "checkout", "-q", "-B", "main");
    await done(me, "-C", "first", "add", "--all");
    await done(me, "-C", "first", "commit", "-q", "-m", "One");
    await done(me, "-C", "first", "push", "-q", "origin", "main");
    const commit = await done(me, "-C", "first", "rev-parse", "HEAD");
    const { branch } = await me.codecommit.send(new GetBranchCommand({ repositoryName: "models", branchName: "main" }));
    assert.equal(branch?.commitId, commit);

    await done(me, "clone", "-q", address, "second");
    assert.equal(await readFile(join(folder, "second/train.py"), "utf8"), "print('one')\n");
    await writeFile(join(folder, "second/train.py"), "print('two')\n");
    await done(me, "-C", "second", "commit", "-q", "-a", "-m", "Two");
    await done(me, "-C", "second", "push", "-q", "origin", "main");
    await done(me, "-C", "first", "pull", "-q", "origin", "main");
    assert.equal(await readFile(join(folder, "first/train.py"), "utf8"), "print('two')\n");
  });

  test("what the AWS CLI commits is pulled, and what is pushed it reads", async () => {
    const me = house.clients;
    await done(me, "clone", "-q", address, "mixed");
    const parent = await done(me, "-C", "mixed", "rev-parse", "origin/main");
    const cli = async (...words: string[]): Promise<unknown> => {
      const given = ["codecommit", ...words, "--repository-name", "models", "--output", "json"];
      const { code, stdout, stderr } = await run(aws ?? "", given, { folder, environment: me.environment() });
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const file = JSON.stringify([{ filePath: "cli/notes.md", fileContent: "From the command line" }]);
    const made = (await cli(
      ...["create-commit", "--branch-name", "main", "--parent-commit-id", parent, "--put-files", file],
    )) as { commitId: string };
    await done(me, "-C", "mixed", "pull", "-q", "origin", "main");
    assert.equal(await done(me, "-C", "mixed", "rev-parse", "HEAD"), made.commitId);
    assert.equal(await readFile(join(folder, "mixed/cli/notes.md"), "utf8"), "From the command line");
    await done(me, "-C", "mixed", "fsck", "--full", "--strict");
    const range = ["--before-commit-specifier", parent, "--after-commit-specifier", "main"];
    const { differences } = (await cli("get-differences", ...range)) as { differences: { changeType: string }[] };
    assert.deepEqual(
      differences.map(({ changeType }) => changeType),
      ["A"],
    );
  });

  test("a pull request lives from push to merge through git and the AWS CLI", async () => {
    const me = house.clients;
    using reviewer = await newUser(me, "reviewer", [{ Effect: "Allow", Action: "codecommit:*", Resource: "*" }]);
    const cli = async <T>(as: Clients, ...words: string[]): Promise<T> => {
      const given = ["codecommit", ...words, "--output", "json"];
      const { code, stdout, stderr } = await run(aws ?? "", given, { folder, environment: as.environment() });
      assert.equal(code, 0, stderr);
      return (stdout === "" ? undefined : JSON.parse(stdout)) as T;
    };
    interface Told {
      readonly pullRequest: { pullRequestId: string; revisionId: string; pullRequestStatus: string };
    }
    await done(me, "clone", "-q", address, "reviewed");
    const commit = async (text: string) => {
      await writeFile(join(folder, "reviewed/reviewed.py"), text);
      await done(me, "-C", "reviewed", "add", "--all");
      await done(me, "-C", "reviewed", "commit", "-q", "-m", text);
      await done(me, "-C", "reviewed", "push", "-q", "origin", "HEAD:feature");
    };
    await commit("first");
    const targets = "repositoryName=models,sourceReference=feature,destinationReference=main";
    const made = await cli<Told>(me, "create-pull-request", "--title", "Feature", "--targets", targets);
    const id = ["--pull-request-id", made.pullRequest.pullRequestId];
    const content = JSON.stringify({
      Version: "2018-11-08",
      Statements: [{ Type: "Approvers", NumberOfApprovalsNeeded: 1 }],
    });
    const rule = ["--approval-rule-name", "one", "--approval-rule-content", content];
    await cli(me, "create-pull-request-approval-rule", ...id, ...rule);
    const approve = async ({ pullRequest: { revisionId } }: Told) => {
      const state = ["--revision-id", revisionId, "--approval-state", "APPROVE"];
      await cli(reviewer, "update-pull-request-approval-state", ...id, ...state);
    };
    await approve(made);
    // ② what is pushed after an approval was not approved.
    await commit("second");
    const merge = ["codecommit", "merge-pull-request-by-squash", ...id, "--repository-name", "models"];
    const refused = await run(aws ?? "", merge, { folder, environment: me.environment() });
    assert.match(refused.stderr, /PullRequestApprovalRulesNotSatisfiedException/);
    await approve(await cli<Told>(me, "get-pull-request", ...id));
    const merged = await cli<Told>(me, ...merge.slice(1));
    assert.equal(merged.pullRequest.pullRequestStatus, "CLOSED");
    await done(me, "-C", "reviewed", "fetch", "-q", "origin", "main");
    assert.equal(await done(me, "-C", "reviewed", "show", "FETCH_HEAD:reviewed.py"), "second");
  });

  test("who may only pull cannot push, and who may nothing cannot pull", async () => {
    const resource = `arn:aws:codecommit:${house.place.region}:${house.place.accountId}:models`;
    using reader = await newUser(house.clients, "reader", [
      { Effect: "Allow", Action: "codecommit:GitPull", Resource: resource },
    ]);
    using stranger = await newUser(house.clients, "stranger");
    await done(reader, "clone", "-q", address, "theirs");
    await writeFile(join(folder, "theirs/more.py"), "");
    await done(reader, "-C", "theirs", "add", "--all");
    await done(reader, "-C", "theirs", "commit", "-q", "-m", "More");
    const pushed = await git(reader, "-C", "theirs", "push", "origin", "HEAD:main");
    assert.notEqual(pushed.code, 0);
    assert.match(pushed.stderr, /403/);
    const cloned = await git(stranger, "clone", address, "none");
    assert.notEqual(cloned.code, 0);
    assert.match(cloned.stderr, /403/);
  });

  test("a password counts for one repository, and not without the key", async () => {
    const helper = await run(aws ?? "", ["codecommit", "credential-helper", "--ignore-host-check", "get"], {
      folder,
      environment: house.clients.environment(),
      input: `protocol=https\nhost=${new URL(address).host}\npath=v1/repos/models\n\n`,
    });
    const told = new Map(
      helper.stdout
        .split("\n")
        .filter((line) => line.includes("="))
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const user = `${told.get("username") ?? ""}:${told.get("password") ?? ""}`;
    const status = async (path: string, as: string) =>
      (
        await run("curl", [
          ...["-sS", "--cacert", house.place.caPath, "-o", "/dev/null", "-w", "%{http_code}", "-u", as],
          `${house.place.endpoint}/v1/repos/${path}/info/refs?service=git-upload-pack`,
        ])
      ).stdout;
    assert.equal(await status("models", user), "200");
    assert.equal(await status("others", user), "401");
    assert.equal(await status("models", `${user}0`), "401");
    assert.equal(await status("models", "AKIAIOSFODNN7EXAMPLE:20260101T000000Zabc"), "401");
  });

  test("git-remote-codecommit clones and pushes, for a user and for a session of a role", async () => {
    assert.ok(remoteHelper !== undefined, "git-remote-codecommit comes with the AWS CLI");
    const { place } = house;
    const through = async (as: Clients, ...words: string[]): Promise<string> => {
      const environment = {
        ...as.environment(),
        PATH: `${dirname(remoteHelper)}:/usr/bin:/bin`,
        // The helper signs in to AWS's own host, unless it is told another.
        CODE_COMMIT_ENDPOINT: new URL(address).host,
        GIT_SSL_CAINFO: place.caPath,
        GIT_TERMINAL_PROMPT: "0",
        GIT_CONFIG_NOSYSTEM: "1",
      };
      const settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
      const { code, stdout, stderr } = await run("git", [...settings, ...words], { folder, environment });
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };
    const Action = ["codecommit:GitPull", "codecommit:GitPush"];
    const Resource = `arn:aws:codecommit:${place.region}:${place.accountId}:models`;
    const role = await newRole(house.clients, "Committers", [{ Effect: "Allow", Action, Resource }]);
    using session = await role.assume("grc");
    for (const [name, as] of [
      ["user", house.clients],
      ["session", session],
    ] as const) {
      const clone = `grc-${name}`;
      await through(as, "clone", "-q", "--depth", "1", `codecommit::${place.region}://models`, clone);
      await writeFile(join(folder, clone, `${name}.py`), "print()\n");
      await through(as, "-C", clone, "add", "--all");
      await through(as, "-C", clone, "commit", "-q", "-m", name);
      await through(as, "-C", clone, "push", "-q", "origin", "HEAD:main");
      const { branch } = await house.clients.codecommit.send(
        new GetBranchCommand({ repositoryName: "models", branchName: "main" }),
      );
      assert.equal(branch?.commitId, await through(as, "-C", clone, "rev-parse", "HEAD"));
    }
  });
});
