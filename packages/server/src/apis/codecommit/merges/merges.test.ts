import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });
const lines = (...changed: string[]) => Buffer.from([...changed, "", "", "", "", "", "", "end"].join("\n"));

describe("merges of branches", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let codecommit: client.CodeCommitClient;
  let base: string;
  const repositoryName = "code";
  before(async () => {
    house = await startHouse();
    ({ codecommit } = house.clients);
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
    base = await commit("main", undefined, { shared: lines("a"), other: lines("b") });
  });
  after(() => house[Symbol.asyncDispose]());

  async function commit(branchName: string, parentCommitId: string | undefined, files: Record<string, Buffer>) {
    const putFiles = Object.entries(files).map(([filePath, fileContent]) => ({ filePath, fileContent }));
    const at = { repositoryName, branchName, parentCommitId };
    return (await codecommit.send(new client.CreateCommitCommand({ ...at, putFiles }))).commitId ?? "";
  }
  /** A branch at the base, with one commit of these files, or none. */
  async function branch(branchName: string, files?: Record<string, Buffer>): Promise<string> {
    await codecommit.send(new client.CreateBranchCommand({ repositoryName, branchName, commitId: base }));
    return files === undefined ? base : await commit(branchName, base, files);
  }
  const sides = (source: string, destination: string) => ({
    repositoryName,
    sourceCommitSpecifier: source,
    destinationCommitSpecifier: destination,
  });
  const tipOf = async (branchName: string) =>
    (await codecommit.send(new client.GetBranchCommand({ repositoryName, branchName }))).branch?.commitId;
  const parentsOf = async (commitId: string | undefined) =>
    (await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId }))).commit?.parents;
  const options = async (source: string, destination: string, more: Partial<client.GetMergeOptionsCommandInput> = {}) =>
    await codecommit.send(new client.GetMergeOptionsCommand({ ...sides(source, destination), ...more }));
  const forward = (source: string, destination: string, targetBranch?: string) =>
    codecommit.send(new client.MergeBranchesByFastForwardCommand({ ...sides(source, destination), targetBranch }));
  const squash = (source: string, destination: string, more: Partial<client.MergeBranchesBySquashCommandInput> = {}) =>
    codecommit.send(new client.MergeBranchesBySquashCommand({ ...sides(source, destination), ...more }));
  const threeWay = (source: string, destination: string, conflictDetailLevel?: "FILE_LEVEL" | "LINE_LEVEL") =>
    codecommit.send(new client.MergeBranchesByThreeWayCommand({ ...sides(source, destination), conflictDetailLevel }));

  test("by fast-forward, where the destination lies behind", async () => {
    const tip = await branch("f-source", { new: lines("x") });
    await branch("f-target");
    const told = await options("f-source", "f-target");
    assert.deepEqual(told.mergeOptions, ["FAST_FORWARD_MERGE", "SQUASH_MERGE", "THREE_WAY_MERGE"]);
    assert.deepEqual([told.sourceCommitId, told.destinationCommitId, told.baseCommitId], [tip, base, base]);
    assert.equal((await forward("f-source", "f-target")).commitId, tip);
    assert.equal(await tipOf("f-target"), tip);
    assert.equal((await threeWay("f-source", "f-target")).commitId, tip, "merged already");
    await fails(forward("f-source", base, "f-target"), "ConcurrentReferenceUpdateException");
  });

  test("by squash and three ways, where both sides went on", async () => {
    const source = await branch("t-source", { shared: lines("ours") });
    const target = await branch("t-target", { other: lines("theirs") });
    assert.deepEqual((await options("t-source", "t-target")).mergeOptions, ["SQUASH_MERGE", "THREE_WAY_MERGE"]);
    await fails(forward("t-source", "t-target"), "ManualMergeRequiredException");
    const whole = await threeWay("t-source", "t-target");
    assert.deepEqual(await parentsOf(whole.commitId), [target, source]);
    assert.equal(await tipOf("t-target"), whole.commitId);
    await branch("s-target", { other: lines("theirs") });
    const made = await squash("t-source", "refs/heads/s-target", { commitMessage: "One", authorName: "Ada" });
    assert.equal((await parentsOf(made.commitId))?.length, 1);
    assert.equal(made.treeId, whole.treeId);
    assert.equal(await tipOf("s-target"), made.commitId);
  });

  test("what conflicts is left to a person, by file or by line", async () => {
    const all = (first: string, last: string) => ({ shared: Buffer.concat([lines(first), Buffer.from(last)]) });
    await branch("c-source", all("mine", ""));
    const target = await branch("c-target", all("a", "theirs"));
    assert.deepEqual((await options("c-source", "c-target")).mergeOptions, []);
    await fails(threeWay("c-source", "c-target"), "ManualMergeRequiredException");
    const byLine = await options("c-source", "c-target", { conflictDetailLevel: "LINE_LEVEL" });
    assert.deepEqual(byLine.mergeOptions, ["SQUASH_MERGE", "THREE_WAY_MERGE"]);
    await branch("c-lines", all("yours", ""));
    await fails(threeWay("c-lines", "c-source", "LINE_LEVEL"), "ManualMergeRequiredException");
    assert.equal(await tipOf("c-target"), target);
    const merged = await threeWay("c-source", "c-target", "LINE_LEVEL");
    const file = new client.GetFileCommand({ repositoryName, filePath: "shared", commitSpecifier: merged.commitId });
    const { fileContent } = await codecommit.send(file);
    assert.deepEqual(Buffer.from(fileContent ?? []), all("mine", "theirs").shared);
  });

  test("are refused with CodeCommit's exceptions", async () => {
    await fails(options("absent", "main"), "CommitDoesNotExistException");
    await fails(squash("main", "absent"), "CommitDoesNotExistException");
    await fails(squash("main", "main", { repositoryName: "missing" }), "RepositoryDoesNotExistException");
    await fails(squash("main", "main", { targetBranch: "absent" }), "BranchDoesNotExistException");
    await fails(squash("main", base), "BranchDoesNotExistException");
    await fails(forward("main", "main", "a..b"), "InvalidTargetBranchException");
    await fails(squash("main", "main", { email: "not an address" }), "InvalidEmailException");
    const conflictResolution = { deleteFiles: [{ filePath: "x" }] };
    await fails(squash("main", "main", { conflictResolution }), "InvalidConflictResolutionException");
  });

  test("a policy keeps a branch from being merged into, by codecommit:References", async () => {
    const Resource = `arn:aws:codecommit:${house.place.region}:${house.place.accountId}:${repositoryName}`;
    const Condition = { StringEquals: { "codecommit:References": "refs/heads/main" } };
    using user = await newUser(house.clients, "developer", [
      { Effect: "Allow", Action: "codecommit:*", Resource },
      { Effect: "Deny", Action: "codecommit:Merge*", Resource, Condition },
    ]);
    await branch("free", { more: lines("x") });
    const as = user.codecommit;
    const denied = "AccessDeniedException";
    await fails(as.send(new client.MergeBranchesBySquashCommand(sides("free", "main"))), denied);
    await fails(as.send(new client.MergeBranchesByThreeWayCommand(sides("free", "refs/heads/main"))), denied);
    const hidden = { ...sides("free", base), targetBranch: "main" };
    await fails(as.send(new client.MergeBranchesByFastForwardCommand(hidden)), denied);
    await as.send(new client.MergeBranchesBySquashCommand(sides("f-source", "free")));
  });
});
