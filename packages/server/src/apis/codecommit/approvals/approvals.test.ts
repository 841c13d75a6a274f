import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newRole, newUser, type Clients } from "@strongroom/testkit";
import {
  fails,
  openReviewHouse,
  repositoryName,
  rule,
  sessionOf,
  type ReviewHouse,
} from "../pull-requests/testing/review-house.ts";

describe("approvals of pull requests", { skip: await hostLacks() }, () => {
  let at: ReviewHouse;
  let codecommit: client.CodeCommitClient;
  let mary: Clients;
  let nikki: Clients;
  before(async () => {
    at = await openReviewHouse();
    ({ codecommit } = at);
    mary = await at.reviewer("mary");
    nikki = await at.reviewer("nikki");
  });
  after(async () => {
    mary[Symbol.dispose]();
    nikki[Symbol.dispose]();
    await at[Symbol.asyncDispose]();
  });

  interface Proposed {
    readonly pullRequestId: string;
    readonly revisionId: string;
  }
  async function proposed(branch: string, ...rules: string[]): Promise<Proposed> {
    await at.branch(branch, { [`${branch}.py`]: "x" });
    const { pullRequestId = "", revisionId = "" } = await at.propose(branch);
    for (const [number, content] of rules.entries()) await addRule(pullRequestId, `rule ${number}`, content);
    return { pullRequestId, revisionId };
  }
  const addRule = (pullRequestId: string, approvalRuleName: string, approvalRuleContent: string) =>
    codecommit.send(
      new client.CreatePullRequestApprovalRuleCommand({ pullRequestId, approvalRuleName, approvalRuleContent }),
    );
  const approve = (by: Clients, one: Proposed, approvalState: "APPROVE" | "REVOKE" = "APPROVE") =>
    by.codecommit.send(new client.UpdatePullRequestApprovalStateCommand({ ...one, approvalState }));
  const evaluation = async (one: Proposed) =>
    (await codecommit.send(new client.EvaluatePullRequestApprovalRulesCommand(one))).evaluation;
  const states = async (one: Proposed) =>
    (await codecommit.send(new client.GetPullRequestApprovalStatesCommand(one))).approvals;
  const merge = ({ pullRequestId }: Proposed, more: object = {}) =>
    codecommit.send(new client.MergePullRequestBySquashCommand({ pullRequestId, repositoryName, ...more }));
  const override = ({ pullRequestId, revisionId }: Proposed, overrideStatus: "OVERRIDE" | "REVOKE") =>
    codecommit.send(new client.OverridePullRequestApprovalRulesCommand({ pullRequestId, revisionId, overrideStatus }));

  test("a rule that is not satisfied stops every way to merge, until it is", async () => {
    const one = await proposed("stopped", rule(2));
    const refused = "PullRequestApprovalRulesNotSatisfiedException";
    const input = { pullRequestId: one.pullRequestId, repositoryName };
    await fails(merge(one), refused);
    await fails(codecommit.send(new client.MergePullRequestByThreeWayCommand(input)), refused);
    await fails(codecommit.send(new client.MergePullRequestByFastForwardCommand(input)), refused);
    await approve(mary, one);
    await approve(mary, one);
    await fails(merge(one), refused);
    assert.deepEqual((await evaluation(one))?.approvalRulesNotSatisfied, ["rule 0"]);
    await approve(nikki, one);
    assert.deepEqual(await evaluation(one), {
      ...{ approved: true, overridden: false, approvalRulesSatisfied: ["rule 0"], approvalRulesNotSatisfied: [] },
    });
    await approve(nikki, one, "REVOKE");
    await fails(merge(one), refused);
    await approve(nikki, one);
    const arns = (await states(one))?.map(({ userArn, approvalState }) => [userArn?.split("/").at(-1), approvalState]);
    assert.deepEqual(arns, [
      ["mary", "APPROVE"],
      ["nikki", "APPROVE"],
    ]);
    assert.equal((await merge(one)).pullRequest?.pullRequestStatus, "CLOSED");
    await fails(approve(mary, one, "REVOKE"), "PullRequestAlreadyClosedException");
  });

  test("approvals belong to a revision, and lapse when the source moves, by a push too", async () => {
    const one = await proposed("lapsing", rule(1));
    await approve(mary, one);
    const source = await at.tipOf("lapsing");
    await at.commit("lapsing", source, { "evil.py": "x" });
    await fails(merge(one), "PullRequestApprovalRulesNotSatisfiedException");
    await fails(approve(mary, one), "RevisionNotCurrentException");
    await fails(evaluation(one), "RevisionNotCurrentException");
    await fails(override(one, "OVERRIDE"), "RevisionNotCurrentException");
    const { revisionId = "" } = await at.told(one.pullRequestId);
    const now = { ...one, revisionId };
    assert.deepEqual(await states(now), []);
    assert.equal((await states(one))?.length, 1);
    await approve(nikki, now);
    await merge(now);
  });

  test("nobody approves what is their own, in no role and no other session", async () => {
    const { arn } = await newRole(at.house.clients, "Reviewers", [
      { Effect: "Allow", Action: "codecommit:*", Resource: "*" },
    ]);
    await at.branch("own", { "own.py": "x" });
    const targets = [{ repositoryName, sourceReference: "own" }];
    const create = new client.CreatePullRequestCommand({ title: "Mine", targets });
    const { pullRequest } = await mary.codecommit.send(create);
    const one = { pullRequestId: pullRequest?.pullRequestId ?? "", revisionId: pullRequest?.revisionId ?? "" };
    await addRule(one.pullRequestId, "one", rule(1));
    using disguised = await sessionOf(mary, arn, "somebody-else");
    const refused = "PullRequestCannotBeApprovedByAuthorException";
    await fails(approve(mary, one), refused);
    await fails(approve(disguised, one), refused);
    using other = await sessionOf(nikki, arn, "mary");
    await approve(other, one);
    assert.equal((await evaluation(one))?.approved, true);
  });

  test("a person counts once, however many sessions they approve in", async () => {
    const { arn } = await newRole(at.house.clients, "Twins", [
      { Effect: "Allow", Action: "codecommit:*", Resource: "*" },
    ]);
    const one = await proposed("twice", rule(2));
    using first = await sessionOf(mary, arn, "first");
    using second = await sessionOf(mary, arn, "second");
    await approve(mary, one);
    await approve(first, one);
    await approve(second, one);
    assert.equal((await evaluation(one))?.approved, false);
    await approve(nikki, one);
    assert.equal((await evaluation(one))?.approved, true);
  });

  test("a pool counts its members: users, sessions of a role, and whom a pattern means", async () => {
    const account = at.house.place.accountId;
    const { arn } = await newRole(at.house.clients, "CodeCommitReview", [
      { Effect: "Allow", Action: "codecommit:*", Resource: "*" },
    ]);
    using session = await sessionOf(nikki, arn, "Mary_Major");
    const cases: readonly (readonly [member: string, by: Clients, counts: boolean])[] = [
      [`arn:aws:sts::${account}:assumed-role/CodeCommitReview/*`, session, true],
      [`arn:aws:sts::${account}:assumed-role/CodeCommitReview/*`, mary, false],
      [`arn:aws:sts::${account}:assumed-role/CodeCommit/*`, session, false],
      [arn, session, true],
      [`arn:aws:iam::${account}:user/mary`, mary, true],
      [`arn:aws:iam::${account}:user/mar`, mary, false],
      [`CodeCommitApprovers:${account}:mary`, mary, true],
      [`CodeCommitApprovers:000000000000:mary`, mary, false],
      [`CodeCommitApprovers:${account}:Mary_Major`, session, false],
      [`CodeCommitApprovers:${account}:*Mary_Major`, session, true],
      [`CodeCommitApprovers:${account}:CodeCommitReview/*`, session, true],
    ];
    for (const [at_, [member, by, counts]] of cases.entries()) {
      const one = await proposed(`pool-${at_}`, rule(1, member));
      await approve(by, one);
      assert.equal((await evaluation(one))?.approved, counts, member);
    }
  });

  test("rules are set aside for one revision, by whoever may", async () => {
    const one = await proposed("overridden", rule(5));
    const overrider = async (of: Proposed) => {
      const input = { pullRequestId: of.pullRequestId, revisionId: of.revisionId };
      return await codecommit.send(new client.GetPullRequestOverrideStateCommand(input));
    };
    assert.equal((await overrider(one)).overridden, false);
    await override(one, "OVERRIDE");
    await fails(override(one, "OVERRIDE"), "OverrideAlreadySetException");
    const told = await overrider(one);
    assert.equal(told.overridden, true);
    assert.match(told.overrider ?? "", /^arn:aws:iam::/);
    assert.deepEqual([(await evaluation(one))?.approved, (await evaluation(one))?.overridden], [true, true]);
    await override(one, "REVOKE");
    await fails(merge(one), "PullRequestApprovalRulesNotSatisfiedException");
    await override(one, "OVERRIDE");
    await at.commit("overridden", await at.tipOf("overridden"), { "more.py": "x" });
    await fails(merge(one), "PullRequestApprovalRulesNotSatisfiedException");
    const { revisionId = "" } = await at.told(one.pullRequestId);
    await override({ ...one, revisionId }, "OVERRIDE");
    await merge(one);
  });

  test("rules are made, changed under their digest, and deleted", async () => {
    const { pullRequestId, revisionId } = await proposed("ruled");
    const { approvalRule } = await addRule(pullRequestId, "Two people", rule(2));
    await fails(addRule(pullRequestId, "Two people", rule(1)), "ApprovalRuleNameAlreadyExistsException");
    const update = (more: Partial<client.UpdatePullRequestApprovalRuleContentInput>) =>
      codecommit.send(
        new client.UpdatePullRequestApprovalRuleContentCommand({
          ...{ pullRequestId, approvalRuleName: "Two people", newRuleContent: rule(1), ...more },
        }),
      );
    await fails(update({ existingRuleContentSha256: "0".repeat(64) }), "InvalidRuleContentSha256Exception");
    const changed = await update({ existingRuleContentSha256: approvalRule?.ruleContentSha256 });
    assert.equal(changed.approvalRule?.approvalRuleId, approvalRule?.approvalRuleId);
    assert.equal(changed.approvalRule?.approvalRuleContent, rule(1));
    assert.deepEqual((await at.told(pullRequestId)).approvalRules, [changed.approvalRule]);
    await fails(update({ approvalRuleName: "Other" }), "ApprovalRuleDoesNotExistException");
    await fails(update({ newRuleContent: "{}" }), "InvalidApprovalRuleContentException");
    await fails(update({ newRuleContent: "" }), "ApprovalRuleContentRequiredException");
    const remove = (approvalRuleName: string) =>
      codecommit.send(new client.DeletePullRequestApprovalRuleCommand({ pullRequestId, approvalRuleName }));
    assert.equal((await remove("Two people")).approvalRuleId, approvalRule?.approvalRuleId);
    assert.equal((await remove("Two people")).approvalRuleId, "");
    for (let count = 0; count < 30; count += 1) await addRule(pullRequestId, `rule ${count}`, rule(1));
    await fails(addRule(pullRequestId, "one more", rule(1)), "NumberOfRulesExceededException");
    for (const [name, exception] of [
      ["", "ApprovalRuleNameRequiredException"],
      ["a/b", "InvalidApprovalRuleNameException"],
      ["x".repeat(101), "InvalidApprovalRuleNameException"],
      ["rule.git", "InvalidApprovalRuleNameException"],
    ] as const) {
      await fails(addRule(pullRequestId, name, rule(1)), exception);
      await fails(remove(name), exception);
    }
    await codecommit.send(new client.UpdatePullRequestStatusCommand({ pullRequestId, pullRequestStatus: "CLOSED" }));
    const closed = "PullRequestAlreadyClosedException";
    await fails(addRule(pullRequestId, "late", rule(1)), closed);
    await fails(update({ approvalRuleName: "rule 1" }), closed);
    await fails(remove("rule 1"), closed);
    await fails(override({ pullRequestId, revisionId }, "OVERRIDE"), closed);
  });

  test("a rule says what it means, and nothing that would be ignored", async () => {
    const { pullRequestId } = await proposed("meant");
    const statement = { Type: "Approvers", NumberOfApprovalsNeeded: 1 };
    const whole = { Version: "2018-11-08", Statements: [statement] };
    const wrong: readonly unknown[] = [
      "text",
      [],
      { ...whole, Version: "2012-10-17" },
      { ...whole, Statements: [] },
      { ...whole, Statement: [statement] },
      { ...whole, DestinationReferences: ["refs/heads/main"] },
      { ...whole, Statements: [{ ...statement, Type: "Committers" }] },
      { ...whole, Statements: [{ ...statement, NumberOfApprovalsNeeded: 0 }] },
      { ...whole, Statements: [{ ...statement, NumberOfApprovalsNeeded: "2" }] },
      { ...whole, Statements: [{ ...statement, ApprovalPoolMembers: ["mary"] }] },
      { ...whole, Statements: [{ ...statement, ApprovalPoolMembers: ["*"] }] },
      { ...whole, Statements: [{ ...statement, ApprovalPool: [] }] },
      {
        ...whole,
        Statements: [{ ...statement, ApprovalPoolMembers: Array(51).fill("CodeCommitApprovers:111122223333:x") }],
      },
    ];
    for (const [number, content] of wrong.entries()) {
      const sending = addRule(pullRequestId, `wrong ${number}`, JSON.stringify(content));
      await fails(sending, "InvalidApprovalRuleContentException");
    }
    await fails(addRule(pullRequestId, "no JSON", "{"), "InvalidApprovalRuleContentException");
    await fails(addRule(pullRequestId, "long", `${rule(1)}${" ".repeat(3000)}`), "InvalidApprovalRuleContentException");
    await fails(addRule(pullRequestId, "empty", ""), "ApprovalRuleContentRequiredException");
  });

  test("each is refused with CodeCommit's exceptions, and to whoever may not", async () => {
    const one = await proposed("exceptions", rule(1));
    for (const [wrong, exception] of [
      [{ ...one, pullRequestId: "999999" }, "PullRequestDoesNotExistException"],
      [{ ...one, pullRequestId: "one" }, "InvalidPullRequestIdException"],
      [{ ...one, revisionId: "one" }, "InvalidRevisionIdException"],
    ] as const) {
      await fails(approve(mary, wrong), exception);
      await fails(evaluation(wrong), exception);
      await fails(states(wrong), exception);
      await fails(override(wrong, "OVERRIDE"), exception);
      await fails(codecommit.send(new client.GetPullRequestOverrideStateCommand(wrong)), exception);
    }
    using other = await newUser(at.house.clients, "other", [
      { Effect: "Allow", Action: "codecommit:*", Resource: at.repositoryArn },
      { Effect: "Deny", Action: ["codecommit:Override*", "codecommit:UpdatePullRequestApproval*"], Resource: "*" },
    ]);
    const denied = "AccessDeniedException";
    await fails(approve(other, one), denied);
    const input = { ...one, overrideStatus: "OVERRIDE" as const };
    await fails(other.codecommit.send(new client.OverridePullRequestApprovalRulesCommand(input)), denied);
    assert.deepEqual(at.house.log, [], "nothing failed inside");
  });
});
