import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  type EventBridgeClient,
  type PutTargetsCommandInput,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { hostLacks, newRole, newUser, startHouse, type Statement, type TestHouse } from "@strongroom/testkit";

const EventPattern = JSON.stringify({ source: ["aws.sagemaker"], detail: { eventName: ["CreateModel"] } });
const deleteModel = "arn:aws:scheduler:::aws-sdk:sagemaker:deleteModel";

describe("EventBridge", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let client: EventBridgeClient;
  let roleArn: string;
  before(async () => {
    house = await startHouse();
    client = house.clients.events;
    const trust = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await house.clients.iam.send(
      new CreateRoleCommand({ RoleName: "rules", AssumeRolePolicyDocument }),
    );
    roleArn = Role?.Arn ?? "";
  });
  after(async () => {
    assert.deepEqual(house.log, [], "nothing failed inside");
    await house[Symbol.asyncDispose]();
  });

  const arnOf = (name: string) => `arn:aws:events:us-east-1:${house.place.accountId}:rule/${name}`;
  const put = (Name: string, more: object = {}) => client.send(new PutRuleCommand({ Name, EventPattern, ...more }));
  const target = (Id: string, more: Partial<Target> = {}): Target => ({
    Id,
    Arn: deleteModel,
    RoleArn: roleArn,
    Input: '{"ModelName":"m"}',
    ...more,
  });
  const putTargets = (Rule: string, Targets: PutTargetsCommandInput["Targets"]) =>
    client.send(new PutTargetsCommand({ Rule, Targets }));
  const missing = { name: "ResourceNotFoundException", message: "Rule none does not exist on EventBus default." };

  test("a rule is made, described, changed, disabled, enabled and deleted", async () => {
    const { RuleArn } = await put("life", { Description: "first", Tags: [{ Key: "team", Value: "credit" }] });
    assert.equal(RuleArn, arnOf("life"));
    const shown = async () => {
      const {
        Description,
        State,
        EventPattern: pattern,
      } = await client.send(new DescribeRuleCommand({ Name: "life" }));
      return [Description, State, pattern];
    };
    assert.deepEqual(await shown(), ["first", "ENABLED", EventPattern]);
    await put("life", { State: "DISABLED", EventPattern: '{"source":["aws.iam"]}' });
    assert.deepEqual(await shown(), [undefined, "DISABLED", '{"source":["aws.iam"]}']);
    await client.send(new EnableRuleCommand({ Name: "life" }));
    assert.equal((await shown())[1], "ENABLED");
    await client.send(new DisableRuleCommand({ Name: "life", EventBusName: "default" }));
    assert.equal((await shown())[1], "DISABLED");
    const { CreatedBy, EventBusName } = await client.send(new DescribeRuleCommand({ Name: "life" }));
    assert.deepEqual([CreatedBy, EventBusName], [house.place.accountId, "default"]);
    await client.send(new DeleteRuleCommand({ Name: "life" }));
    await assert.rejects(client.send(new DescribeRuleCommand({ Name: "life" })), { name: "ResourceNotFoundException" });
  });

  test("a rule that is not there is named by every operation", async () => {
    const Name = "none";
    await assert.rejects(client.send(new DescribeRuleCommand({ Name })), missing);
    await assert.rejects(client.send(new EnableRuleCommand({ Name })), missing);
    await assert.rejects(client.send(new DisableRuleCommand({ Name })), missing);
    await assert.rejects(client.send(new DeleteRuleCommand({ Name })), missing);
    await assert.rejects(putTargets(Name, [target("t")]), missing);
    await assert.rejects(client.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["t"] })), missing);
    await assert.rejects(client.send(new ListTargetsByRuleCommand({ Rule: Name })), missing);
    const ResourceARN = arnOf(Name);
    await assert.rejects(client.send(new ListTagsForResourceCommand({ ResourceARN })), missing);
    await assert.rejects(
      client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "a", Value: "b" }] })),
      missing,
    );
    await assert.rejects(client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] })), missing);
  });

  test("a pattern that is none is refused with its reason and place", async () => {
    const wrong = { EventPattern: '{"source":["a"],"detail":{"x":[{"numeric":[">","1"]}]}}' };
    await assert.rejects(put("wrong", wrong), {
      name: "InvalidEventPatternException",
      message:
        "Event pattern is not valid. Reason: numeric takes an operator (=, <, <=, >, >=) and a number, or a lower and then an upper bound at detail.x[0].numeric[1] (line 1, column 48).",
    });
    await assert.rejects(client.send(new DescribeRuleCommand({ Name: "wrong" })), {
      name: "ResourceNotFoundException",
    });
  });

  test("what is not served is refused by its name", async () => {
    const refusal = (message: RegExp) => ({ name: "ValidationException", message });
    await assert.rejects(put("x", { ScheduleExpression: "rate(1 day)" }), refusal(/ScheduleExpression/));
    await assert.rejects(put("x", { RoleArn: roleArn }), refusal(/RoleArn/));
    await assert.rejects(
      put("x", { State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" }),
      refusal(/ENABLED, DISABLED/),
    );
    await assert.rejects(client.send(new PutRuleCommand({ Name: "x" })), refusal(/EventPattern must be specified/));
    await assert.rejects(put("a name"), refusal(/regular expression/));
    await assert.rejects(put("x", { EventPattern: `{"a":["${"x".repeat(4096)}"]}` }), refusal(/4096/));
    await assert.rejects(client.send(new PutEventsCommand({ Entries: [{ Source: "aws.sagemaker" }] })), {
      name: "UnknownOperationException",
    });
    await assert.rejects(client.send(new CreateEventBusCommand({ Name: "another" })), {
      name: "UnknownOperationException",
    });
    const nowhere = { name: "ResourceNotFoundException", message: "Event bus another does not exist." };
    await assert.rejects(put("x", { EventBusName: "another" }), nowhere);
    await assert.rejects(client.send(new ListRulesCommand({ EventBusName: "another" })), nowhere);
    await assert.rejects(client.send(new DescribeEventBusCommand({ Name: "another" })), nowhere);
    const { Name, Arn } = await client.send(new DescribeEventBusCommand({}));
    assert.deepEqual([Name, Arn], ["default", `arn:aws:events:us-east-1:${house.place.accountId}:event-bus/default`]);
  });

  test("targets are added, replaced, listed page by page and removed", async () => {
    await put("targets");
    const transformer = {
      InputPathsMap: { m: "$.detail.requestParameters.modelName" },
      InputTemplate: '{"ModelName":<m>}',
    };
    const { Input, ...bare } = target("b", { RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 } });
    assert.ok(Input !== undefined);
    const second = { ...bare, InputTransformer: transformer };
    const made = await putTargets("targets", [target("a", { Input: '{"ModelName":"first"}' }), second]);
    assert.deepEqual([made.FailedEntryCount, made.FailedEntries], [0, []]);
    await putTargets("targets", [target("a")]);
    const page = async (NextToken?: string) =>
      await client.send(new ListTargetsByRuleCommand({ Rule: "targets", Limit: 1, NextToken }));
    const first = await page();
    assert.deepEqual(first.Targets, [target("a")]);
    const last = await page(first.NextToken);
    assert.deepEqual([last.Targets, last.NextToken], [[second], undefined]);
    const byTarget = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: deleteModel }));
    assert.deepEqual(byTarget.RuleNames, ["targets"]);
    await assert.rejects(client.send(new DeleteRuleCommand({ Name: "targets" })), {
      name: "ValidationException",
      message: "Rule can't be deleted since it has targets.",
    });
    const removed = await client.send(new RemoveTargetsCommand({ Rule: "targets", Ids: ["a", "b", "c"] }));
    assert.equal(removed.FailedEntryCount, 1);
    assert.equal(removed.FailedEntries?.[0]?.TargetId, "c");
    await client.send(new DeleteRuleCommand({ Name: "targets" }));
  });

  test("a target that could not act is refused with the reason", async () => {
    await put("strict");
    const cases: readonly [Target, RegExp][] = [
      [
        target("t", { Arn: "arn:aws:lambda:us-east-1:1:function:f" }),
        /is not supported. Supported are arn:aws:scheduler/,
      ],
      [target("t", { Arn: "arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob" }), /is not supported/],
      [target("t", { RoleArn: undefined }), /RoleArn is required for target t/],
      [
        target("t", { RoleArn: roleArn.replace("role/rules", "role/none") }),
        /cannot be assumed by principal 'events.amazonaws.com'/,
      ],
      [target("t", { Input: undefined }), /exactly one of Input, InputPath and InputTransformer/],
      [target("t", { InputPath: "$.detail" }), /exactly one of/],
      [target("t", { Input: "[]" }), /not a JSON object/],
      [target("t", { Input: undefined, InputPath: "$.detail[*]" }), /wildcards are not supported/],
      [
        target("t", { Input: undefined, InputTransformer: { InputTemplate: '{"a":<b>}' } }),
        /<b> is not in InputPathsMap/,
      ],
      [
        target("t", { Input: undefined, InputTransformer: { InputPathsMap: { b: "detail" }, InputTemplate: "{}" } }),
        /b is not a path/,
      ],
      [target("t", { DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:1:q" } }), /DeadLetterConfig/],
      [target("t", { SqsParameters: { MessageGroupId: "g" } }), /SqsParameters/],
      [target("t", { RetryPolicy: { MaximumRetryAttempts: 186 } }), /185/],
    ];
    for (const [one, message] of cases) {
      await assert.rejects(putTargets("strict", [one]), { name: "ValidationException", message }, JSON.stringify(one));
    }
    const untrusting = await newRole(house.clients, "for-jobs");
    await assert.rejects(putTargets("strict", [target("t", { RoleArn: untrusting.arn })]), /cannot be assumed/);
    await assert.rejects(putTargets("strict", [target("t"), target("t")]), /given twice/);
    const six = Array.from({ length: 6 }, (_, i) => target(`t${i}`));
    await assert.rejects(putTargets("strict", six), { name: "LimitExceededException", message: /5 targets/ });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: "strict" }));
    assert.deepEqual(Targets, []);
  });

  test("rules are listed by prefix and page by page, and are bounded in number", async () => {
    for (let i = 0; i < 5; i += 1) await put(`listed-${i}`);
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListRulesCommand({ NamePrefix: "listed-", Limit: 2, NextToken }));
      names.push(...(page.Rules ?? []).map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(names, ["listed-0", "listed-1", "listed-2", "listed-3", "listed-4"]);
    await assert.rejects(client.send(new ListRulesCommand({ NextToken: "made-up" })), { name: "ValidationException" });
    const { Rules } = await client.send(new ListRulesCommand({}));
    const left = 300 - (Rules?.length ?? 0);
    await Promise.all(Array.from({ length: left }, (_, i) => put(`many-${i}`)));
    await assert.rejects(put("one-more"), { name: "LimitExceededException", message: /300 rules/ });
    await put("many-0", { Description: "an existing one may still be changed" });
    await Promise.all(
      Array.from({ length: left }, (_, i) => client.send(new DeleteRuleCommand({ Name: `many-${i}` }))),
    );
  });

  test("tags are put, taken away and shown, and decide where a policy says so", async () => {
    const ResourceARN = arnOf("tagged");
    const Tags = [{ Key: "team", Value: "credit" }];
    await put("tagged", { Tags });
    await put("tagged", { Tags });
    await assert.rejects(put("tagged", { Tags: [{ Key: "team", Value: "risk" }] }), {
      name: "ValidationException",
      message: /TagResource/,
    });
    await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "stage", Value: "test" }] }));
    const shown = async () => (await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
    assert.deepEqual(await shown(), [...Tags, { Key: "stage", Value: "test" }]);
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["stage", "none"] }));
    assert.deepEqual(await shown(), Tags);
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
    await assert.rejects(client.send(new TagResourceCommand({ ResourceARN, Tags: many })), {
      name: "LimitExceededException",
    });
    await assert.rejects(client.send(new ListTagsForResourceCommand({ ResourceARN: "arn:aws:s3:::x" })), {
      name: "ValidationException",
    });
    const Condition = { StringEquals: { "aws:ResourceTag/team": "credit" } };
    using own = await newUser(house.clients, "own-team", [
      { Effect: "Allow", Action: "events:*", Resource: "*", Condition },
    ]);
    await own.events.send(new DisableRuleCommand({ Name: "tagged" }));
    await put("untagged");
    await assert.rejects(own.events.send(new DisableRuleCommand({ Name: "untagged" })), {
      name: "AccessDeniedException",
    });
  });

  test("a policy bounds what a rule may look for and what it may do", async () => {
    const allow = (Action: string | string[], Resource: string, Condition?: Statement["Condition"]): Statement => ({
      Effect: "Allow",
      Action,
      Resource,
      ...(Condition === undefined ? {} : { Condition }),
    });
    using narrow = await newUser(house.clients, "narrow", [
      allow("events:PutRule", arnOf("narrow-*"), {
        "ForAllValues:StringEquals": { "events:source": ["aws.sagemaker"] },
        Null: { "events:source": "false" },
      }),
      allow("events:PutTargets", "*", { ArnEquals: { "events:TargetArn": deleteModel } }),
    ]);
    const asked = (Name: string, pattern: object) =>
      narrow.events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
    const denied = { name: "AccessDeniedException", message: /events:PutRule/ };
    await asked("narrow-1", { source: ["aws.sagemaker"] });
    await assert.rejects(asked("wide-1", { source: ["aws.sagemaker"] }), denied);
    await assert.rejects(asked("narrow-2", { source: ["aws.iam"] }), denied);
    await assert.rejects(asked("narrow-2", { source: ["aws.sagemaker", { prefix: "" }] }), denied);
    await assert.rejects(asked("narrow-2", { detail: { eventName: ["CreateModel"] } }), denied);
    await assert.rejects(asked("narrow-2", { $or: [{ source: ["aws.sagemaker"] }, { account: ["x"] }] }), denied);
    const targets = (Targets: Target[]) => narrow.events.send(new PutTargetsCommand({ Rule: "narrow-1", Targets }));
    const stop = "arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob";
    await assert.rejects(targets([target("t", { Arn: stop })]), {
      name: "AccessDeniedException",
      message: /PutTargets/,
    });
    await assert.rejects(targets([target("t")]), {
      name: "AccessDeniedException",
      message: /iam:PassRole.*role\/rules/,
    });
  });

  test("a pattern is tried on an event without a rule", async () => {
    const event = {
      id: "1",
      "detail-type": "t",
      source: "aws.sagemaker",
      account: "111122223333",
      time: "2026-03-01T12:00:00Z",
      region: "us-east-1",
      resources: [],
      detail: { eventName: "CreateModel" },
    };
    const tried = (pattern: string, given: unknown) =>
      client.send(new TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(given) }));
    assert.equal((await tried(EventPattern, event)).Result, true);
    assert.equal((await tried(EventPattern, { ...event, source: "aws.iam" })).Result, false);
    await assert.rejects(tried("{}", event), { name: "InvalidEventPatternException" });
    const { region, ...incomplete } = event;
    assert.ok(region !== "");
    await assert.rejects(tried(EventPattern, incomplete), {
      name: "ValidationException",
      message: 'Parameter Event is not valid. Reason: it has no "region".',
    });
    await assert.rejects(tried(EventPattern, [event]), { name: "ValidationException" });
  });
});
