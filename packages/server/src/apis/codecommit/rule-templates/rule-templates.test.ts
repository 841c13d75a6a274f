import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as client from "@aws-sdk/client-codecommit";
import { hostLacks, newUser } from "@strongroom/testkit";
import {
  fails,
  openReviewHouse,
  repositoryName,
  rule,
  type ReviewHouse,
} from "../pull-requests/testing/review-house.ts";

const forBranches = (needed: number, ...branches: string[]): string =>
  JSON.stringify({
    ...(JSON.parse(rule(needed)) as object),
    DestinationReferences: branches.map((branch) => `refs/heads/${branch}`),
  });

describe("approval rule templates", { skip: await hostLacks() }, () => {
  let at: ReviewHouse;
  let codecommit: client.CodeCommitClient;
  before(async () => {
    at = await openReviewHouse();
    ({ codecommit } = at);
  });
  after(() => at[Symbol.asyncDispose]());

  const create = (approvalRuleTemplateName: string, approvalRuleTemplateContent: string, description?: string) =>
    codecommit.send(
      new client.CreateApprovalRuleTemplateCommand({
        ...{ approvalRuleTemplateName, approvalRuleTemplateContent, approvalRuleTemplateDescription: description },
      }),
    );
  const named = (approvalRuleTemplateName: string) => ({ approvalRuleTemplateName, repositoryName });
  const associate = (name: string, repository = repositoryName) =>
    codecommit.send(
      new client.AssociateApprovalRuleTemplateWithRepositoryCommand({ ...named(name), repositoryName: repository }),
    );
  const disassociate = (name: string) =>
    codecommit.send(new client.DisassociateApprovalRuleTemplateFromRepositoryCommand(named(name)));
  const get = async (approvalRuleTemplateName: string) =>
    (await codecommit.send(new client.GetApprovalRuleTemplateCommand({ approvalRuleTemplateName })))
      .approvalRuleTemplate;
  const remove = (approvalRuleTemplateName: string) =>
    codecommit.send(new client.DeleteApprovalRuleTemplateCommand({ approvalRuleTemplateName }));
  const setContent = (name: string, newRuleContent: string, existingRuleContentSha256?: string) =>
    codecommit.send(
      new client.UpdateApprovalRuleTemplateContentCommand({
        ...{ approvalRuleTemplateName: name, newRuleContent, existingRuleContentSha256 },
      }),
    );

  test("make the rules of new pull requests, for the branches they name, and these rules stay", async () => {
    await create("For main", forBranches(1, "main"), "People look at main");
    await create("Elsewhere", forBranches(2, "release"));
    await associate("For main");
    await associate("For main");
    await associate("Elsewhere");
    await at.branch("feature", { "feature.py": "x" });
    const made = await at.propose("feature");
    const [applied] = made.approvalRules ?? [];
    assert.equal(made.approvalRules?.length, 1);
    const template = await get("For main");
    assert.deepEqual(applied?.originApprovalRuleTemplate, {
      approvalRuleTemplateId: template?.approvalRuleTemplateId,
      approvalRuleTemplateName: "For main",
    });
    const { pullRequestId } = made;
    const merge = new client.MergePullRequestBySquashCommand({ pullRequestId, repositoryName });
    await fails(codecommit.send(merge), "PullRequestApprovalRulesNotSatisfiedException");
    const one = { pullRequestId, approvalRuleName: "For main" };
    const deletion = codecommit.send(new client.DeletePullRequestApprovalRuleCommand(one));
    await fails(deletion, "CannotDeleteApprovalRuleFromTemplateException");
    const change = new client.UpdatePullRequestApprovalRuleContentCommand({ ...one, newRuleContent: rule(1) });
    await fails(codecommit.send(change), "CannotModifyApprovalRuleFromTemplateException");
    await disassociate("For main");
    await disassociate("Elsewhere");
    assert.equal((await at.told(pullRequestId)).approvalRules?.length, 1, "what was made stays");
    assert.deepEqual((await at.propose("feature")).approvalRules, []);
    using mary = await at.reviewer("mary");
    const approval = { pullRequestId, revisionId: made.revisionId, approvalState: "APPROVE" as const };
    await mary.codecommit.send(new client.UpdatePullRequestApprovalStateCommand(approval));
    await codecommit.send(merge);
  });

  test("are changed, renamed and deleted while no repository has them", async () => {
    const { approvalRuleTemplate: made } = await create("Changing", rule(1), "One");
    assert.match(made?.lastModifiedUser ?? "", /^arn:aws:iam::/);
    assert.deepEqual(await get("Changing"), made);
    await fails(create("Changing", rule(1)), "ApprovalRuleTemplateNameAlreadyExistsException");
    await fails(setContent("Changing", rule(2), "0".repeat(64)), "InvalidRuleContentSha256Exception");
    const changed = await setContent("Changing", rule(2), made?.ruleContentSha256);
    assert.equal(changed.approvalRuleTemplate?.approvalRuleTemplateContent, rule(2));
    const describing = { approvalRuleTemplateName: "Changing", approvalRuleTemplateDescription: "Two" };
    await codecommit.send(new client.UpdateApprovalRuleTemplateDescriptionCommand(describing));
    const rename = (oldApprovalRuleTemplateName: string, newApprovalRuleTemplateName: string) =>
      codecommit.send(
        new client.UpdateApprovalRuleTemplateNameCommand({ oldApprovalRuleTemplateName, newApprovalRuleTemplateName }),
      );
    await create("Taken", rule(1));
    await fails(rename("Changing", "Taken"), "ApprovalRuleTemplateNameAlreadyExistsException");
    await rename("Changing", "Changed");
    assert.equal((await get("Changed"))?.approvalRuleTemplateDescription, "Two");
    await fails(get("Changing"), "ApprovalRuleTemplateDoesNotExistException");
    await associate("Changed");
    await fails(remove("Changed"), "ApprovalRuleTemplateInUseException");
    await disassociate("Changed");
    assert.equal((await remove("Changed")).approvalRuleTemplateId, made?.approvalRuleTemplateId);
    assert.equal((await remove("Changed")).approvalRuleTemplateId, "");
  });

  test("are listed with their repositories, page by page, and given to many at once", async () => {
    for (const name of ["b", "c", "d"]) {
      await codecommit.send(new client.CreateRepositoryCommand({ repositoryName: name }));
    }
    const batch = { approvalRuleTemplateName: "Taken", repositoryNames: ["b", "c", "d", "missing"] };
    const added = await codecommit.send(new client.BatchAssociateApprovalRuleTemplateWithRepositoriesCommand(batch));
    assert.deepEqual(added.associatedRepositoryNames, ["b", "c", "d"]);
    assert.deepEqual(
      added.errors?.map(({ repositoryName: name, errorCode }) => [name, errorCode]),
      [["missing", "RepositoryDoesNotExistException"]],
    );
    const users = (nextToken?: string) =>
      codecommit.send(
        new client.ListRepositoriesForApprovalRuleTemplateCommand({ ...named("Taken"), maxResults: 2, nextToken }),
      );
    const first = await users();
    assert.deepEqual(first.repositoryNames, ["b", "c"]);
    assert.deepEqual((await users(first.nextToken)).repositoryNames, ["d"]);
    const removed = await codecommit.send(
      new client.BatchDisassociateApprovalRuleTemplateFromRepositoriesCommand({
        ...batch,
        repositoryNames: ["b", "c"],
      }),
    );
    assert.deepEqual(removed.disassociatedRepositoryNames, ["b", "c"]);
    assert.deepEqual((await users()).repositoryNames, ["d"]);
    const list = (nextToken?: string) =>
      codecommit.send(new client.ListApprovalRuleTemplatesCommand({ maxResults: 2, nextToken }));
    const page = await list();
    assert.deepEqual(page.approvalRuleTemplateNames, ["Elsewhere", "For main"]);
    assert.deepEqual((await list(page.nextToken)).approvalRuleTemplateNames, ["Taken"]);
    const of = (name: string, nextToken?: string) =>
      codecommit.send(
        new client.ListAssociatedApprovalRuleTemplatesForRepositoryCommand({ repositoryName: name, nextToken }),
      );
    assert.deepEqual((await of("d")).approvalRuleTemplateNames, ["Taken"]);
    await fails(of("missing"), "RepositoryDoesNotExistException");
    await fails(list("nonsense"), "InvalidContinuationTokenException");
    await fails(users("="), "InvalidContinuationTokenException");
    await fails(
      codecommit.send(new client.ListApprovalRuleTemplatesCommand({ maxResults: 0 })),
      "InvalidMaxResultsException",
    );
    await codecommit.send(new client.DeleteRepositoryCommand({ repositoryName: "d" }));
    assert.deepEqual((await users()).repositoryNames, [], "a repository that goes takes its associations along");
  });

  test("are refused with CodeCommit's exceptions", async () => {
    for (const [name, exception] of [
      ["", "ApprovalRuleTemplateNameRequiredException"],
      ["a/b", "InvalidApprovalRuleTemplateNameException"],
      ["x".repeat(101), "InvalidApprovalRuleTemplateNameException"],
    ] as const) {
      await fails(create(name, rule(1)), exception);
      await fails(get(name), exception);
      await fails(remove(name), exception);
      await fails(associate(name), exception);
    }
    await fails(create("x", ""), "ApprovalRuleTemplateContentRequiredException");
    await fails(setContent("Taken", ""), "ApprovalRuleTemplateContentRequiredException");
    await fails(create("x", "{}"), "InvalidApprovalRuleTemplateContentException");
    await fails(setContent("Taken", "{}"), "InvalidApprovalRuleTemplateContentException");
    const many = Array.from({ length: 101 }, (_, number) => `b${number}`);
    await fails(create("x", forBranches(1, ...many)), "InvalidApprovalRuleTemplateContentException");
    await fails(create("x", rule(1), "x".repeat(1001)), "InvalidApprovalRuleTemplateDescriptionException");
    const missing = "ApprovalRuleTemplateDoesNotExistException";
    await fails(associate("missing"), missing);
    await fails(disassociate("missing"), missing);
    await fails(setContent("missing", rule(1)), missing);
    await fails(associate("Taken", "missing"), "RepositoryDoesNotExistException");
    const batch = (repositoryNames: string[], approvalRuleTemplateName = "Taken") =>
      codecommit.send(
        new client.BatchAssociateApprovalRuleTemplateWithRepositoriesCommand({
          approvalRuleTemplateName,
          repositoryNames,
        }),
      );
    await fails(batch([]), "RepositoryNamesRequiredException");
    await fails(batch(many), "MaximumRepositoryNamesExceededException");
    await fails(batch(["b"], "missing"), missing);
    for (let count = 0; count < 26; count += 1) await create(`full ${count}`, rule(1));
    for (let count = 0; count < 25; count += 1) await associate(`full ${count}`);
    await fails(associate("full 25"), "MaximumRuleTemplatesAssociatedWithRepositoryException");
    await associate("full 3");
  });

  test("are given to repositories by whoever may for each of them", async () => {
    using user = await newUser(at.house.clients, "user", [
      { Effect: "Allow", Action: "codecommit:*", Resource: at.repositoryArn },
    ]);
    const denied = "AccessDeniedException";
    const one = { approvalRuleTemplateName: "Taken", repositoryName: "b" };
    await fails(user.codecommit.send(new client.AssociateApprovalRuleTemplateWithRepositoryCommand(one)), denied);
    const both = { approvalRuleTemplateName: "Taken", repositoryNames: [repositoryName, "b"] };
    await fails(
      user.codecommit.send(new client.BatchDisassociateApprovalRuleTemplateFromRepositoriesCommand(both)),
      denied,
    );
    await fails(user.codecommit.send(new client.ListApprovalRuleTemplatesCommand({})), denied);
    await user.codecommit.send(new client.DisassociateApprovalRuleTemplateFromRepositoryCommand(named("Taken")));
    assert.deepEqual(at.house.log, [], "nothing failed inside");
  });
});
