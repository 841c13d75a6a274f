import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Permission } from "../../access/index.ts";
import { authority, expectKind } from "../testing/place.ts";
import { openEncryptedArea } from "./encrypted-area.ts";
import type { Repository } from "./repository-store.ts";
import { areaKey, git, inFolder, openPlace } from "./testing/git-place.ts";
import type { Place } from "./testing/git-place.ts";

const canary = "canary-3f0b-in-the-repository";

async function workingCopy(folder: string): Promise<string> {
  const copy = join(folder, "copy");
  await mkdir(copy);
  await git(copy, "init", "--quiet", "--initial-branch=trunk");
  await writeFile(join(copy, "train.py"), `# ${canary}\n`.repeat(200));
  await git(copy, "add", ".");
  await git(copy, "commit", "--quiet", "-m", "Train the model\n\nIt is a tree.");
  return copy;
}

test("a push is cloned again, before and after a restart, and lies on disk encrypted", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const copy = await workingCopy(folder);
    const pushed = await git(copy, "rev-parse", "HEAD");
    {
      await using place = await openPlace(data);
      const { repositories, url } = place;
      expectKind(await repositories.create({ name: "project", description: "x" }), "created");
      assert.equal((await repositories.create({ name: "project" })).kind, "name-taken");
      assert.equal((await repositories.create({ name: "../x" })).kind, "invalid-name");
      assert.equal(await repositories.defaultBranch("project"), undefined);
      await git(copy, "push", "--quiet", `${url}/project`, "trunk");
      assert.equal(await repositories.defaultBranch("project"), "trunk");
      const head = expectKind(await repositories.headCommit("project", "trunk"), "commit");
      assert.equal(head.commitId, pushed);
      assert.equal((await repositories.headCommit("project", "other")).kind, "no-such-branch");
      const found = expectKind(await repositories.commit("project", pushed), "commit").commit;
      assert.equal(found.message, "Train the model\n\nIt is a tree.\n");
      assert.equal(found.author.email, "tester@example.com");
      assert.deepEqual(found.parents, []);
      await git(folder, "clone", "--quiet", `${url}/project`, join(folder, "clone-1"));
    }
    for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      assert.ok(!(await readFile(path)).includes(canary), path);
      assert.ok(!/refs|trunk|objects|HEAD/.test(entry.name), path);
    }
    await using again = await openPlace(data);
    await git(folder, "clone", "--quiet", `${again.url}/project`, join(folder, "clone-2"));
    assert.equal(await git(join(folder, "clone-2"), "rev-parse", "HEAD"), pushed);
    assert.deepEqual(expectKind(await again.repositories.branches("project"), "branches").names, ["trunk"]);
    assert.ok(expectKind(await again.repositories.delete("project"), "deleted").id);
    assert.equal(again.repositories.find("project"), undefined);
    await assert.rejects(git(folder, "clone", "--quiet", `${again.url}/project`, join(folder, "clone-3")));
  });
});

test("references that stand other content in for a commit's are not taken, nor heeded where they are", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    const reviewed = await git(copy, "rev-parse", "HEAD");
    const messageOf = async ({ repositories }: Place): Promise<string> =>
      expectKind(await repositories.commit("project", reviewed), "commit").commit.message;
    {
      await using place = await openPlace(folder);
      expectKind(await place.repositories.create({ name: "project" }), "created");
      const url = `${place.url}/project`;
      await git(copy, "push", "--quiet", url, "trunk");
      await git(copy, "commit", "--quiet", "--allow-empty", "-m", "Another content");
      await git(copy, "push", "--quiet", url, "HEAD:refs/heads/other");
      await assert.rejects(git(copy, "push", "--quiet", url, `HEAD:refs/replace/${reviewed}`), /hidden ref/);
      assert.match(await messageOf(place), /^Train the model/);
    }
    {
      await using area = await openEncryptedArea(join(folder, "git"), areaKey);
      const [repository = ""] = (await readdir(area.path)).filter((name) => name !== "lost+found");
      const replacing = join(area.path, repository, "refs", "replace");
      await mkdir(replacing);
      await writeFile(join(replacing, reviewed), `${await git(copy, "rev-parse", "HEAD")}\n`);
    }
    await using place = await openPlace(folder);
    assert.match(await messageOf(place), /^Train the model/);
    assert.ok(!(await git(copy, "ls-remote", `${place.url}/project`)).includes("refs/replace"));
  });
});

test("pulling and pushing are demanded, each by its own name", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    const asked: Permission[] = [];
    place.as(authority((one) => one.action === "codecommit:GitPush", asked));
    await assert.rejects(git(copy, "push", "--quiet", url, "trunk"), /403/);
    assert.equal(await git(copy, "ls-remote", url), "");
    place.as(authority((one) => one.action === "codecommit:GitPull", asked));
    await git(copy, "push", "--quiet", url, "trunk");
    await assert.rejects(git(copy, "ls-remote", url), /403/);
    assert.ok(asked.every((one) => one.resource === "arn:aws:codecommit:us-east-1:111122223333:project"));
    const names = new Set(asked.map((one) => one.action));
    assert.deepEqual([...names], ["codecommit:GitPush", "codecommit:GitPull"]);
    place.as(authority());
    await assert.rejects(git(copy, "ls-remote", `${place.url}/other`), /not found/);
  });
});

test("a push is decided on for each reference that it changes, and is whole or not at all", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    const asked: Permission[] = [];
    const references = () => asked.flatMap(({ context }) => context?.["codecommit:References"] ?? []);
    place.as(authority((one) => one.context?.["codecommit:References"] === "refs/heads/main", asked));
    await git(copy, "push", "--quiet", url, "trunk:feature", "trunk:refs/tags/v1");
    assert.deepEqual(references(), ["refs/heads/feature", "refs/tags/v1"]);
    for (const wanted of [["trunk:main"], ["trunk:other", "trunk:main"]]) {
      await assert.rejects(git(copy, "push", "--quiet", url, ...wanted), /403/);
    }
    await assert.rejects(git(copy, "-c", "http.postBuffer=1", "push", "--quiet", url, "trunk:main"), /403/);
    assert.deepEqual(expectKind(await place.repositories.branches("project"), "branches").names, ["feature"]);
    place.as(authority());
    await git(copy, "push", "--quiet", url, "trunk:main");
    place.as(authority((one) => one.context?.["codecommit:References"] === "refs/heads/main", asked));
    await assert.rejects(git(copy, "push", "--quiet", url, ":main"), /403/);
    assert.deepEqual(expectKind(await place.repositories.branches("project"), "branches").names, ["feature", "main"]);
  });
});

test("shallow clones, forced pushes and the default branch, in the old protocol and the new", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    await git(copy, "commit", "--quiet", "--allow-empty", "-m", "Second");
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const url = `${place.url}/project`;
    await git(copy, "push", "--quiet", url, "trunk");
    for (const version of ["0", "2"]) {
      const clone = join(folder, `shallow-${version}`);
      await git(folder, "-c", `protocol.version=${version}`, "clone", "--quiet", "--depth", "1", url, clone);
      assert.equal(await git(clone, "rev-list", "--count", "HEAD"), "1");
      await git(clone, "-c", `protocol.version=${version}`, "fetch", "--quiet", "--unshallow");
      assert.equal(await git(clone, "rev-list", "--count", "HEAD"), "2");
    }
    await git(copy, "commit", "--quiet", "--amend", "--allow-empty", "-m", "Another second");
    await assert.rejects(git(copy, "push", "--quiet", url, "trunk"), /rejected/);
    await git(copy, "push", "--quiet", "--force", url, "trunk");
    const head = expectKind(await place.repositories.headCommit("project", "trunk"), "commit");
    assert.equal(head.commitId, await git(copy, "rev-parse", "HEAD"));
    // CodeCommit keeps the default branch from being deleted by a push too.
    await assert.rejects(git(copy, "push", "--quiet", url, ":trunk"), /deletion of the current branch prohibited/);
  });
});

test("a list of repositories goes on behind the last one of a page, however it is sorted", async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder);
    const { repositories } = place;
    // All of them changed at the same moment: their names decide.
    for (const name of ["c", "a", "b"]) expectKind(await repositories.create({ name }), "created");
    for (const byTime of [false, true]) {
      for (const isDescending of [false, true]) {
        const all: string[] = [];
        let after: Repository | undefined;
        do {
          const page = repositories.list({ byTime, isDescending, after, max: 2 });
          all.push(...page.repositories.map(({ name }) => name));
          after = page.next;
        } while (after !== undefined);
        assert.deepEqual(all, isDescending ? ["c", "b", "a"] : ["a", "b", "c"], String([byTime, isDescending]));
      }
    }
  });
});

test("only git's smart services are served", async () => {
  await inFolder(async (folder) => {
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    for (const path of ["/HEAD", "/info/refs", "/config", "/objects/info/packs", "/info/refs?service=git-x"]) {
      assert.equal((await fetch(`${place.url}/project${path}`)).status, 404, path);
    }
  });
});

test("a broken commit is refused", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    const raw = (await git(copy, "cat-file", "commit", "HEAD")).replace("tester@example.com>", "tester@example.com");
    await writeFile(join(folder, "commit"), `${raw}\n`);
    const broken = await git(copy, "hash-object", "--literally", "-t", "commit", "-w", join(folder, "commit"));
    await git(copy, "update-ref", "refs/heads/broken", broken);
    await assert.rejects(git(copy, "push", "--quiet", `${place.url}/project`, "broken"));
    assert.equal((await place.repositories.headCommit("project", "broken")).kind, "no-such-branch");
  });
});

test("a repository that the disk does not wholly let go of is gone, and stands in no other's way", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const sealed = join(data, "git", "sealed");
    {
      await using place = await openPlace(data);
      expectKind(await place.repositories.create({ name: "to-go" }), "created");
      const [own = ""] = (await readdir(sealed)).filter((name) => !name.startsWith("gocryptfs."));
      // What gocryptfs leaves where a removal fails halfway: nothing that the plain view shows, in a folder that must be empty.
      await writeFile(join(sealed, own, "gocryptfs.diriv.rmdir.1"), "");
      expectKind(await place.repositories.create({ name: "to-stay" }), "created");
      expectKind(await place.repositories.delete("to-go"), "deleted");
      assert.deepEqual((await readdir(join(sealed, own))).sort(), ["gocryptfs.diriv", "gocryptfs.diriv.rmdir.1"]);
      assert.equal(place.repositories.find("to-go"), undefined);
    }
    await using again = await openPlace(data);
    assert.deepEqual(expectKind(await again.repositories.branches("to-stay"), "branches").names, []);
    expectKind(await again.repositories.create({ name: "to-go" }), "created");
  });
});

test("repositories are opened again after the process that keeps them was killed", async () => {
  await inFolder(async (folder) => {
    const copy = await workingCopy(folder);
    await using place = await openPlace(folder);
    expectKind(await place.repositories.create({ name: "project" }), "created");
    await git(copy, "push", "--quiet", `${place.url}/project`, "trunk");
    const pushed = await git(copy, "rev-parse", "HEAD");
    const keeper = await keeperOf(folder);
    process.kill(keeper, "SIGKILL");
    // Whoever asks in the moment of its end is told of a failure, and never that there is no such branch.
    let head: string | undefined;
    for (let tries = 0; head === undefined && tries < 50; tries += 1) {
      const found = await place.repositories.headCommit("project", "trunk").catch(() => wait(50));
      if (found !== undefined) head = expectKind(found, "commit").commitId;
    }
    assert.equal(head, pushed);
    assert.notEqual(await keeperOf(folder), keeper);
  });
});

/** The process that keeps the encrypted area in `folder`. */
async function keeperOf(folder: string): Promise<number> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
  for (const child of children.trim().split(" ").map(Number)) {
    const words = (await readFile(`/proc/${child}/cmdline`, "utf8")).split("\0");
    if (words[0] === "/usr/bin/gocryptfs" && words.some((word) => word.startsWith(folder))) return child;
  }
  throw new Error(`nothing keeps ${folder}`);
}
