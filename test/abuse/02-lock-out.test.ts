import { strict as assert } from "node:assert";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  ListPoliciesForTargetCommand,
} from "@aws-sdk/client-organizations";
import { hostLacks, startHouseProcess } from "@strongroom/testkit";

describe("a bucket whose policy lets nobody change it", { skip: await hostLacks() }, () => {
  test("is opened again by whoever holds the host, and the trail says so", async () => {
    await using house = await startHouseProcess();
    const Bucket = "locked";
    await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
    const Statement = [
      { Effect: "Deny", Principal: "*", Action: "s3:*BucketPolicy", Resource: `arn:aws:s3:::${Bucket}` },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await house.clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const remove = () => house.clients.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await assert.rejects(remove, { name: "AccessDenied" });
    const running = await house.command("up", "--lift-bucket-policy", Bucket);
    assert.equal(running.code, 1);
    assert.match(running.stderr, /stop the server first/);

    await house.down();
    const elsewhere = await house.command("up", "--port", "0", "--lift-bucket-policy", "another");
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /there is no bucket another/);
    const started = await house.command("up", "--port", "0", "--lift-bucket-policy", Bucket);
    assert.equal(started.code, 0, started.stderr);
    await house.up();
    await assert.rejects(house.clients.s3.send(new GetBucketPolicyCommand({ Bucket })), { name: "NoSuchBucketPolicy" });
    const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "LiftBucketPolicy" }];
    const { Events } = await house.clients.cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    const told = (Events ?? []).map(({ CloudTrailEvent = "{}" }) => JSON.parse(CloudTrailEvent) as TrailEntry);
    const outcome = told.find(({ responseElements }) => responseElements?.bucketPolicy !== undefined);
    assert.ok(outcome !== undefined, "the trail names the policy");
    assert.equal(outcome.requestParameters?.bucketName, Bucket);
    assert.deepEqual(JSON.parse(outcome.responseElements?.bucketPolicy ?? ""), JSON.parse(Policy));
  });
});

interface TrailEntry {
  readonly requestParameters?: { readonly bucketName?: string };
  readonly responseElements?: { readonly bucketPolicy?: string };
}

const Type = "SERVICE_CONTROL_POLICY" as const;

describe("an organisation that locked everybody out", { skip: await hostLacks() }, () => {
  test("is opened again by whoever holds the host, and the trail says so", async () => {
    await using house = await startHouseProcess();
    const { clients } = house;
    const TargetId = house.place.accountId;
    // The check for lock-outs asks about now: it cannot know what a condition on the time will say later.
    const until = new Date(Date.now() + 2000);
    const Content = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: { DateGreaterThan: { "aws:CurrentTime": until.toISOString() } },
        },
      ],
    });
    const { Policy } = await clients.organizations.send(
      new CreatePolicyCommand({ Name: "late", Description: "", Content, Type }),
    );
    const PolicyId = Policy?.PolicySummary?.Id ?? "";
    await clients.organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    await sleep(Math.max(0, until.getTime() - Date.now()) + 50);
    const detach = clients.organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
    await assert.rejects(detach, { name: "AccessDeniedException" });
    const running = await house.command("up", "--lift-guardrails");
    assert.equal(running.code, 1);
    assert.match(running.stderr, /stop the server first/);

    await house.down();
    const started = await house.command("up", "--port", "0", "--lift-guardrails");
    assert.equal(started.code, 0, started.stderr);
    await house.up();
    const opened = house.clients;
    await opened.iam.send(new ListUsersCommand({}));
    const { Policies } = await opened.organizations.send(new ListPoliciesForTargetCommand({ TargetId, Filter: Type }));
    assert.deepEqual(
      Policies?.map(({ Name }) => Name),
      ["FullAWSAccess"],
    );
    const { Events } = await opened.cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "LiftGuardrails" }] }),
    );
    assert.ok(
      Events?.some(({ CloudTrailEvent }) => CloudTrailEvent?.includes(PolicyId)),
      "the trail names the policy",
    );
  });
});
