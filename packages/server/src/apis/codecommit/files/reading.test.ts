import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });
const text = (content: string) => Buffer.from(content);

describe("what commits hold", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let codecommit: client.CodeCommitClient;
  const commits: string[] = [];
  const repositoryName = "code";
  before(async () => {
    house = await startHouse();
    ({ codecommit } = house.clients);
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
    const at = { repositoryName, branchName: "main" };
    const names = Array.from({ length: 5 }, (_, n) => `data/${n}.csv`);
    const steps: Omit<client.CreateCommitCommandInput, "repositoryName" | "branchName">[] = [
      { putFiles: [...names, ":(top)x", "train.py"].map((filePath) => ({ filePath, fileContent: text(filePath) })) },
      { putFiles: [{ filePath: "train.py", fileContent: text("two") }] },
      {
        putFiles: [{ filePath: "link", fileContent: text("train.py"), fileMode: "SYMLINK" }],
        deleteFiles: [{ filePath: "data/4.csv" }],
      },
      { putFiles: [{ filePath: "train.py", fileContent: text("three") }] },
    ];
    for (const step of steps) {
      const made = new client.CreateCommitCommand({ ...at, parentCommitId: commits.at(-1), ...step });
      commits.push((await codecommit.send(made)).commitId ?? "");
    }
  });
  after(() => house[Symbol.asyncDispose]());

  const file = (filePath: string, commitSpecifier?: string) =>
    codecommit.send(new client.GetFileCommand({ repositoryName, filePath, commitSpecifier }));
  const folder = (folderPath: string, commitSpecifier?: string) =>
    codecommit.send(new client.GetFolderCommand({ repositoryName, folderPath, commitSpecifier }));
  const differences = (input: Partial<client.GetDifferencesCommandInput>) =>
    codecommit.send(new client.GetDifferencesCommand({ repositoryName, afterCommitSpecifier: "main", ...input }));
  const changed = ({ differences: all }: client.GetDifferencesCommandOutput) =>
    all?.map(({ changeType, beforeBlob, afterBlob }) => `${changeType} ${(afterBlob ?? beforeBlob)?.path}`);

  test("files are read at a branch, at a commit, and by their blob", async () => {
    const now = await file("train.py");
    assert.deepEqual([text("three").equals(now.fileContent ?? text("")), now.commitId], [true, commits[3]]);
    const then = await file("/train.py", commits[1]);
    assert.deepEqual([then.fileSize, then.filePath, then.fileMode], [3, "train.py", "NORMAL"]);
    const blob = await codecommit.send(new client.GetBlobCommand({ repositoryName, blobId: then.blobId }));
    assert.equal(Buffer.from(blob.content ?? []).toString(), "two");
    assert.equal((await file(":(top)x", "refs/heads/main")).fileSize, 7);
    await fails(file("absent"), "FileDoesNotExistException");
    await fails(file("data"), "FileDoesNotExistException");
    await fails(file("../x"), "InvalidPathException");
    await fails(file(""), "PathRequiredException");
    for (const specifier of ["absent", "1".repeat(40), "HEAD~1", "--all"]) {
      await fails(file("train.py", specifier), "CommitDoesNotExistException");
    }
    const blobOf = (blobId: string) => codecommit.send(new client.GetBlobCommand({ repositoryName, blobId }));
    await fails(blobOf("x"), "InvalidBlobIdException");
    await fails(blobOf("1".repeat(40)), "BlobIdDoesNotExistException");
    await fails(blobOf(commits[0] ?? ""), "BlobIdDoesNotExistException");
  });

  test("folders tell files, links and folders", async () => {
    const root = await folder("/");
    assert.deepEqual(
      root.files?.map(({ absolutePath }) => absolutePath),
      [":(top)x", "train.py"],
    );
    assert.deepEqual(
      root.symbolicLinks?.map(({ relativePath }) => relativePath),
      ["link"],
    );
    assert.deepEqual(
      root.subFolders?.map(({ absolutePath }) => absolutePath),
      ["data"],
    );
    const data = await folder("data/", commits[0]);
    assert.equal(data.files?.length, 5);
    assert.deepEqual([data.files[0]?.absolutePath, data.files[0]?.relativePath], ["data/0.csv", "0.csv"]);
    await fails(folder("absent"), "FolderDoesNotExistException");
    await fails(folder("train.py"), "FolderDoesNotExistException");
    await fails(folder("a/../b"), "InvalidPathException");
    await fails(folder("/", "absent"), "CommitDoesNotExistException");
  });

  test("differences are told by path, page by page, for one path or all", async () => {
    const between = { beforeCommitSpecifier: commits[0] };
    assert.deepEqual(changed(await differences(between)), ["D data/4.csv", "A link", "M train.py"]);
    assert.equal((await differences({})).differences?.length, 7);
    const first = await differences({ ...between, MaxResults: 2 });
    assert.deepEqual(changed(first), ["D data/4.csv", "A link"]);
    const next = await differences({ ...between, MaxResults: 2, NextToken: first.NextToken });
    assert.deepEqual([changed(next), next.NextToken], [["M train.py"], undefined]);
    assert.deepEqual(changed(await differences({ ...between, afterPath: "data" })), ["D data/4.csv"]);
    const oneFile = await differences({ ...between, afterPath: "train.py", beforePath: "train.py" });
    assert.equal(oneFile.differences?.[0]?.beforeBlob?.mode, "100644");
    assert.equal(oneFile.differences.length, 1);
    await fails(differences({ ...between, afterPath: "absent" }), "PathDoesNotExistException");
    await fails(differences({ ...between, afterPath: "../x" }), "InvalidPathException");
    await fails(differences({ afterCommitSpecifier: "absent" }), "CommitDoesNotExistException");
    await fails(differences({ beforeCommitSpecifier: "absent" }), "CommitDoesNotExistException");
    await fails(differences({ MaxResults: 0 }), "InvalidMaxResultsException");
    await fails(differences({ NextToken: "x" }), "InvalidContinuationTokenException");
    await fails(differences({ repositoryName: "missing" }), "RepositoryDoesNotExistException");
  });

  test("a file's history is told newest first, page by page", async () => {
    const history = (input: Partial<client.ListFileCommitHistoryCommandInput>) =>
      codecommit.send(new client.ListFileCommitHistoryCommand({ repositoryName, filePath: "train.py", ...input }));
    const { revisionDag = [] } = await history({});
    const ids = revisionDag.map(({ commit }) => commit?.commitId);
    assert.deepEqual(ids, [commits[3], commits[1], commits[0]]);
    assert.deepEqual(
      revisionDag.map(({ revisionChildren }) => revisionChildren),
      [[], [commits[3]], [commits[1]]],
    );
    const first = await history({ maxResults: 2 });
    const next = await history({ maxResults: 2, nextToken: first.nextToken });
    assert.deepEqual([...(first.revisionDag ?? []), ...(next.revisionDag ?? [])], revisionDag);
    await fails(history({ commitSpecifier: "absent" }), "CommitDoesNotExistException");
    await fails(history({ maxResults: 0 }), "InvalidMaxResultsException");
    await fails(history({ nextToken: "x" }), "InvalidContinuationTokenException");
    await fails(history({ repositoryName: "missing" }), "RepositoryDoesNotExistException");
  });

  test("many commits and many repositories at once", async () => {
    const commitsOf = (commitIds: string[], name = repositoryName) =>
      codecommit.send(new client.BatchGetCommitsCommand({ repositoryName: name, commitIds }));
    const told = await commitsOf([commits[0] ?? "", "1".repeat(40)]);
    assert.deepEqual(
      told.commits?.map(({ commitId }) => commitId),
      [commits[0]],
    );
    assert.deepEqual(
      told.errors?.map(({ commitId, errorCode }) => [commitId, errorCode]),
      [["1".repeat(40), "CommitIdDoesNotExistException"]],
    );
    await fails(commitsOf([]), "CommitIdsListRequiredException");
    await fails(commitsOf(Array.from({ length: 101 }, () => "1".repeat(40))), "CommitIdsLimitExceededException");
    await fails(commitsOf(commits, "missing"), "RepositoryDoesNotExistException");
    const repositoriesOf = (repositoryNames: string[]) =>
      codecommit.send(new client.BatchGetRepositoriesCommand({ repositoryNames }));
    const found = await repositoriesOf([repositoryName, "missing"]);
    assert.deepEqual(
      found.repositories?.map((one) => one.defaultBranch),
      ["main"],
    );
    assert.deepEqual(found.repositoriesNotFound, ["missing"]);
    await fails(repositoriesOf([]), "RepositoryNamesRequiredException");
    const names = Array.from({ length: 101 }, (_, n) => `r${n}`);
    assert.equal((await repositoriesOf(names.slice(1))).repositoriesNotFound?.length, 100);
    await fails(repositoriesOf(names), "MaximumRepositoryNamesExceededException");
  });

  test("repositories are listed by name or by their last change, in both directions", async () => {
    for (const name of ["list-c", "list-a", "list-b"]) {
      await codecommit.send(new client.CreateRepositoryCommand({ repositoryName: name }));
    }
    const listed = async (input: client.ListRepositoriesCommandInput) => {
      const { repositories, nextToken } = await codecommit.send(new client.ListRepositoriesCommand(input));
      assert.equal(nextToken, undefined);
      return repositories?.map((one) => one.repositoryName).filter((name) => name?.startsWith("list-"));
    };
    const byName = ["list-a", "list-b", "list-c"];
    const byTime = ["list-c", "list-a", "list-b"];
    assert.deepEqual(await listed({}), byName);
    assert.deepEqual(await listed({ sortBy: "repositoryName", order: "ascending" }), byName);
    assert.deepEqual(await listed({ order: "descending" }), byName.toReversed());
    assert.deepEqual(await listed({ sortBy: "lastModifiedDate" }), byTime);
    assert.deepEqual(await listed({ sortBy: "lastModifiedDate", order: "descending" }), byTime.toReversed());
    const nextToken = "repositoryName.descending.0.list-c";
    assert.deepEqual(await listed({ order: "descending", nextToken }), ["list-b", "list-a"]);
    for (const wrong of [{ nextToken }, { order: "descending", nextToken: "list-c" }] as const) {
      await fails(listed(wrong), "InvalidContinuationTokenException");
    }
  });

  test("a repository gets another description and another name", async () => {
    const make = (name: string) => codecommit.send(new client.CreateRepositoryCommand({ repositoryName: name }));
    await make("old");
    await make("taken");
    const describeIt = (repositoryDescription: string | undefined, name = "old") =>
      codecommit.send(new client.UpdateRepositoryDescriptionCommand({ repositoryName: name, repositoryDescription }));
    const told = async (name: string) =>
      (await codecommit.send(new client.GetRepositoryCommand({ repositoryName: name }))).repositoryMetadata;
    await describeIt("what it is");
    assert.equal((await told("old"))?.repositoryDescription, "what it is");
    await describeIt(undefined);
    assert.equal((await told("old"))?.repositoryDescription, undefined);
    await fails(describeIt("x", "missing"), "RepositoryDoesNotExistException");
    const { repositoryId } = (await told("old")) ?? {};
    const rename = (oldName: string, newName: string) =>
      codecommit.send(new client.UpdateRepositoryNameCommand({ oldName, newName }));
    await fails(rename("old", "taken"), "RepositoryNameExistsException");
    await fails(rename("old", "new.git"), "InvalidRepositoryNameException");
    await fails(rename("missing", "new"), "RepositoryDoesNotExistException");
    await rename("old", "new");
    assert.equal((await told("new"))?.repositoryId, repositoryId);
    await fails(told("old"), "RepositoryDoesNotExistException");
  });
});
