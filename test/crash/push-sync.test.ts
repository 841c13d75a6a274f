import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { startHouseProcess } from "@strongroom/testkit";
import { traced } from "./failed-calls/strace.ts";
import { commitOf, gitAddress, gitClient, GitFailed } from "./git-client.ts";

const repositoryName = "project";
const branch = "refs/heads/main";

test("a push is acknowledged after the sync of all that names it, and a sync that fails ends the server", async () => {
  await using house = await startHouseProcess();
  await using client = await gitClient();
  await house.clients.codecommit.send(new CreateRepositoryCommand({ repositoryName }));
  const push = async (commit: string): Promise<void> => {
    const { address, trust } = gitAddress(house.clients, repositoryName);
    await client.git([...trust, "push", "--quiet", address, `${commit}:${branch}`]);
  };
  const tip = async (): Promise<string> => {
    const { address, trust } = gitAddress(house.clients, repositoryName);
    return (await client.git([...trust, "ls-remote", address, branch])).split("\t")[0] ?? "";
  };
  const [first, second] = [await commitOf(client, "one", "One"), await commitOf(client, "two", "Two")];

  const well = await traced(["-f", "-e", "trace=syncfs"], [house.pid], () => push(first));
  assert.match(well.log, /syncfs\(\d+\) += 0/);
  assert.equal(await tip(), first);

  const words = ["-f", "-e", "trace=syncfs", "-e", "inject=syncfs:error=EIO"];
  const failed = await traced(words, [house.pid], async () => {
    await assert.rejects(push(`+${second}`), GitFailed);
  });
  assert.match(failed.log, /syncfs\(\d+\) += -1 EIO .*INJECTED/);
  assert.ok(await house.hasEnded(10_000), "the server goes on after a sync that failed");

  await house.up();
  assert.ok([first, second].includes(await tip()), "the branch stands where nobody put it");
  await push(`+${second}`);
  assert.equal(await tip(), second);
});
