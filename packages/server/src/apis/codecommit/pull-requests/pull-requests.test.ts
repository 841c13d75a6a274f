import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newUser } from "@strongroom/testkit";
import { fails, openReviewHouse, repositoryName, type ReviewHouse } from "./testing/review-house.ts";

describe("pull requests", { skip: await hostLacks() }, () => {
  let at: ReviewHouse;
  let codecommit: client.CodeCommitClient;
  before(async () => {
    at = await openReviewHouse();
    ({ codecommit } = at);
  });
  after(() => at[Symbol.asyncDispose]());

  const events = async (pullRequestId: string | undefined, more: Partial<client.DescribePullRequestEventsInput> = {}) =>
    codecommit.send(new client.DescribePullRequestEventsCommand({ pullRequestId, ...more }));
  const typesOf = async (id: string | undefined) =>
    (await events(id)).pullRequestEvents?.map(({ pullRequestEventType }) => pullRequestEventType);
  const close = (pullRequestId: string | undefined, pullRequestStatus: "OPEN" | "CLOSED" = "CLOSED") =>
    codecommit.send(new client.UpdatePullRequestStatusCommand({ pullRequestId, pullRequestStatus }));
  const list = (more: Partial<client.ListPullRequestsInput> = {}) =>
    codecommit.send(new client.ListPullRequestsCommand({ repositoryName, ...more }));
  const squash = (pullRequestId: string | undefined, more: Partial<client.MergePullRequestBySquashInput> = {}) =>
    codecommit.send(new client.MergePullRequestBySquashCommand({ pullRequestId, repositoryName, ...more }));
  const forward = (pullRequestId: string | undefined, more: Partial<client.MergePullRequestByFastForwardInput> = {}) =>
    codecommit.send(new client.MergePullRequestByFastForwardCommand({ pullRequestId, repositoryName, ...more }));

  test("are proposed, told, described anew and closed", async () => {
    const source = await at.branch("feature", { "new.py": "new" });
    const made = await at.propose("feature", { description: "Why", clientRequestToken: "once" });
    assert.match(made.pullRequestId ?? "", /^\d+$/);
    assert.deepEqual([made.title, made.description, made.pullRequestStatus], ["Merge feature", "Why", "OPEN"]);
    assert.match(made.authorArn ?? "", /^arn:aws:iam::\d{12}:user\//);
    assert.match(made.revisionId ?? "", /^[0-9a-f]{64}$/);
    assert.deepEqual(made.pullRequestTargets, [
      {
        repositoryName,
        sourceReference: "refs/heads/feature",
        destinationReference: "refs/heads/main",
        ...{ sourceCommit: source, destinationCommit: at.base, mergeBase: at.base },
        mergeMetadata: { isMerged: false },
      },
    ]);
    const again = await at.propose("feature", { description: "Why", clientRequestToken: "once" });
    assert.equal(again.pullRequestId, made.pullRequestId);
    await fails(at.propose("feature", { clientRequestToken: "once" }), "IdempotencyParameterMismatchException");
    const { pullRequestId } = made;
    const title = new client.UpdatePullRequestTitleCommand({ pullRequestId, title: "Better" });
    assert.equal((await codecommit.send(title)).pullRequest?.title, "Better");
    const description = new client.UpdatePullRequestDescriptionCommand({ pullRequestId, description: "" });
    assert.equal((await codecommit.send(description)).pullRequest?.description, "");
    assert.equal((await close(pullRequestId)).pullRequest?.pullRequestStatus, "CLOSED");
    await fails(close(pullRequestId), "InvalidPullRequestStatusUpdateException");
    await fails(close(pullRequestId, "OPEN"), "InvalidPullRequestStatusUpdateException");
    await fails(codecommit.send(title), "PullRequestAlreadyClosedException");
    await fails(codecommit.send(description), "PullRequestAlreadyClosedException");
    await fails(forward(pullRequestId), "PullRequestAlreadyClosedException");
    assert.deepEqual(await typesOf(pullRequestId), ["PULL_REQUEST_CREATED", "PULL_REQUEST_STATUS_CHANGED"]);
  });

  test("are listed, the newest first, by status and author, page by page", async () => {
    await at.branch("listed");
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) ids.unshift((await at.propose("listed")).pullRequestId);
    const first = await list({ pullRequestStatus: "OPEN", maxResults: 2 });
    assert.deepEqual(first.pullRequestIds, ids.slice(0, 2));
    const { nextToken } = first;
    const second = await list({ pullRequestStatus: "OPEN", maxResults: 2, nextToken });
    assert.deepEqual([second.pullRequestIds, second.nextToken], [ids.slice(2), undefined]);
    assert.equal((await list({ pullRequestStatus: "CLOSED" })).pullRequestIds?.length, 1);
    const nobody = `arn:aws:iam::${at.house.place.accountId}:user/nobody`;
    assert.deepEqual((await list({ authorArn: nobody })).pullRequestIds, []);
    await fails(list({ authorArn: "nobody" }), "InvalidAuthorArnException");
    await fails(list({ maxResults: 0 }), "InvalidMaxResultsException");
    await fails(list({ nextToken: "x" }), "InvalidContinuationTokenException");
    await fails(list({ repositoryName: "absent" }), "RepositoryDoesNotExistException");
    await codecommit.send(new client.DeleteBranchCommand({ repositoryName, branchName: "listed" }));
    assert.deepEqual((await list({ pullRequestStatus: "OPEN" })).pullRequestIds, [], "their branch went");
  });

  test("are merged in each way, by whoever may, and then are closed", async () => {
    const tip = await at.branch("ff", { "ff.py": "ff" });
    const ff = await at.propose("ff");
    await fails(forward(ff.pullRequestId, { sourceCommitId: at.base }), "TipOfSourceReferenceIsDifferentException");
    await fails(forward(ff.pullRequestId, { sourceCommitId: "main" }), "InvalidCommitIdException");
    const { pullRequest: merged } = await forward(ff.pullRequestId, { sourceCommitId: tip });
    assert.equal(await at.tipOf("main"), tip);
    assert.equal(merged?.pullRequestStatus, "CLOSED");
    assert.deepEqual(merged.pullRequestTargets?.[0]?.mergeMetadata, {
      ...{ isMerged: true, mergedBy: merged.authorArn, mergeCommitId: tip, mergeOption: "FAST_FORWARD_MERGE" },
    });
    assert.deepEqual(await typesOf(ff.pullRequestId), [
      ...["PULL_REQUEST_CREATED", "PULL_REQUEST_MERGE_STATE_CHANGED", "PULL_REQUEST_STATUS_CHANGED"],
    ]);
    await at.branch("squashed", { "squashed.py": "s" });
    const one = await at.propose("squashed");
    await fails(forward(one.pullRequestId), "ManualMergeRequiredException");
    await squash(one.pullRequestId, { commitMessage: "All at once", authorName: "Ada" });
    const squashed = await at.tipOf("main");
    const { commit } = await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId: squashed }));
    assert.deepEqual([commit?.parents, commit?.message], [[tip], "All at once"]);
    const source = await at.branch("three", { "three.py": "3" });
    const three = await at.propose("three");
    const threeWay = new client.MergePullRequestByThreeWayCommand({
      pullRequestId: three.pullRequestId,
      repositoryName,
    });
    const { pullRequest } = await codecommit.send(threeWay);
    const commitId = pullRequest?.pullRequestTargets?.[0]?.mergeMetadata?.mergeCommitId;
    const made = await codecommit.send(new client.GetCommitCommand({ repositoryName, commitId }));
    assert.deepEqual(made.commit?.parents, [squashed, source]);
    await fails(codecommit.send(threeWay), "PullRequestAlreadyClosedException");
  });

  test("with conflicts are merged once they are resolved", async () => {
    await at.branch("mine", { "train.py": "mine\n" });
    await at.branch("theirs", { "train.py": "theirs\n" });
    const destinationReference = "theirs";
    const targets = [{ repositoryName, sourceReference: "mine", destinationReference }];
    const { pullRequestId } = await at.propose("mine", { targets });
    await fails(squash(pullRequestId), "ManualMergeRequiredException");
    const replaceContents: client.ReplaceContentEntry[] = [
      { filePath: "train.py", replacementType: "USE_NEW_CONTENT", content: Buffer.from("both\n") },
    ];
    const conflictResolution = { replaceContents };
    await fails(squash(pullRequestId, { conflictResolution }), "InvalidConflictResolutionException");
    await squash(pullRequestId, { conflictResolution, conflictResolutionStrategy: "AUTOMERGE" });
    const file = new client.GetFileCommand({ repositoryName, filePath: "train.py", commitSpecifier: "theirs" });
    assert.equal(Buffer.from((await codecommit.send(file)).fileContent ?? []).toString(), "both\n");
  });

  test("follow their branches: another revision, or closed where nothing is left to merge", async () => {
    const before = await at.branch("moving", { "moving.py": "1" });
    const made = await at.propose("moving");
    const after = await at.commit("moving", before, { "moving.py": "2" });
    const moved = await at.told(made.pullRequestId);
    assert.notEqual(moved.revisionId, made.revisionId);
    assert.equal(moved.pullRequestTargets?.[0]?.sourceCommit, after);
    const filtered = await events(made.pullRequestId, {
      pullRequestEventType: "PULL_REQUEST_SOURCE_REFERENCE_UPDATED",
    });
    assert.equal(filtered.pullRequestEvents?.[0]?.actorArn, made.authorArn);
    const told = filtered.pullRequestEvents?.[0]?.pullRequestSourceReferenceUpdatedEventMetadata;
    assert.deepEqual([told?.beforeCommitId, told?.afterCommitId, told?.mergeBase], [before, after, at.base]);
    await at.commit("main", await at.tipOf("main"), { "other.py": "x" });
    const behind = await at.told(made.pullRequestId);
    assert.equal(behind.revisionId, moved.revisionId, "the destination makes no other revision");
    assert.equal(behind.pullRequestTargets?.[0]?.destinationCommit, await at.tipOf("main"));
    await codecommit.send(new client.DeleteBranchCommand({ repositoryName, branchName: "moving" }));
    const gone = await at.told(made.pullRequestId);
    assert.deepEqual(
      [gone.pullRequestStatus, gone.pullRequestTargets?.[0]?.mergeMetadata?.isMerged],
      ["CLOSED", false],
    );
    await at.branch("here", { "here.py": "x" });
    await at.branch("there");
    const targets = [{ repositoryName, sourceReference: "here", destinationReference: "there" }];
    const { pullRequestId } = await at.propose("here", { targets });
    const branches = { sourceCommitSpecifier: "here", destinationCommitSpecifier: "there" };
    await codecommit.send(new client.MergeBranchesByFastForwardCommand({ repositoryName, ...branches }));
    const forwarded = await at.told(pullRequestId);
    assert.equal(forwarded.pullRequestStatus, "CLOSED");
    assert.equal(forwarded.pullRequestTargets?.[0]?.mergeMetadata?.mergeOption, "FAST_FORWARD_MERGE");
  });

  test("tell what happened page by page, and by whom", async () => {
    await at.branch("eventful", { "e.py": "x" });
    const { pullRequestId, authorArn } = await at.propose("eventful");
    await close(pullRequestId);
    const first = await events(pullRequestId, { maxResults: 1 });
    assert.equal(first.pullRequestEvents?.[0]?.pullRequestCreatedEventMetadata?.repositoryName, repositoryName);
    const second = await events(pullRequestId, { maxResults: 1, nextToken: first.nextToken });
    const [last] = second.pullRequestEvents ?? [];
    assert.equal(last?.pullRequestStatusChangedEventMetadata?.pullRequestStatus, "CLOSED");
    assert.equal(second.nextToken, undefined);
    assert.equal((await events(pullRequestId, { actorArn: authorArn })).pullRequestEvents?.length, 2);
    const other = `arn:aws:iam::${at.house.place.accountId}:user/other`;
    assert.deepEqual((await events(pullRequestId, { actorArn: other })).pullRequestEvents, []);
    await fails(events(pullRequestId, { actorArn: "other" }), "InvalidActorArnException");
    await fails(events(pullRequestId, { nextToken: "x" }), "InvalidContinuationTokenException");
    await fails(events(pullRequestId, { maxResults: -1 }), "InvalidMaxResultsException");
  });

  test("tell at most 100 events at once, as many as where no number is asked for", async () => {
    await at.branch("busy", { "busy.py": "x" });
    const { pullRequestId } = await at.propose("busy");
    const rule = { pullRequestId, approvalRuleName: "one" };
    const content = (approvals: number) =>
      JSON.stringify({
        Version: "2018-11-08",
        Statements: [{ Type: "Approvers", NumberOfApprovalsNeeded: approvals }],
      });
    await codecommit.send(
      new client.CreatePullRequestApprovalRuleCommand({ ...rule, approvalRuleContent: content(1) }),
    );
    for (let at = 0; at < 100; at += 1) {
      const newRuleContent = content(1 + (at % 2));
      await codecommit.send(new client.UpdatePullRequestApprovalRuleContentCommand({ ...rule, newRuleContent }));
    }
    for (const maxResults of [undefined, 400]) {
      const page = await events(pullRequestId, { maxResults });
      assert.equal(page.pullRequestEvents?.length, 100);
      const rest = await events(pullRequestId, { maxResults, nextToken: page.nextToken });
      assert.deepEqual([rest.pullRequestEvents?.length, rest.nextToken], [2, undefined]);
    }
  });

  test("are refused with CodeCommit's exceptions", async () => {
    await at.branch("refused");
    const target = { repositoryName, sourceReference: "refused", destinationReference: "main" };
    const propose = (more: Partial<client.CreatePullRequestInput>) => at.propose("refused", more);
    await fails(propose({ title: "" }), "TitleRequiredException");
    await fails(propose({ title: "x".repeat(151) }), "InvalidTitleException");
    await fails(propose({ description: "x".repeat(10_241) }), "InvalidDescriptionException");
    await fails(propose({ targets: [] }), "TargetsRequiredException");
    await fails(propose({ targets: [target, target] }), "InvalidTargetsException");
    const elsewhere = { ...target, repositoryName: "other" };
    await fails(propose({ targets: [target, elsewhere] }), "MultipleRepositoriesInPullRequestException");
    await fails(propose({ targets: [elsewhere] }), "RepositoryDoesNotExistException");
    await fails(propose({ targets: [{ ...target, sourceReference: "absent" }] }), "ReferenceDoesNotExistException");
    await fails(propose({ targets: [{ ...target, sourceReference: "a..b" }] }), "InvalidReferenceNameException");
    const tag = { ...target, sourceReference: "refs/tags/v1" };
    await fails(propose({ targets: [tag] }), "ReferenceTypeNotSupportedException");
    const same = { ...target, destinationReference: "refs/heads/refused" };
    await fails(propose({ targets: [same] }), "SourceAndDestinationAreSameException");
    await fails(propose({ clientRequestToken: "x".repeat(65) }), "InvalidClientRequestTokenException");
    const { pullRequestId } = await propose({ targets: [{ repositoryName, sourceReference: "refused" }] });
    const title = (name: string) => new client.UpdatePullRequestTitleCommand({ pullRequestId, title: name });
    await fails(codecommit.send(title("")), "TitleRequiredException");
    await fails(codecommit.send(title("x".repeat(151))), "InvalidTitleException");
    const description = { pullRequestId, description: "x".repeat(10_241) };
    await fails(
      codecommit.send(new client.UpdatePullRequestDescriptionCommand(description)),
      "InvalidDescriptionException",
    );
    for (const [id, name] of [
      ["999999", "PullRequestDoesNotExistException"],
      ["one", "InvalidPullRequestIdException"],
    ] as const) {
      await fails(at.told(id), name);
      await fails(close(id), name);
      await fails(events(id), name);
      await fails(squash(id), name);
      await fails(codecommit.send(new client.UpdatePullRequestTitleCommand({ pullRequestId: id, title: "x" })), name);
    }
    await fails(squash(pullRequestId, { repositoryName: "absent" }), "RepositoryDoesNotExistException");
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName: "other" }));
    const wrong = squash(pullRequestId, { repositoryName: "other" });
    await fails(wrong, "RepositoryNotAssociatedWithPullRequestException");
    await fails(squash(pullRequestId, { email: "no address" }), "InvalidEmailException");
    await fails(squash(pullRequestId, { authorName: "x".repeat(129) }), "NameLengthExceededException");
    await fails(squash(pullRequestId, { commitMessage: "x".repeat(262_145) }), "CommitMessageLengthExceededException");
  });

  test("stay with a repository that is renamed, and go with one that is deleted", async () => {
    const own = "renamed";
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName: own }));
    const put = (branchName: string, parentCommitId?: string) =>
      codecommit.send(
        new client.PutFileCommand({
          ...{ repositoryName: own, branchName, parentCommitId, filePath: branchName, fileContent: Buffer.from("x") },
        }),
      );
    const { commitId } = await put("main");
    await codecommit.send(new client.CreateBranchCommand({ repositoryName: own, branchName: "side", commitId }));
    await put("side", commitId);
    const { pullRequestId } = await at.propose("side", { targets: [{ repositoryName: own, sourceReference: "side" }] });
    await codecommit.send(new client.UpdateRepositoryNameCommand({ oldName: own, newName: "called-anew" }));
    assert.equal((await at.told(pullRequestId)).pullRequestTargets?.[0]?.repositoryName, "called-anew");
    await codecommit.send(new client.DeleteRepositoryCommand({ repositoryName: "called-anew" }));
    await fails(at.told(pullRequestId), "PullRequestDoesNotExistException");
    const next = await at.propose("refused");
    assert.notEqual(next.pullRequestId, pullRequestId, "an id is given once");
  });

  test("are decided on their own repository, and tell strangers nothing of it", async () => {
    const { pullRequestId } = await at.propose("refused");
    using stranger = await newUser(at.house.clients, "stranger");
    const Resource = `${at.repositoryArn}-elsewhere`;
    using elsewhere = await newUser(at.house.clients, "elsewhere", [
      { Effect: "Allow", Action: "codecommit:*", Resource },
    ]);
    using member = await newUser(at.house.clients, "member", [
      { Effect: "Allow", Action: "codecommit:GetPullRequest", Resource: at.repositoryArn },
    ]);
    const refusalOf = async (by: client.CodeCommitClient, id: string | undefined): Promise<string> => {
      const sending = by.send(new client.GetPullRequestCommand({ pullRequestId: id }));
      const error = await sending.then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      );
      assert.equal(error?.name, "AccessDeniedException");
      return error.message.replace(/ Encoded.*/s, "");
    };
    for (const { codecommit: by } of [stranger, elsewhere]) {
      const told = await refusalOf(by, pullRequestId);
      assert.equal(told, await refusalOf(by, "999999"));
      assert.doesNotMatch(told, /:code\b/);
    }
    await member.codecommit.send(new client.GetPullRequestCommand({ pullRequestId }));
    const title = new client.UpdatePullRequestTitleCommand({ pullRequestId, title: "Mine" });
    await fails(member.codecommit.send(title), "AccessDeniedException");
    await fails(
      member.codecommit.send(new client.DescribePullRequestEventsCommand({ pullRequestId })),
      "AccessDeniedException",
    );
  });

  test("a policy keeps a branch from being merged into by pull request, by codecommit:References", async () => {
    const Condition = { StringEquals: { "codecommit:References": "refs/heads/main" } };
    using developer = await newUser(at.house.clients, "developer", [
      { Effect: "Allow", Action: "codecommit:*", Resource: "*" },
      { Effect: "Deny", Action: "codecommit:Merge*", Resource: "*", Condition },
    ]);
    await at.branch("wanted", { "wanted.py": "x" });
    await at.branch("free");
    const { pullRequestId } = await at.propose("wanted");
    const merge = { pullRequestId, repositoryName };
    const denied = "AccessDeniedException";
    await fails(developer.codecommit.send(new client.MergePullRequestBySquashCommand(merge)), denied);
    await fails(developer.codecommit.send(new client.MergePullRequestByThreeWayCommand(merge)), denied);
    await fails(developer.codecommit.send(new client.MergePullRequestByFastForwardCommand(merge)), denied);
    const targets = [{ repositoryName, sourceReference: "wanted", destinationReference: "free" }];
    const free = { pullRequestId: (await at.propose("wanted", { targets })).pullRequestId, repositoryName };
    const { pullRequest } = await developer.codecommit.send(new client.MergePullRequestByFastForwardCommand(free));
    assert.match(pullRequest?.pullRequestTargets?.[0]?.mergeMetadata?.mergedBy ?? "", /user\/developer$/);
    assert.deepEqual(at.house.log, [], "nothing failed inside");
  });
});
