import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newUser, type Clients } from "@strongroom/testkit";
import { fails, openReviewHouse, repositoryName, type ReviewHouse } from "../pull-requests/testing/review-house.ts";

describe("comments", { skip: await hostLacks() }, () => {
  let at: ReviewHouse;
  let codecommit: client.CodeCommitClient;
  let mary: Clients;
  let pullRequestId: string | undefined;
  let afterCommitId: string;
  before(async () => {
    at = await openReviewHouse();
    ({ codecommit } = at);
    mary = await at.reviewer("mary");
    afterCommitId = await at.branch("feature", { "train.py": "first\nsecond\n", "new.py": "new" });
    ({ pullRequestId } = await at.propose("feature"));
  });
  after(async () => {
    mary[Symbol.dispose]();
    await at[Symbol.asyncDispose]();
  });

  const commits = () => ({ repositoryName, beforeCommitId: at.base, afterCommitId });
  const post = (more: Partial<client.PostCommentForPullRequestInput> = {}, by = codecommit) =>
    by.send(new client.PostCommentForPullRequestCommand({ ...commits(), pullRequestId, content: "Why?", ...more }));
  const postOnCommits = (more: Partial<client.PostCommentForComparedCommitInput> = {}) =>
    codecommit.send(new client.PostCommentForComparedCommitCommand({ ...commits(), content: "Here", ...more }));
  const reply = (inReplyTo: string | undefined, content: string, by = codecommit) =>
    by.send(new client.PostCommentReplyCommand({ inReplyTo, content }));
  const get = (commentId: string | undefined) => codecommit.send(new client.GetCommentCommand({ commentId }));
  const react = (commentId: string | undefined, reactionValue: string, by = codecommit) =>
    by.send(new client.PutCommentReactionCommand({ commentId, reactionValue }));
  const line = (filePosition: number, relativeFileVersion: "BEFORE" | "AFTER" = "AFTER"): client.Location => ({
    ...{ filePath: "train.py", filePosition, relativeFileVersion },
  });

  test("on a line of a pull request, answered, told in their order", async () => {
    const posted = await post({ location: line(2), clientRequestToken: "once" });
    assert.equal(posted.comment?.content, "Why?");
    assert.deepEqual(posted.location, line(2));
    assert.deepEqual([posted.beforeCommitId, posted.afterCommitId], [at.base, afterCommitId]);
    assert.match(posted.beforeBlobId ?? "", /^[0-9a-f]{40}$/);
    assert.notEqual(posted.beforeBlobId, posted.afterBlobId);
    const again = await post({ location: line(2), clientRequestToken: "once" });
    assert.equal(again.comment?.commentId, posted.comment.commentId);
    const other = post({ location: line(1), clientRequestToken: "once" });
    await fails(other, "IdempotencyParameterMismatchException");
    const answer = await reply(posted.comment.commentId, "Because", mary.codecommit);
    assert.equal(answer.comment?.inReplyTo, posted.comment.commentId);
    await post({ content: "In general" });
    const told = await codecommit.send(new client.GetCommentsForPullRequestCommand({ pullRequestId }));
    assert.deepEqual(
      told.commentsForPullRequestData?.map(({ location, comments }) => [
        location?.filePosition,
        comments?.map(({ content }) => content),
      ]),
      [
        [2, ["Why?", "Because"]],
        [undefined, ["In general"]],
      ],
    );
    const page = new client.GetCommentsForPullRequestCommand({ pullRequestId, repositoryName, maxResults: 1 });
    const first = await codecommit.send(page);
    assert.equal(first.commentsForPullRequestData?.length, 1);
    const { nextToken } = first;
    const next = new client.GetCommentsForPullRequestCommand({ pullRequestId, nextToken });
    assert.equal((await codecommit.send(next)).commentsForPullRequestData?.[0]?.comments?.[0]?.content, "In general");
  });

  test("on commits by themselves", async () => {
    const posted = await postOnCommits({ location: { filePath: "new.py" } });
    assert.equal(posted.beforeBlobId, undefined);
    await postOnCommits({ beforeCommitId: undefined, content: "Alone" });
    const told = await codecommit.send(
      new client.GetCommentsForComparedCommitCommand({ repositoryName, afterCommitId }),
    );
    const contents = told.commentsForComparedCommitData?.map(({ comments }) => comments?.[0]?.content);
    assert.deepEqual(contents, ["Here", "Alone"]);
    const both = new client.GetCommentsForComparedCommitCommand(commits());
    assert.equal((await codecommit.send(both)).commentsForComparedCommitData?.length, 1);
  });

  test("are changed by their author alone, and deleted by whoever may", async () => {
    const { comment } = await post({ content: "First" });
    const commentId = comment?.commentId;
    const update = (content: string, by: client.CodeCommitClient) =>
      by.send(new client.UpdateCommentCommand({ commentId, content }));
    assert.equal((await update("Second", codecommit)).comment?.content, "Second");
    await fails(update("Forged", mary.codecommit), "CommentNotCreatedByCallerException");
    assert.equal((await get(commentId)).comment?.content, "Second");
    const deletion = new client.DeleteCommentContentCommand({ commentId });
    const gone = await mary.codecommit.send(deletion);
    assert.deepEqual([gone.comment?.deleted, gone.comment?.content], [true, undefined]);
    const deleted = "CommentDeletedException";
    await fails(get(commentId), deleted);
    await fails(update("Third", codecommit), deleted);
    await fails(codecommit.send(deletion), deleted);
    await fails(react(commentId, ":eyes:"), deleted);
    const asked = codecommit.send(new client.GetCommentReactionsCommand({ commentId }));
    await fails(asked, deleted);
    await reply(commentId, "What was it?");
  });

  test("get one reaction of each person", async () => {
    const { comment } = await post({ content: "Look" });
    const commentId = comment?.commentId;
    await react(commentId, ":eyes:");
    await react(commentId, "👍");
    await react(commentId, "U+1F44D", mary.codecommit);
    const seen = (await get(commentId)).comment;
    assert.deepEqual(seen?.reactionCounts, { ":thumbsup:": 2 });
    assert.deepEqual(seen.callerReactions, [":thumbsup:"]);
    const reactions = async (more: Partial<client.GetCommentReactionsInput> = {}) =>
      (await codecommit.send(new client.GetCommentReactionsCommand({ commentId, ...more }))).reactionsForComment;
    const [one] = (await reactions()) ?? [];
    assert.deepEqual(one?.reaction, { emoji: "👍", shortCode: ":thumbsup:", unicode: "U+1F44D" });
    assert.equal(one.reactionUsers?.length, 2);
    const user = `arn:aws:iam::${at.house.place.accountId}:user/mary`;
    assert.deepEqual((await reactions({ reactionUserArn: user }))?.[0]?.reactionUsers, [user]);
    await react(commentId, "none");
    assert.deepEqual((await get(commentId)).comment?.reactionCounts, { ":thumbsup:": 1 });
    await fails(react(commentId, ":party:"), "InvalidReactionValueException");
    await fails(reactions({ reactionUserArn: "mary" }), "InvalidReactionUserArnException");
    await fails(reactions({ maxResults: 0 }), "InvalidMaxResultsException");
  });

  test("are refused with CodeCommit's exceptions", async () => {
    await fails(post({ content: "" }), "CommentContentRequiredException");
    await fails(post({ content: "x".repeat(10_241) }), "CommentContentSizeLimitExceededException");
    await fails(post({ clientRequestToken: "x".repeat(65) }), "InvalidClientRequestTokenException");
    await fails(post({ pullRequestId: "999999" }), "PullRequestDoesNotExistException");
    await fails(post({ pullRequestId: "x" }), "InvalidPullRequestIdException");
    await fails(post({ repositoryName: "absent" }), "RepositoryDoesNotExistException");
    await codecommit.send(new client.CreateRepositoryCommand({ repositoryName: "other" }));
    await fails(post({ repositoryName: "other" }), "RepositoryNotAssociatedWithPullRequestException");
    await fails(post({ afterCommitId: "main" }), "InvalidCommitIdException");
    await fails(post({ afterCommitId: "0".repeat(40) }), "CommitDoesNotExistException");
    await fails(post({ afterCommitId: at.base }), "BeforeCommitIdAndAfterCommitIdAreSameException");
    await fails(post({ location: line(3) }), "InvalidFilePositionException");
    await fails(post({ location: line(0) }), "InvalidFilePositionException");
    await fails(post({ location: line(2, "BEFORE") }), "InvalidFilePositionException");
    const position = { filePath: "train.py", filePosition: 1 };
    await fails(post({ location: position }), "InvalidRelativeFileVersionEnumException");
    const before = { filePath: "new.py", relativeFileVersion: "BEFORE" as const };
    await fails(post({ location: before }), "InvalidRelativeFileVersionEnumException");
    await fails(post({ location: { filePath: "absent.py" } }), "PathDoesNotExistException");
    await fails(post({ location: { filePath: "../x" } }), "InvalidPathException");
    await fails(post({ location: {} }), "PathRequiredException");
    for (const [id, name] of [
      ["00000000-0000-4000-8000-000000000000", "CommentDoesNotExistException"],
      ["x", "InvalidCommentIdException"],
    ] as const) {
      await fails(get(id), name);
      await fails(reply(id, "x"), name);
      await fails(react(id, ":eyes:"), name);
      await fails(codecommit.send(new client.UpdateCommentCommand({ commentId: id, content: "x" })), name);
      await fails(codecommit.send(new client.DeleteCommentContentCommand({ commentId: id })), name);
      await fails(codecommit.send(new client.GetCommentReactionsCommand({ commentId: id })), name);
    }
    const compared = (more: Partial<client.GetCommentsForComparedCommitInput>) =>
      codecommit.send(new client.GetCommentsForComparedCommitCommand({ ...commits(), ...more }));
    await fails(compared({ afterCommitId: "main" }), "InvalidCommitIdException");
    await fails(compared({ beforeCommitId: "0".repeat(40) }), "CommitDoesNotExistException");
    await fails(compared({ repositoryName: "absent" }), "RepositoryDoesNotExistException");
    await fails(compared({ nextToken: "x" }), "InvalidContinuationTokenException");
    const ofPullRequest = (more: Partial<client.GetCommentsForPullRequestInput>) =>
      codecommit.send(new client.GetCommentsForPullRequestCommand({ pullRequestId, ...more }));
    await fails(ofPullRequest({ repositoryName: "other" }), "RepositoryNotAssociatedWithPullRequestException");
    await fails(ofPullRequest({ afterCommitId: "x" }), "InvalidCommitIdException");
    await fails(ofPullRequest({ pullRequestId: "999999" }), "PullRequestDoesNotExistException");
  });

  test("are decided on the repository that they lie in, and tell strangers nothing of it", async () => {
    const { comment } = await post();
    using elsewhere = await newUser(at.house.clients, "elsewhere", [
      { Effect: "Allow", Action: "codecommit:*", Resource: `${at.repositoryArn}-elsewhere` },
    ]);
    const refusalOf = async (commentId: string | undefined): Promise<string> => {
      const sending = elsewhere.codecommit.send(new client.GetCommentCommand({ commentId }));
      const error = await sending.then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      );
      assert.equal(error?.name, "AccessDeniedException");
      return error.message.replace(/ Encoded.*/s, "");
    };
    assert.equal(await refusalOf(comment?.commentId), await refusalOf("00000000-0000-4000-8000-000000000000"));
    const denied = "AccessDeniedException";
    await fails(reply(comment?.commentId, "x", elsewhere.codecommit), denied);
    await fails(react(comment?.commentId, ":eyes:", elsewhere.codecommit), denied);
    await fails(post({}, elsewhere.codecommit), denied);
    assert.deepEqual(at.house.log, [], "nothing failed inside");
  });
});
