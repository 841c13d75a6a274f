import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DeleteModelCommand,
  DescribeModelCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  type CreateTrainingJobRequest,
} from "@aws-sdk/client-sagemaker";
import { DetachPolicyCommand, ListPoliciesForTargetCommand, ListRootsCommand } from "@aws-sdk/client-organizations";
import { hostLacks, newUser, startHouse, startHouseProcess, type Clients, type TestHouse } from "@strongroom/testkit";
import { ensureGuardrails } from "../../packages/cli/src/project/guardrails.ts";
import { ensureDetectiveRules } from "../../packages/cli/src/project/detective-rules.ts";
import { bucket, furnish, scriptRequest, trained, trainingRequest, until, type Room } from "../sagemaker/room.ts";

/** What the control promises: from the answer of the creation to the stop. */
const withinMs = 2000;
/** How long is waited before it is believed that nothing happens. */
const quietMs = 1500;

const install = (clients: Clients) =>
  ensureDetectiveRules(
    { iam: clients.iam, events: clients.events },
    { accountId: clients.place.accountId, region: clients.place.region, names: { project: "credit" } },
  );

/** Takes the guardrails off the account, so that something comes past them. */
async function switchGuardrailsOff({ organizations }: Clients): Promise<void> {
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const TargetId = Roots?.[0]?.Id;
  const Filter = "SERVICE_CONTROL_POLICY";
  const { Policies } = await organizations.send(new ListPoliciesForTargetCommand({ TargetId, Filter }));
  const PolicyId = Policies?.find(({ Name }) => Name === "strongroom-guardrails")?.Id;
  await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
}

function outside(room: Room, name: string): CreateTrainingJobRequest {
  const { VpcConfig, ...request } = trainingRequest(room, name);
  assert.ok(VpcConfig !== undefined);
  return request;
}

const modelRequest = (room: Room, ModelName: string) => ({
  ModelName,
  ExecutionRoleArn: room.roleArn,
  PrimaryContainer: { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: `s3://${bucket}/models/m.tar.gz` },
});

interface Recorded {
  readonly eventTime: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity: { readonly type: string; readonly arn?: string; readonly invokedBy?: string };
  readonly sourceIPAddress: string;
  readonly eventID: string;
  readonly requestParameters?: Readonly<Record<string, unknown>>;
  readonly additionalEventData: {
    readonly phase: string;
    readonly rule?: { arn: string; eventId: string; chain: string[] };
  };
}

/** The outcomes of one operation in the trail, newest first. */
async function recorded({ cloudtrail }: Clients, name: string): Promise<Recorded[]> {
  const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: name }];
  const { Events } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 50 }));
  return (Events ?? []).map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "{}") as Recorded);
}

/** The status of a job as soon as it is not running, and how long after now that was. */
async function untilStopped({ sagemaker }: Clients, TrainingJobName: string) {
  const begun = performance.now();
  const job = await until(
    () => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    ({ TrainingJobStatus }) => TrainingJobStatus !== "InProgress" && TrainingJobStatus !== "Stopping",
  );
  return { job, ms: performance.now() - begun };
}

async function untilGone({ sagemaker }: Clients, ModelName: string): Promise<number> {
  const begun = performance.now();
  await until(
    () =>
      sagemaker.send(new DescribeModelCommand({ ModelName })).then(
        () => false,
        () => true,
      ),
    (isGone) => isGone,
  );
  return performance.now() - begun;
}

describe("objective 2: detective control", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    await install(house.clients);
  });
  after(async () => {
    assert.deepEqual(house.log, [], "nothing failed inside");
    await house[Symbol.asyncDispose]();
  });

  test("with the guardrails on, nothing is created that would have to be stopped", async () => {
    const { organizations, sagemaker } = house.clients;
    await ensureGuardrails(organizations);
    await assert.rejects(sagemaker.send(new CreateTrainingJobCommand(outside(room, "no-network"))), {
      name: "AccessDeniedException",
      message: /explicit deny in a service control policy/,
    });
    await switchGuardrailsOff(house.clients);
    assert.deepEqual(await recorded(house.clients, "StopTrainingJob"), []);
  });

  const events = (): EventBridgeClient => house.clients.events;

  test("a training job without a network is stopped within two seconds, and says why", async (t) => {
    const { sagemaker } = house.clients;
    await sagemaker.send(new CreateTrainingJobCommand(outside(room, "no-network")));
    const { job, ms } = await untilStopped(house.clients, "no-network");
    t.diagnostic(`stopped ${Math.round(ms)} ms after the creation was answered`);
    assert.equal(job.TrainingJobStatus, "Stopped");
    assert.ok(ms < withinMs, `${ms} ms`);
    const [creation] = await recorded(house.clients, "CreateTrainingJob");
    const reason = `Stopped by the rule credit-training-job-needs-network: CreateTrainingJob had no vpcConfig (event ${creation?.eventID ?? ""})`;
    assert.equal(job.FailureReason, reason);
    assert.deepEqual(
      job.SecondaryStatusTransitions?.filter(({ Status }) => Status?.startsWith("Stop")).map(
        (one) => one.StatusMessage,
      ),
      [reason, reason],
    );
    const [stop] = await recorded(house.clients, "StopTrainingJob");
    const { accountId } = house.place;
    assert.ok(stop !== undefined && stop.errorCode === undefined);
    assert.deepEqual(
      [stop.userIdentity.type, stop.userIdentity.arn, stop.userIdentity.invokedBy, stop.sourceIPAddress],
      [
        "AssumedRole",
        `arn:aws:sts::${accountId}:assumed-role/credit-detective/credit-training-job-needs-network`,
        "events.amazonaws.com",
        "events.amazonaws.com",
      ],
    );
    const arn = `arn:aws:events:us-east-1:${accountId}:rule/credit-training-job-needs-network`;
    assert.deepEqual(stop.additionalEventData.rule, { arn, eventId: creation?.eventID, chain: [arn] });
    assert.deepEqual(stop.requestParameters, { trainingJobName: "no-network" });
  });

  test("a model without a network is deleted within two seconds, and the trail says by which rule", async (t) => {
    const { sagemaker } = house.clients;
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "no-network")));
    const ms = await untilGone(house.clients, "no-network");
    t.diagnostic(`deleted ${Math.round(ms)} ms after the creation was answered`);
    assert.ok(ms < withinMs, `${ms} ms`);
    const [deletion] = await recorded(house.clients, "DeleteModel");
    assert.match(deletion?.additionalEventData.rule?.arn ?? "", /rule\/credit-model-needs-network$/);
    assert.equal(deletion?.userIdentity.invokedBy, "events.amazonaws.com");
  });

  test("a processing job without a network is stopped, and says why", async () => {
    const { sagemaker } = house.clients;
    const { NetworkConfig, ...request } = scriptRequest(room, "no-network", "sleep 60");
    assert.ok(NetworkConfig !== undefined);
    await sagemaker.send(new CreateProcessingJobCommand(request));
    const job = await until(
      () => sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: "no-network" })),
      ({ ProcessingJobStatus }) => ProcessingJobStatus === "Stopped",
    );
    assert.match(
      job.FailureReason ?? "",
      /^Stopped by the rule credit-processing-job-needs-network: .*\(event [\w-]+\)$/,
    );
  });

  test("the two seconds hold while 50 other calls a second are answered", async (t) => {
    const { sagemaker, s3 } = house.clients;
    const load = new AbortController();
    let answered = 0;
    const calls = (async () => {
      for (let i = 0; !load.signal.aborted; i += 1) {
        const call =
          i % 2 === 0 ? new PutObjectCommand({ Bucket: bucket, Key: `load/${i % 20}`, Body: "x" }) : undefined;
        void (call === undefined ? s3.send(new ListBucketsCommand({})) : s3.send(call)).then(() => (answered += 1));
        await wait(20);
      }
    })();
    const begun = performance.now();
    await wait(500);
    await sagemaker.send(new CreateTrainingJobCommand(outside(room, "busy")));
    const { job, ms } = await untilStopped(house.clients, "busy");
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "busy")));
    const modelMs = await untilGone(house.clients, "busy");
    const perSecond = (answered * 1000) / (performance.now() - begun);
    load.abort();
    await calls;
    t.diagnostic(
      `job ${Math.round(ms)} ms, model ${Math.round(modelMs)} ms, ${Math.round(perSecond)} other calls a second`,
    );
    assert.equal(job.TrainingJobStatus, "Stopped");
    assert.ok(ms < withinMs && modelMs < withinMs, `${ms} ms, ${modelMs} ms`);
  });

  test("nothing happens to what has a network", async () => {
    const { sagemaker } = house.clients;
    const before = (await recorded(house.clients, "StopTrainingJob")).length;
    await sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "in-network")));
    await sagemaker.send(new CreateModelCommand({ ...modelRequest(room, "in-network"), VpcConfig: room.network }));
    const job = await trained(house.clients, "in-network");
    assert.deepEqual([job.TrainingJobStatus, job.FailureReason], ["Completed", undefined]);
    await sagemaker.send(new DescribeModelCommand({ ModelName: "in-network" }));
    assert.equal((await recorded(house.clients, "StopTrainingJob")).length, before);
  });

  test("a creation that was refused stops nothing of that name", async () => {
    const { sagemaker } = house.clients;
    await sagemaker.send(new CreateModelCommand({ ...modelRequest(room, "taken"), VpcConfig: room.network }));
    await assert.rejects(sagemaker.send(new CreateModelCommand(modelRequest(room, "taken"))));
    await wait(quietMs);
    await sagemaker.send(new DescribeModelCommand({ ModelName: "taken" }));
  });

  test("a disabled rule does nothing, and what was created meanwhile stays when it is enabled", async () => {
    const { sagemaker } = house.clients;
    const Name = "credit-model-needs-network";
    await events().send(new DisableRuleCommand({ Name }));
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "kept")));
    await wait(quietMs);
    await events().send(new EnableRuleCommand({ Name }));
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "not-kept")));
    await untilGone(house.clients, "not-kept");
    await sagemaker.send(new DescribeModelCommand({ ModelName: "kept" }));
  });

  test("a rule that was changed holds for the very next call", async () => {
    const { sagemaker } = house.clients;
    const Name = "credit-model-needs-network";
    const only = (prefix: string) => ({
      Name,
      Description: `no model whose name starts with ${prefix}`,
      EventPattern: JSON.stringify({
        detail: {
          eventName: ["CreateModel"],
          errorCode: [{ exists: false }],
          requestParameters: { modelName: [{ prefix }] },
        },
      }),
    });
    await events().send(new PutRuleCommand(only("draft-")));
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "draft-1")));
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "final-1")));
    await untilGone(house.clients, "draft-1");
    await sagemaker.send(new DescribeModelCommand({ ModelName: "final-1" }));
    await install(house.clients);
  });

  test("a rule whose role may not do it is recorded as refused, a few times", async () => {
    const { iam, sagemaker } = house.clients;
    const role = { RoleName: "credit-detective", PolicyName: "project" };
    await iam.send(new DeleteRolePolicyCommand(role));
    await sagemaker.send(new CreateModelCommand(modelRequest(room, "spared")));
    const refusals = await until(
      async () => (await recorded(house.clients, "DeleteModel")).filter(({ errorCode }) => errorCode !== undefined),
      ({ length }) => length === 3,
    );
    for (const { errorCode, errorMessage, additionalEventData } of refusals) {
      assert.equal(errorCode, "AccessDeniedException");
      assert.match(
        errorMessage ?? "",
        /assumed-role\/credit-detective\/credit-model-needs-network is not authorized to perform: sagemaker:DeleteModel/,
      );
      assert.match(additionalEventData.rule?.arn ?? "", /credit-model-needs-network$/);
    }
    await wait(quietMs);
    const again = (await recorded(house.clients, "DeleteModel")).filter(({ errorCode }) => errorCode !== undefined);
    assert.equal(again.length, 3, "it is not tried without end");
    await sagemaker.send(new DescribeModelCommand({ ModelName: "spared" }));
    await install(house.clients);
  });

  test("a rule that finds the job ended records that there was nothing to do", async () => {
    const { sagemaker } = house.clients;
    const rule = "late";
    const roleArn = `arn:aws:iam::${house.place.accountId}:role/late`;
    await iamRole(house.clients, "late", "sagemaker:StopTrainingJob");
    await events().send(
      new PutRuleCommand({
        Name: rule,
        EventPattern: JSON.stringify({ detail: { eventName: ["AddTags", "CreateModel"] } }),
      }),
    );
    const Arn = "arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob";
    const Targets = [{ Id: "stop", Arn, RoleArn: roleArn, Input: '{"TrainingJobName":"in-network"}' }];
    await events().send(new PutTargetsCommand({ Rule: rule, Targets }));
    await sagemaker.send(new CreateModelCommand({ ...modelRequest(room, "cause"), VpcConfig: room.network }));
    const seen = await until(
      async () =>
        (await recorded(house.clients, "StopTrainingJob")).filter(
          ({ additionalEventData }) => additionalEventData.rule?.arn.endsWith("/late") === true,
        ),
      ({ length }) => length > 0,
    );
    assert.match(seen[0]?.errorMessage ?? "", /the training job is in status Completed/);
    await wait(quietMs);
    assert.equal(
      (await recorded(house.clients, "StopTrainingJob")).filter(
        (one) => one.additionalEventData.rule?.arn.endsWith("/late") === true,
      ).length,
      1,
    );
    await events().send(new DisableRuleCommand({ Name: rule }));
  });

  test("a call that was refused is an event too: a rule takes the key of who tries from him", async () => {
    const { iam } = house.clients;
    using eve = await newUser(house.clients, "eve");
    const roleArn = await iamRole(house.clients, "key-taker", "iam:UpdateAccessKey");
    const EventPattern = JSON.stringify({
      detail: { errorCode: [{ prefix: "AccessDenied" }], userIdentity: { type: ["IAMUser"], userName: ["eve"] } },
    });
    await events().send(new PutRuleCommand({ Name: "no-tries", EventPattern }));
    const InputTransformer = {
      InputPathsMap: { user: "$.detail.userIdentity.userName", key: "$.detail.userIdentity.accessKeyId" },
      InputTemplate: '{"UserName": <user>, "AccessKeyId": <key>, "Status": "Inactive"}',
    };
    const Arn = "arn:aws:scheduler:::aws-sdk:iam:updateAccessKey";
    const Targets = [{ Id: "key", Arn, RoleArn: roleArn, InputTransformer }];
    await events().send(new PutTargetsCommand({ Rule: "no-tries", Targets }));
    const attempt = new CreateBucketCommand({ Bucket: "eves" });
    await assert.rejects(eve.s3.send(attempt), { name: "AccessDenied" });
    await until(
      () => iam.send(new ListAccessKeysCommand({ UserName: "eve" })),
      ({ AccessKeyMetadata }) => AccessKeyMetadata?.[0]?.Status === "Inactive",
    );
    // An inactive key and a wrong signature are not told apart.
    await assert.rejects(eve.s3.send(attempt), { name: "SignatureDoesNotMatch" });
    await events().send(new DisableRuleCommand({ Name: "no-tries" }));
  });

  test("a rule does not act upon what it did itself", async () => {
    const { sagemaker } = house.clients;
    const roleArn = await iamRole(house.clients, "echo", "sagemaker:*");
    const Arn = "arn:aws:scheduler:::aws-sdk:sagemaker:deleteModel";
    for (const name of ["echo-1", "echo-2"]) {
      const EventPattern = JSON.stringify({
        detail: { eventName: ["DeleteModel"], requestParameters: { modelName: ["echo"] } },
      });
      await events().send(new PutRuleCommand({ Name: name, EventPattern }));
      const Targets = [{ Id: "again", Arn, RoleArn: roleArn, Input: '{"ModelName":"echo"}' }];
      await events().send(new PutTargetsCommand({ Rule: name, Targets }));
    }
    await sagemaker.send(new CreateModelCommand({ ...modelRequest(room, "echo"), VpcConfig: room.network }));
    await sagemaker.send(new DeleteModelCommand({ ModelName: "echo" }));
    await wait(2 * quietMs);
    const chains = (await recorded(house.clients, "DeleteModel"))
      .flatMap(({ additionalEventData: { rule } }) =>
        rule === undefined ? [] : [rule.chain.map((arn) => arn.split("/")[1])],
      )
      .filter(([first]) => first?.startsWith("echo"));
    assert.deepEqual(chains.map((chain) => chain.join(" ")).sort(), [
      "echo-1",
      "echo-1 echo-2",
      "echo-2",
      "echo-2 echo-1",
    ]);
  });
});

/** A role that rules may act as, for one action. */
async function iamRole({ iam }: Clients, RoleName: string, Action: string): Promise<string> {
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const AssumeRolePolicyDocument = document({
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Effect: "Allow", Action, Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "act", PolicyDocument }));
  return Role?.Arn ?? "";
}

describe("objective 2: detective control across a crash", { skip: await hostLacks() }, () => {
  test("what was created just before the server was killed is stopped and deleted after its next start", async () => {
    await using house = await startHouseProcess();
    const room = await furnish(house.clients);
    const made = await house.command("project", "create", "credit");
    assert.equal(made.code, 0, made.stderr);
    await switchGuardrailsOff(house.clients);
    const created: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { sagemaker } = house.clients;
      const names = Array.from({ length: 4 }, (_, i) => `killed-${round}-${i}`);
      // Killed while the last ones are under way: what was answered must be handled, whatever came of the others.
      const answers = names.map((name) =>
        sagemaker.send(new CreateModelCommand(modelRequest(room, name))).then(
          () => created.push(name),
          () => undefined,
        ),
      );
      await Promise.race(answers);
      await house.kill();
      await Promise.all(answers);
      await house.up();
    }
    await house.clients.sagemaker.send(new CreateTrainingJobCommand(outside(room, "killed")));
    await house.kill();
    await house.up();
    assert.ok(created.length > 0);
    for (const name of created) await untilGone(house.clients, name);
    // The test is worth something only where a restart lies between what was created and what was done about it.
    const timesOf = async (name: string) =>
      (await recorded(house.clients, name)).map((one): [name: unknown, time: number] => [
        one.requestParameters?.["modelName"],
        Date.parse(one.eventTime),
      ]);
    const restarts = (await timesOf("TrailOpened")).map(([, time]) => time);
    const createdAt = new Map(await timesOf("CreateModel"));
    const late = (await timesOf("DeleteModel")).filter(([name, time]) =>
      restarts.some((restart) => restart > (createdAt.get(name) ?? Infinity) && restart <= time),
    );
    assert.ok(late.length > 0, "every model was deleted before the kill");
    const job = await trained(house.clients, "killed");
    assert.equal(job.TrainingJobStatus, "Stopped");
    assert.match(job.FailureReason ?? "", /^Stopped by the rule credit-training-job-needs-network/);
  });
});
