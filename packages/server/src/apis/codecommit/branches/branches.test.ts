import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });

describe("branches of repositories", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let codecommit: client.CodeCommitClient;
  let commitId: string;
  const repositoryName = "code";
  before(async () => {
    house = await startHouse();
    ({ codecommit } = house.clients);
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
    const file = { filePath: "a", fileContent: Buffer.from("x") };
    const put = new client.PutFileCommand({ repositoryName, branchName: "main", ...file });
    commitId = (await codecommit.send(put)).commitId ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  const create = (branchName: string, at = commitId, name = repositoryName) =>
    codecommit.send(new client.CreateBranchCommand({ repositoryName: name, branchName, commitId: at }));
  const remove = (branchName: string, name = repositoryName) =>
    codecommit.send(new client.DeleteBranchCommand({ repositoryName: name, branchName }));
  const setDefault = (defaultBranchName: string, name = repositoryName) =>
    codecommit.send(new client.UpdateDefaultBranchCommand({ repositoryName: name, defaultBranchName }));

  test("are made, become the default, and are deleted", async () => {
    await create("feature/one");
    const asked = { repositoryName, branchName: "feature/one" };
    const { branch } = await codecommit.send(new client.GetBranchCommand(asked));
    assert.deepEqual(branch, { branchName: "feature/one", commitId });
    await setDefault("feature/one");
    const told = await codecommit.send(new client.GetRepositoryCommand({ repositoryName }));
    assert.equal(told.repositoryMetadata?.defaultBranch, "feature/one");
    await fails(remove("feature/one"), "DefaultBranchCannotBeDeletedException");
    await setDefault("main");
    assert.deepEqual((await remove("feature/one")).deletedBranch, { branchName: "feature/one", commitId });
    assert.equal((await remove("feature/one")).deletedBranch, undefined);
  });

  test("are refused with CodeCommit's exceptions", async () => {
    await fails(create("main"), "BranchNameExistsException");
    await fails(create("main/below"), "InvalidBranchNameException");
    for (const name of ["-x", "a..b", "a b", "x.lock", "/x", "a/.b", "@", "a\u0007"]) {
      await fails(create(name), "InvalidBranchNameException");
      await fails(remove(name), "InvalidBranchNameException");
      await fails(setDefault(name), "InvalidBranchNameException");
    }
    await fails(create("x", "main"), "InvalidCommitIdException");
    await fails(create("x", "1".repeat(40)), "CommitDoesNotExistException");
    await fails(create("x", commitId, "missing"), "RepositoryDoesNotExistException");
    await fails(remove("x", "missing"), "RepositoryDoesNotExistException");
    await fails(setDefault("x", "missing"), "RepositoryDoesNotExistException");
    await fails(setDefault("absent"), "BranchDoesNotExistException");
  });

  test("a policy keeps one branch from somebody, by codecommit:References", async () => {
    const Resource = `arn:aws:codecommit:${house.place.region}:${house.place.accountId}:${repositoryName}`;
    using user = await newUser(house.clients, "developer", [
      { Effect: "Allow", Action: "codecommit:*", Resource },
      {
        Effect: "Deny",
        Action: ["codecommit:CreateBranch", "codecommit:DeleteBranch", "codecommit:PutFile"],
        Resource,
        Condition: { StringEquals: { "codecommit:References": "refs/heads/release" } },
      },
    ]);
    const as = user.codecommit;
    const denied = "AccessDeniedException";
    const make = (branchName: string) =>
      as.send(new client.CreateBranchCommand({ repositoryName, branchName, commitId }));
    await fails(make("release"), denied);
    await make("free");
    await fails(as.send(new client.DeleteBranchCommand({ repositoryName, branchName: "release" })), denied);
    await as.send(new client.DeleteBranchCommand({ repositoryName, branchName: "free" }));
    const file = { filePath: "b", fileContent: Buffer.from("x") };
    const put = new client.PutFileCommand({ repositoryName, branchName: "release", ...file });
    await fails(as.send(put), denied);
  });
});
