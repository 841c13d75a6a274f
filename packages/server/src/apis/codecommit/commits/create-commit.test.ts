import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });
const text = (content: string) => Buffer.from(content);

describe("commits made of files", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let codecommit: client.CodeCommitClient;
  let tip: string;
  const repositoryName = "code";
  before(async () => {
    house = await startHouse();
    ({ codecommit } = house.clients);
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
    const putFiles = [
      { filePath: "train.py", fileContent: text("one") },
      { filePath: "/data/a.csv", fileContent: text("1,2") },
      { filePath: "bin/run", fileContent: text("#!"), fileMode: "EXECUTABLE" as const },
    ];
    tip = (await commit({ parentCommitId: undefined, putFiles })).commitId ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  /** A commit on the tip of main, unless the input says otherwise. */
  const commit = (input: Partial<client.CreateCommitCommandInput>) =>
    codecommit.send(
      new client.CreateCommitCommand({ repositoryName, branchName: "main", parentCommitId: tip, ...input }),
    );
  const put = (input: Partial<client.PutFileCommandInput>) => {
    const file = { filePath: "train.py", fileContent: text("new") };
    const at = { repositoryName, branchName: "main", parentCommitId: tip };
    return codecommit.send(new client.PutFileCommand({ ...at, ...file, ...input }));
  };
  const remove = (input: Partial<client.DeleteFileCommandInput>) => {
    const at = { repositoryName, branchName: "main", parentCommitId: tip };
    return codecommit.send(new client.DeleteFileCommand({ ...at, filePath: "train.py", ...input }));
  };
  const pathsIn = async (folderPath: string) => {
    const told = await codecommit.send(new client.GetFolderCommand({ repositoryName, folderPath }));
    return told.files?.map(({ absolutePath }) => absolutePath);
  };

  test("a path that git would leave out of a tree, or take for its own, is refused", async () => {
    const disguised = [
      ".git",
      "a/.GIT/config",
      ".git:x/y",
      ".git::$INDEX_ALLOCATION/c",
      "git~1:x",
      "a\\.git\\hooks",
      ".g\u200cit/config",
    ];
    for (const filePath of disguised) {
      await fails(commit({ putFiles: [{ filePath, fileContent: text("x") }] }), "InvalidPathException");
      await fails(put({ filePath }), "InvalidPathException");
    }
    const linked = { filePath: ".gitmodules", fileContent: text("x"), fileMode: "SYMLINK" as const };
    await fails(commit({ putFiles: [linked] }), "InvalidPathException");
    tip = (await commit({ putFiles: [{ ...linked, fileMode: "NORMAL" }] })).commitId ?? "";
    const setFileModes = [{ filePath: ".gitmodules", fileMode: "SYMLINK" as const }];
    await fails(commit({ setFileModes }), "InvalidPathException");
    tip = (await commit({ deleteFiles: [{ filePath: ".gitmodules" }] })).commitId ?? "";
  });

  test("a path of two thousand folders, and names that are no words of a command, hold nothing up", async () => {
    const deep = `${"a/".repeat(2000)}b`;
    tip = (await commit({ putFiles: [{ filePath: deep, fileContent: text("x") }] })).commitId ?? "";
    tip = (await commit({ deleteFiles: [{ filePath: deep }] })).commitId ?? "";
    for (let round = 0; round < 10; round += 1) {
      const branchName = "a\0b";
      await fails(
        codecommit.send(new client.GetBranchCommand({ repositoryName, branchName })),
        "BranchDoesNotExistException",
      );
      const file = new client.GetFileCommand({ repositoryName, filePath: "train.py", commitSpecifier: branchName });
      await fails(codecommit.send(file), "CommitDoesNotExistException");
    }
    const { branch } = await codecommit.send(new client.GetBranchCommand({ repositoryName, branchName: "main" }));
    assert.equal(branch?.commitId, tip);
  });

  test("add, update, copy, move and delete files, and set their modes", async () => {
    const made = await commit({
      authorName: "Ada",
      email: "ada@example.com",
      commitMessage: "All at once",
      putFiles: [
        { filePath: "train.py", fileContent: text("two") },
        { filePath: "copy.csv", sourceFile: { filePath: "data/a.csv" } },
        { filePath: "moved/run", sourceFile: { filePath: "bin/run", isMove: true } },
      ],
      deleteFiles: [{ filePath: "data/a.csv" }],
      keepEmptyFolders: true,
    });
    tip = made.commitId ?? "";
    const added = made.filesAdded?.map(({ absolutePath, fileMode }) => `${absolutePath} ${fileMode}`);
    assert.deepEqual(added, ["copy.csv NORMAL", "moved/run EXECUTABLE"]);
    assert.deepEqual(
      made.filesUpdated?.map(({ absolutePath }) => absolutePath),
      ["train.py"],
    );
    assert.deepEqual(
      made.filesDeleted?.map(({ absolutePath }) => absolutePath),
      ["data/a.csv", "bin/run"],
    );
    assert.deepEqual(await pathsIn("data"), ["data/.gitkeep"]);
    const { commit: told } = await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId: tip }));
    assert.deepEqual(
      [told?.author?.name, told?.author?.email, told?.message],
      ["Ada", "ada@example.com", "All at once"],
    );
    assert.equal(told?.treeId, made.treeId);
    tip = (await commit({ setFileModes: [{ filePath: "train.py", fileMode: "EXECUTABLE" }] })).commitId ?? "";
    const file = await codecommit.send(new client.GetFileCommand({ repositoryName, filePath: "train.py" }));
    assert.deepEqual([file.fileMode, file.commitId], ["EXECUTABLE", tip]);
    assert.equal(Buffer.from(file.fileContent ?? []).toString(), "two");
  });

  test("PutFile and DeleteFile make a commit each, by the caller where nobody is named", async () => {
    const made = await put({ filePath: "notes/read.me", fileContent: text("hello") });
    const { commit: told } = await codecommit.send(
      new client.GetCommitCommand({ repositoryName, commitId: made.commitId }),
    );
    assert.deepEqual([told?.parents, told?.message], [[tip], "Put notes/read.me"]);
    assert.notEqual(told?.author?.name, "");
    assert.equal(told?.author?.email, "");
    tip = made.commitId ?? "";
    const same = put({ filePath: "notes/read.me", fileContent: text("hello") });
    await fails(same, "SameFileContentException");
    const gone = await remove({ filePath: "notes/read.me", commitMessage: "Away" });
    assert.deepEqual([gone.blobId, gone.filePath], [made.blobId, "notes/read.me"]);
    tip = gone.commitId ?? "";
    await fails(remove({ filePath: "notes/read.me" }), "FileDoesNotExistException");
  });

  test("only one of many commits on the same parent is made", async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) => put({ filePath: `race-${at}`, fileContent: text("x") })),
    );
    const made = all.flatMap((one) => (one.status === "fulfilled" ? [one.value.commitId] : []));
    const names = all.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).name] : []));
    assert.equal(made.length, 1);
    assert.deepEqual(
      names,
      Array.from({ length: 5 }, () => "ParentCommitIdOutdatedException"),
    );
    tip = made[0] ?? "";
  });

  test("branch and parent are refused with CodeCommit's exceptions", async () => {
    const putFiles = [{ filePath: "x", fileContent: text("x") }];
    const { parents = [] } =
      (await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId: tip }))).commit ?? {};
    const cases: [Partial<client.CreateCommitCommandInput>, string][] = [
      [{ repositoryName: "missing" }, "RepositoryDoesNotExistException"],
      [{ branchName: "a..b" }, "InvalidBranchNameException"],
      [{ branchName: "absent" }, "BranchDoesNotExistException"],
      [{ parentCommitId: undefined }, "ParentCommitIdRequiredException"],
      [{ parentCommitId: "abc" }, "InvalidParentCommitIdException"],
      [{ parentCommitId: "1".repeat(40) }, "ParentCommitDoesNotExistException"],
      [{ parentCommitId: parents[0] }, "ParentCommitIdOutdatedException"],
      [{ authorName: "n".repeat(129) }, "NameLengthExceededException"],
      [{ email: "not an address" }, "InvalidEmailException"],
      [{ commitMessage: "m".repeat(262_145) }, "CommitMessageLengthExceededException"],
    ];
    for (const [input, name] of cases) {
      await fails(commit({ putFiles, ...input }), name);
      if (input.authorName !== undefined) continue;
      await fails(put({ filePath: "x", ...input }), name);
      if (input.parentCommitId !== undefined || !("parentCommitId" in input)) await fails(remove(input), name);
    }
  });

  test("settings of submodules that a push would be refused for are refused", async () => {
    const settings = (name: string, ...lines: readonly string[]) =>
      text([`[submodule "${name}"]`, ...lines.map((line) => `\t${line}`), ""].join("\n"));
    const broken = [
      settings("x", "path = x", "url = -uexec"),
      settings("x", "path = -x", "url = https://example.com/x.git"),
      settings("x", "path = x", "url = https://example.com/x.git", "update = !exec"),
      settings("../x", "path = x", "url = https://example.com/x.git"),
    ];
    for (const fileContent of broken) {
      for (const filePath of [".gitmodules", "GITMOD~1"]) {
        await fails(commit({ putFiles: [{ filePath, fileContent }] }), "InvalidPathException");
        await fails(put({ filePath, fileContent }), "InvalidPathException");
      }
    }
    const held = await commit({
      putFiles: [
        { filePath: ".gitmodules", fileContent: settings("x", "path = x", "url = https://example.com/x.git") },
      ],
    });
    tip = held.commitId ?? "";
    const elsewhere = await put({ filePath: "settings", fileContent: broken[0] });
    tip = elsewhere.commitId ?? "";
    const moved = { filePath: ".gitmodules", sourceFile: { filePath: "settings", isMove: true } };
    await fails(commit({ putFiles: [moved] }), "InvalidPathException");
    const both = [{ filePath: "settings" }, { filePath: ".gitmodules" }];
    tip = (await commit({ deleteFiles: both })).commitId ?? "";
  });

  test("a message has up to 256 KB, in UTF-8", async () => {
    const longest = "é".repeat(131_072);
    const put = await commit({ putFiles: [{ filePath: "told", fileContent: text("x") }], commitMessage: longest });
    tip = put.commitId ?? "";
    const removed = await remove({ filePath: "told", commitMessage: longest });
    tip = removed.commitId ?? "";
    for (const { commitId } of [put, removed]) {
      const told = await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId }));
      assert.equal(told.commit?.message, longest);
    }
    const longer = { commitMessage: `${longest}m` };
    await fails(
      commit({ putFiles: [{ filePath: "told", fileContent: text("x") }], ...longer }),
      "CommitMessageLengthExceededException",
    );
  });

  test("files are refused with CodeCommit's exceptions", async () => {
    const file = (filePath: string, fileContent: Buffer | undefined = text("x")) => ({ filePath, fileContent });
    const from = (filePath: string, source: string, isMove = false) => ({
      filePath,
      sourceFile: { filePath: source, isMove },
    });
    const large = Buffer.alloc(6 * 1024 * 1024 + 1);
    const cases: [Partial<client.CreateCommitCommandInput>, string][] = [
      [{}, "FileEntryRequiredException"],
      [{ putFiles: Array.from({ length: 101 }, (_, at) => file(`f${at}`)) }, "MaximumFileEntriesExceededException"],
      [{ putFiles: [file("../x")] }, "InvalidPathException"],
      [{ putFiles: [file("a/.GIT/config")] }, "InvalidPathException"],
      [{ putFiles: [file("a//b")] }, "InvalidPathException"],
      [{ putFiles: [file("")] }, "PathRequiredException"],
      [{ putFiles: [file("x")], deleteFiles: [{ filePath: "x" }] }, "SamePathRequestException"],
      [{ putFiles: [file("x"), file("x/y")] }, "PutFileEntryConflictException"],
      [{ putFiles: [{ ...from("x", "train.py"), ...file("x") }] }, "FileContentAndSourceFileSpecifiedException"],
      [{ putFiles: [{ filePath: "x" }] }, "SourceFileOrContentRequiredException"],
      [{ putFiles: [file("x", large)] }, "FileContentSizeLimitExceededException"],
      [{ putFiles: [from("x", "data/.gitkeep", true)] }, "RestrictedSourceFileException"],
      [{ putFiles: [from("x", "absent")] }, "FileDoesNotExistException"],
      [{ deleteFiles: [{ filePath: "data" }] }, "FileDoesNotExistException"],
      [{ setFileModes: [{ filePath: "absent", fileMode: "NORMAL" }] }, "FileDoesNotExistException"],
      [{ putFiles: [file("train.py/x")] }, "DirectoryNameConflictsWithFileNameException"],
      [{ putFiles: [file("data")] }, "FileNameConflictsWithDirectoryNameException"],
      [{ setFileModes: [{ filePath: "train.py", fileMode: "EXECUTABLE" }] }, "NoChangeException"],
    ];
    for (const [input, name] of cases) await fails(commit(input), name);
    await fails(put({ fileContent: large }), "FileContentSizeLimitExceededException");
    await fails(put({ filePath: "train.py/x" }), "DirectoryNameConflictsWithFileNameException");
    await fails(remove({ filePath: "a//b" }), "InvalidPathException");
    const head = await codecommit.send(new client.GetBranchCommand({ repositoryName, branchName: "main" }));
    assert.equal(head.branch?.commitId, tip, "nothing that was refused moved the branch");
  });
});
