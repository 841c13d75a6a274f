import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDb, systemClock } from "../../../platform/index.ts";
import { authority, expectKind } from "../../testing/place.ts";
import { noResolution } from "../merging/resolution.ts";
import { areaKey, inFolder, openPlace } from "../testing/git-place.ts";
import type { Place } from "../testing/git-place.ts";
import { PullRequestStore } from "./pull-request-store.ts";

const program = fileURLToPath(new URL("../testing/merge-server.ts", import.meta.url));
/** More of them by hand: `KILLS=50 node --test …/crash.test.ts`. */
const kills = Number(process.env["KILLS"] ?? "4");
const repository = "project";
const actor = authority().principal.arn;

/** Lets the process merge for a while, then kills it; says which merges it acknowledged. */
async function mergeUntilKilled(folder: string): Promise<string[]> {
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => server.once("exit", resolve));
  const acknowledged: string[] = [];
  let killing: Promise<void> | undefined;
  for await (const line of createInterface(server.stdout)) {
    if (line === "ready") killing = wait(600 + randomInt(1500)).then(() => void server.kill("SIGKILL"));
    else acknowledged.push(line);
  }
  await killing;
  await gone;
  return acknowledged;
}

const mergeOf = (id: string) => ({
  ...{ id, repository, sourceCommit: undefined, actor, option: "SQUASH_MERGE" as const, keepEmptyFolders: false },
  ...{ manner: { level: "FILE_LEVEL" as const, strategy: "NONE" as const }, resolution: noResolution },
  authorship: { name: "Ada", email: "", message: `Pull request ${id}` },
});

/** How often each pull request was merged, as the commits of main tell. */
async function mergesIn({ repositories }: Place): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const head = await repositories.headCommit(repository, "main");
  for (let at = head.kind === "commit" ? head.commitId : undefined; at !== undefined;) {
    const { commit } = expectKind(await repositories.commit(repository, at), "commit");
    const id = /^Pull request (\d+)$/.exec(commit.message)?.[1];
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    at = commit.parents[0];
  }
  return counts;
}

test("a server that is killed while it merges leaves every pull request merged once, or open and to be merged", async () => {
  await inFolder(async (folder) => {
    const acknowledged: string[] = [];
    // On a machine that is busy enough, every kill comes before the first merge.
    for (let round = 0; round < kills || (acknowledged.length === 0 && round < 5 * kills); round += 1) {
      acknowledged.push(...(await mergeUntilKilled(folder)));
      await using place = await openPlace(folder);
      const { pullRequests, pullRequestMerges } = place.repositories;
      const asked = { repository, authorArn: undefined, before: Number.MAX_SAFE_INTEGER, max: 10_000 };
      const { ids } = expectKind(await pullRequests.list({ ...asked, status: undefined }), "ids");
      const merges = await mergesIn(place);
      for (const id of ids.map(String)) {
        const { pullRequest } = expectKind(await pullRequests.get(id), "pull-request");
        const isMerged = pullRequest.merged !== undefined;
        assert.equal(pullRequest.status, isMerged ? "CLOSED" : "OPEN", id);
        assert.equal(merges.get(id) ?? 0, isMerged ? 1 : 0, id);
        assert.equal(pullRequest.intent, undefined, "nothing waits to be healed once it was read");
        if (acknowledged.includes(id)) assert.ok(isMerged, `${id} was acknowledged`);
        if (!isMerged) expectKind(await pullRequestMerges.merge(mergeOf(id)), "pull-request");
      }
      assert.ok([...(await mergesIn(place)).values()].every((count) => count === 1));
    }
    assert.ok(acknowledged.length > 0, "something was merged at all");
  });
});

test("what a kill leaves between the intent and the end of a merge is healed by whoever reads or merges next", async () => {
  await inFolder(async (folder) => {
    await mergeUntilKilled(folder);
    const commits: Record<string, string> = {};
    for (const state of ["branch moved", "branch did not move"] as const) {
      let id: string;
      {
        await using place = await openPlace(folder);
        const { branching, pullRequests, merges, fileCommits } = place.repositories;
        const head = expectKind(await place.repositories.headCommit(repository, "main"), "commit");
        const source = state.replaceAll(" ", "-");
        await branching.create(repository, source, head.commitId);
        const changes = {
          put: [{ path: source, content: Buffer.from("x") }],
          delete: [],
          modes: [],
          keepEmptyFolders: false,
        };
        const authorship = { name: "Ada", email: "", message: "x" };
        const commit = { repository, branch: source, parentId: head.commitId, changes, authorship, actor };
        expectKind(await fileCommits.create(commit), "committed");
        const asked = { repository, title: "x", description: undefined, source, destination: "main", token: undefined };
        const made = await pullRequests.create({ ...asked, author: authority().principal });
        id = String(expectKind(made, "created").pullRequest.id);
        const sides = { source, destination: "main", repository };
        commits[state] = expectKind(await merges.make({ ...mergeOf(id), ...sides }), "made").commitId;
        // The same steps as a merge takes, up to where it is killed.
        using db = openDb(join(folder, "metadata.db"), areaKey);
        const intent = { option: "SQUASH_MERGE" as const, commitId: commits[state], by: actor };
        new PullRequestStore(db).update(Number(id), { intent }, systemClock.now());
        if (state === "branch moved") {
          const to = { source: commits[state], destination: head.commitId, target: "main" };
          expectKind(await merges.merge({ ...mergeOf(id), ...sides, ...to, option: "FAST_FORWARD_MERGE" }), "merged");
        }
      }
      await using place = await openPlace(folder);
      const { pullRequests, pullRequestMerges } = place.repositories;
      const { pullRequest } = expectKind(await pullRequests.get(id), "pull-request");
      if (state === "branch moved") {
        assert.deepEqual(pullRequest.merged, { by: actor, commitId: commits[state], option: "SQUASH_MERGE" });
        assert.equal(pullRequest.status, "CLOSED");
        assert.equal((await pullRequestMerges.merge(mergeOf(id))).kind, "already-closed");
      } else {
        assert.deepEqual([pullRequest.status, pullRequest.intent], ["OPEN", undefined]);
        expectKind(await pullRequestMerges.merge(mergeOf(id)), "pull-request");
      }
      assert.equal((await mergesIn(place)).get(id), 1);
    }
  });
});
