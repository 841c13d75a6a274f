import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });
const lines = (...changed: string[]) => Buffer.from([...changed, "", "", "", "", "", "", "end", ""].join("\n"));
type Files = Readonly<Record<string, Buffer | string | null>>;
type Manner = Partial<Pick<client.MergeBranchesBySquashInput, "conflictDetailLevel" | "conflictResolutionStrategy">>;

describe("conflicts of merges", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let codecommit: client.CodeCommitClient;
  let base: string;
  const repositoryName = "code";
  before(async () => {
    house = await startHouse();
    ({ codecommit } = house.clients);
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
    base = await commit("main", undefined, {
      "shared.py": lines("a"),
      "both.py": lines("b"),
      "gone.py": lines("c"),
      "picture.png": "\0base",
      "only/here.txt": "alone",
      place: "a file",
    });
    await branch("feature", {
      "shared.py": lines("feature"),
      "both.py": Buffer.from(lines("b").toString().replace("end", "feature")),
      "gone.py": null,
      "picture.png": "\0feature",
      "only/here.txt": null,
      place: null,
      "place/inside.txt": "a folder now",
      "new.py": "new",
    });
    await branch("stable", {
      "shared.py": lines("stable"),
      "both.py": lines("stable"),
      "gone.py": lines("stable"),
      "picture.png": "\0stable",
      place: "another file",
    });
  });
  after(() => house[Symbol.asyncDispose]());

  async function commit(branchName: string, parentCommitId: string | undefined, files: Files): Promise<string> {
    const putFiles = Object.entries(files).flatMap(([filePath, content]) =>
      content === null ? [] : [{ filePath, fileContent: Buffer.from(content) }],
    );
    const deleteFiles = Object.entries(files).flatMap(([filePath, content]) =>
      content === null ? [{ filePath }] : [],
    );
    const at = { repositoryName, branchName, parentCommitId };
    return (await codecommit.send(new client.CreateCommitCommand({ ...at, putFiles, deleteFiles }))).commitId ?? "";
  }
  async function branch(branchName: string, files: Files = {}, commitId = base): Promise<string> {
    await codecommit.send(new client.CreateBranchCommand({ repositoryName, branchName, commitId }));
    return Object.keys(files).length === 0 ? commitId : await commit(branchName, commitId, files);
  }
  const sides = { repositoryName, sourceCommitSpecifier: "feature", destinationCommitSpecifier: "stable" };
  const asked = { ...sides, mergeOption: "THREE_WAY_MERGE" as const };
  const conflicts = (more: Partial<client.GetMergeConflictsCommandInput> = {}) =>
    codecommit.send(new client.GetMergeConflictsCommand({ ...asked, ...more }));
  const describeFile = (filePath: string, more: Partial<client.DescribeMergeConflictsCommandInput> = {}) =>
    codecommit.send(new client.DescribeMergeConflictsCommand({ ...asked, filePath, ...more }));
  /** The files of a merge that no branch shows. */
  async function merged(manner: Manner, more: Partial<client.CreateUnreferencedMergeCommitInput> = {}) {
    const { commitId } = await codecommit.send(
      new client.CreateUnreferencedMergeCommitCommand({ ...asked, ...manner, ...more }),
    );
    return async (filePath: string): Promise<string | undefined> => {
      const file = new client.GetFileCommand({ repositoryName, filePath, commitSpecifier: commitId });
      const { fileContent } = await codecommit.send(file).catch((error: unknown) => {
        if ((error as Error).name === "FileDoesNotExistException") return { fileContent: undefined };
        throw error;
      });
      return fileContent && Buffer.from(fileContent).toString();
    };
  }

  test("are told by file: what both changed, and how", async () => {
    const told = await conflicts();
    assert.equal(told.mergeable, false);
    assert.equal(told.baseCommitId, base);
    const found = new Map(told.conflictMetadataList?.map((one) => [one.filePath, one]));
    assert.deepEqual([...found.keys()], ["both.py", "gone.py", "picture.png", "place", "shared.py"]);
    const shared = found.get("shared.py");
    assert.deepEqual(shared?.fileModes, { base: "NORMAL", destination: "NORMAL", source: "NORMAL" });
    assert.deepEqual(shared.objectTypes, { base: "FILE", destination: "FILE", source: "FILE" });
    assert.deepEqual(shared.mergeOperations, { source: "M", destination: "M" });
    assert.deepEqual(shared.fileSizes, { base: 12, source: 18, destination: 17 });
    assert.deepEqual([shared.contentConflict, shared.numberOfConflicts], [true, 1]);
    assert.deepEqual(found.get("gone.py")?.mergeOperations, { source: "D", destination: "M" });
    assert.deepEqual(found.get("picture.png")?.isBinaryFile, { base: true, destination: true, source: true });
    const place = found.get("place");
    assert.deepEqual(place?.objectTypes, { base: "FILE", destination: "FILE", source: "DIRECTORY" });
    assert.equal(place.objectTypeConflict, true);
  });

  test("are told by line, hunk by hunk, with the lines of every side", async () => {
    const byLine = { conflictDetailLevel: "LINE_LEVEL" as const };
    const paths = (await conflicts(byLine)).conflictMetadataList?.map(({ filePath }) => filePath);
    assert.deepEqual(paths, ["gone.py", "picture.png", "place", "shared.py"]);
    const told = await describeFile("shared.py", byLine);
    const [hunk] = told.mergeHunks ?? [];
    assert.equal(told.mergeHunks?.length, 1);
    const text = (side: client.MergeHunkDetail | undefined) =>
      Buffer.from(side?.hunkContent ?? "", "base64").toString();
    assert.deepEqual([text(hunk?.base), text(hunk?.source), text(hunk?.destination)], ["a\n", "feature\n", "stable\n"]);
    assert.deepEqual([hunk?.isConflict, hunk?.source?.startLine, hunk?.source?.endLine], [true, 0, 1]);
    const settled = await describeFile("both.py", byLine);
    assert.deepEqual([settled.conflictMetadata?.numberOfConflicts, settled.mergeHunks], [0, []]);
    const whole = await describeFile("both.py");
    assert.equal(text(whole.mergeHunks?.[0]?.source), lines("b").toString().replace("end", "feature"));
    assert.deepEqual((await describeFile("picture.png", byLine)).mergeHunks, []);
    await fails(describeFile("absent.py"), "FileDoesNotExistException");
    await fails(describeFile("a/../b"), "InvalidPathException");
    await fails(describeFile(""), "PathRequiredException");
    await fails(describeFile("shared.py", { maxMergeHunks: 0 }), "InvalidMaxMergeHunksException");
  });

  test("page by page, about the commits of the first page, and for files by name", async () => {
    const batch = (more: Partial<client.BatchDescribeMergeConflictsCommandInput>) =>
      codecommit.send(new client.BatchDescribeMergeConflictsCommand({ ...asked, ...more }));
    await branch("moving", {}, (await conflicts()).sourceCommitId ?? "");
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const moving = { sourceCommitSpecifier: "moving", maxConflictFiles: 2, nextToken };
      const page = await batch(moving);
      seen.push(...(page.conflicts ?? []).map(({ conflictMetadata }) => conflictMetadata?.filePath));
      if (nextToken === undefined) await commit("moving", page.sourceCommitId, { "shared.py": lines("stable") });
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    assert.deepEqual(seen, ["both.py", "gone.py", "picture.png", "place", "shared.py"]);
    const named = await batch({ filePaths: ["shared.py", "new.py", "absent.py", "../x"] });
    assert.deepEqual(
      named.conflicts?.map(({ conflictMetadata: one }) => [one?.filePath, one?.numberOfConflicts]),
      [
        ["shared.py", 1],
        ["new.py", 0],
      ],
    );
    assert.deepEqual(
      named.errors?.map(({ filePath, exceptionName }) => [filePath, exceptionName]),
      [
        ["absent.py", "FileDoesNotExistException"],
        ["../x", "InvalidPathException"],
      ],
    );
    await fails(conflicts({ nextToken: "nonsense" }), "InvalidContinuationTokenException");
    await fails(conflicts({ maxConflictFiles: -1 }), "InvalidMaxConflictFilesException");
    await fails(conflicts({ sourceCommitSpecifier: "absent" }), "CommitDoesNotExistException");
    await fails(conflicts({ repositoryName: "absent" }), "RepositoryDoesNotExistException");
    const forward = await conflicts({ mergeOption: "FAST_FORWARD_MERGE", destinationCommitSpecifier: base });
    assert.deepEqual([forward.mergeable, forward.conflictMetadataList], [true, []]);
  });

  test("are settled by a strategy: whole files, or only the lines that conflict", async () => {
    await fails(merged({}), "ManualMergeRequiredException");
    const source = await merged({ conflictResolutionStrategy: "ACCEPT_SOURCE" });
    assert.equal(await source("both.py"), lines("b").toString().replace("end", "feature"));
    assert.equal(await source("gone.py"), undefined);
    assert.equal(await source("place/inside.txt"), "a folder now");
    assert.equal(await source("place"), undefined);
    assert.equal(await source("new.py"), "new");
    const byLine = { conflictDetailLevel: "LINE_LEVEL" as const };
    const destination = await merged({ ...byLine, conflictResolutionStrategy: "ACCEPT_DESTINATION" });
    assert.equal(await destination("both.py"), lines("stable").toString().replace("end", "feature"));
    assert.equal(await destination("shared.py"), lines("stable").toString());
    assert.equal(await destination("gone.py"), lines("stable").toString());
    assert.equal(await destination("picture.png"), "\0stable");
    assert.equal(await destination("place"), "another file");
    assert.equal(await destination("place/inside.txt"), undefined);
    assert.equal(await destination("only/here.txt"), undefined);
    const told = await conflicts({ conflictResolutionStrategy: "ACCEPT_SOURCE" });
    assert.deepEqual([told.mergeable, told.conflictMetadataList], [true, []]);
    const options = new client.GetMergeOptionsCommand({ ...sides, conflictResolutionStrategy: "ACCEPT_SOURCE" });
    assert.deepEqual((await codecommit.send(options)).mergeOptions, ["SQUASH_MERGE", "THREE_WAY_MERGE"]);
    const automatic = await conflicts({ conflictResolutionStrategy: "AUTOMERGE" });
    assert.equal(
      automatic.conflictMetadataList?.some(({ filePath }) => filePath === "both.py"),
      false,
    );
  });

  test("are settled by a person: each conflict once, and every one of them", async () => {
    const strategy = { conflictResolutionStrategy: "AUTOMERGE" as const };
    const replaceContents: client.ReplaceContentEntry[] = [
      {
        filePath: "shared.py",
        replacementType: "USE_NEW_CONTENT",
        content: Buffer.from("ours"),
        fileMode: "EXECUTABLE",
      },
      { filePath: "picture.png", replacementType: "KEEP_BASE" },
      { filePath: "place", replacementType: "KEEP_SOURCE" },
    ];
    const whole = { replaceContents, deleteFiles: [{ filePath: "gone.py" }] };
    const files = await merged(strategy, { conflictResolution: whole, keepEmptyFolders: true });
    assert.equal(await files("shared.py"), "ours");
    assert.equal(await files("picture.png"), "\0base");
    assert.equal(await files("place/inside.txt"), "a folder now");
    assert.equal(await files("gone.py"), undefined);
    assert.equal(await files("both.py"), lines("stable").toString().replace("end", "feature"));
    assert.equal(await files("only/.gitkeep"), "");
    const attempt = (conflictResolution: client.ConflictResolution, more: Manner = strategy) =>
      merged(more, { conflictResolution });
    await fails(attempt({ replaceContents }), "ManualMergeRequiredException");
    const twice = { ...whole, deleteFiles: [{ filePath: "gone.py" }, { filePath: "place" }] };
    await fails(attempt(twice), "MultipleConflictResolutionEntriesException");
    const one = (entry: client.ReplaceContentEntry) => ({ replaceContents: [entry] });
    const type = "USE_NEW_CONTENT" as const;
    await fails(attempt(one({ filePath: "place", replacementType: type })), "ReplacementContentRequiredException");
    const content = Buffer.from("x");
    const kept = one({ filePath: "place", replacementType: "KEEP_BASE", content });
    await fails(attempt(kept), "InvalidReplacementContentException");
    const large = one({ filePath: "place", replacementType: type, content: Buffer.alloc(6 * 1024 * 1024 + 1) });
    await fails(attempt(large), "FileContentSizeLimitExceededException");
    await fails(
      attempt(one({ filePath: "new.py", replacementType: type, content })),
      "InvalidConflictResolutionException",
    );
    await fails(attempt(whole, {}), "InvalidConflictResolutionException");
    await fails(attempt({ deleteFiles: [{ filePath: "" }] }), "PathRequiredException");
    await fails(attempt({ deleteFiles: [{ filePath: "../x" }] }), "InvalidPathException");
    const many = Array.from({ length: 1001 }, (_, at) => ({ filePath: `f${at}` }));
    await fails(attempt({ deleteFiles: many }), "MaximumConflictResolutionEntriesExceededException");
    await fails(merged(strategy, { mergeOption: "FAST_FORWARD_MERGE" }), "InvalidMergeOptionException");
  });

  test("modes that both set differently are resolved by a mode", async () => {
    const at = await commit("main", base, { "start.sh": "go" });
    const put = async (branchName: string, fileMode: "NORMAL" | "EXECUTABLE") => {
      await branch(branchName, {}, base);
      const putFiles = [{ filePath: "run.sh", fileContent: Buffer.from("go"), fileMode }];
      const input = { repositoryName, branchName, parentCommitId: base, putFiles };
      await codecommit.send(new client.CreateCommitCommand(input));
    };
    await put("normal", "NORMAL");
    await put("executable", "EXECUTABLE");
    const between = { sourceCommitSpecifier: "normal", destinationCommitSpecifier: "executable" };
    const [told] = (await conflicts({ ...between, conflictDetailLevel: "LINE_LEVEL" })).conflictMetadataList ?? [];
    assert.deepEqual([told?.fileModeConflict, told?.contentConflict, told?.numberOfConflicts], [true, false, 1]);
    const setFileModes = [{ filePath: "run.sh", fileMode: "EXECUTABLE" as const }];
    const strategy = { conflictResolutionStrategy: "AUTOMERGE" as const };
    const files = await merged(strategy, { ...between, conflictResolution: { setFileModes } });
    assert.equal(await files("run.sh"), "go");
    assert.ok(at);
  });

  test("no conflict is resolved to settings of submodules that a push would be refused for", async () => {
    const settings = (url: string) => `[submodule "x"]\n\tpath = x\n\turl = ${url}\n`;
    await branch("settings-one", { ".gitmodules": settings("https://one.example.com/x.git") });
    await branch("settings-two", { ".gitmodules": settings("https://two.example.com/x.git") });
    const between = { sourceCommitSpecifier: "settings-one", destinationCommitSpecifier: "settings-two" };
    const resolvedTo = (url: string) => {
      const content = Buffer.from(settings(url));
      const replaceContents = [{ filePath: ".gitmodules", replacementType: "USE_NEW_CONTENT" as const, content }];
      const strategy = { conflictResolutionStrategy: "AUTOMERGE" as const };
      return merged(strategy, { ...between, conflictResolution: { replaceContents } });
    };
    await fails(resolvedTo("-uexec"), "InvalidPathException");
    const files = await resolvedTo("https://three.example.com/x.git");
    assert.equal(await files(".gitmodules"), settings("https://three.example.com/x.git"));
  });

  test("branches that were merged crosswise are compared with both ancestors", async () => {
    const left = await branch("left", { "x.txt": "left\n" });
    const right = await branch("right", { "y.txt": "right\n" });
    const threeWay = async (source: string, destination: string) => {
      const between = { sourceCommitSpecifier: source, destinationCommitSpecifier: destination };
      const merge = new client.MergeBranchesByThreeWayCommand({ repositoryName, ...between });
      return (await codecommit.send(merge)).commitId ?? "";
    };
    const onLeft = await threeWay(right, "left");
    const onRight = await threeWay(left, "right");
    const source = await commit("left", onLeft, { "x.txt": "changed\n" });
    const destination = await commit("right", onRight, { "y.txt": "changed\n" });
    const merge = await threeWay("left", "right");
    const told = await codecommit.send(
      new client.GetMergeCommitCommand({
        repositoryName,
        sourceCommitSpecifier: source,
        destinationCommitSpecifier: destination,
      }),
    );
    assert.equal(told.mergedCommitId, merge);
    const file = new client.GetFileCommand({ repositoryName, filePath: "x.txt", commitSpecifier: merge });
    assert.equal(Buffer.from((await codecommit.send(file)).fileContent ?? []).toString(), "changed\n");
    const unmerged = new client.GetMergeCommitCommand(sides);
    assert.equal((await codecommit.send(unmerged)).mergedCommitId, undefined);
  });

  test("a branch moves by a merge that was resolved", async () => {
    const target = await branch("target", { "shared.py": lines("target") });
    const merge = {
      ...{ repositoryName, sourceCommitSpecifier: "feature", destinationCommitSpecifier: "target" },
      ...{ conflictDetailLevel: "LINE_LEVEL" as const, conflictResolutionStrategy: "ACCEPT_SOURCE" as const },
    };
    const { commitId } = await codecommit.send(new client.MergeBranchesBySquashCommand(merge));
    const { commit: made } = await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId }));
    assert.deepEqual(made?.parents, [target]);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
