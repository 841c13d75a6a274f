import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { hostLacks, startHouseProcess, type Clients } from "@strongroom/testkit";

const Bucket = "told";
const role = "detective";

/** Every object that comes or goes in the bucket makes a call that names it, and that the trail shows. */
async function install({ s3, iam, events, place }: Clients): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const trust = policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" });
  await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: trust }));
  const PolicyDocument = policy({ Action: "sagemaker:DeleteModel", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: "only", PolicyDocument }));
  for (const type of ["Created", "Deleted"]) {
    const EventPattern = JSON.stringify({ source: ["aws.s3"], "detail-type": [`Object ${type}`] });
    await events.send(new PutRuleCommand({ Name: type, EventPattern }));
    const Target = {
      Id: "delete",
      Arn: "arn:aws:scheduler:::aws-sdk:sagemaker:deleteModel",
      RoleArn: `arn:aws:iam::${place.accountId}:role/${role}`,
      InputTransformer: {
        InputPathsMap: { key: "$.detail.object.key" },
        InputTemplate: `{"ModelName":"${type}-<key>"}`,
      },
    };
    await events.send(new PutTargetsCommand({ Rule: type, Targets: [Target] }));
  }
}

/** The objects that the rule has acted upon. */
async function actedUpon({ cloudtrail }: Clients, type: string): Promise<Set<string>> {
  const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "DeleteModel" }];
  const keys = new Set<string>();
  for await (const { Events } of paginateLookupEvents({ client: cloudtrail }, { LookupAttributes })) {
    for (const { CloudTrailEvent } of Events ?? []) {
      const { requestParameters } = JSON.parse(CloudTrailEvent ?? "{}") as {
        readonly requestParameters?: { readonly modelName?: string };
      };
      const [name, key] = requestParameters?.modelName?.split("-") ?? [];
      if (name === type && key !== undefined) keys.add(key);
    }
  }
  return keys;
}

async function reaches(clients: Clients, type: string, expected: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  let acted = new Set<string>();
  while (Date.now() < deadline) {
    acted = await actedUpon(clients, type);
    if (expected.every((key) => acted.has(key))) return;
    await wait(200);
  }
  assert.deepEqual([...acted].sort(), [...expected].sort());
}

describe("events of buckets across kill -9", { skip: await hostLacks() }, () => {
  test("what was acknowledged is told, and what rules of buckets end is told as well", async () => {
    await using house = await startHouseProcess();
    await install(house.clients);
    const written: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { s3 } = house.clients;
      const killing = wait(300).then(() => house.kill());
      // Until the server is gone; what it did not answer may be there or not.
      for (let i = 0; ; i += 1) {
        const key = `r${round}n${i}`;
        const put = s3.send(new PutObjectCommand({ Bucket, Key: key, Body: "x" }));
        if (
          !(await put.then(
            () => true,
            () => false,
          ))
        )
          break;
        written.push(key);
      }
      await killing;
      await house.up();
    }
    assert.ok(written.length > 3, String(written.length));
    await reaches(house.clients, "Created", written);
    const Rules = [
      { ID: "past", Status: "Enabled" as const, Filter: {}, Expiration: { Date: new Date("2020-01-01") } },
    ];
    const LifecycleConfiguration = { Rules };
    await house.clients.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    await house.kill();
    // A server that starts does what is left of the day.
    await house.up();
    await reaches(house.clients, "Deleted", written);
    const { Contents } = await house.clients.s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(Contents ?? [], []);
    const { stdout, code } = await house.command("verify", "audit");
    assert.equal(code, 0, stdout);
  });
});
