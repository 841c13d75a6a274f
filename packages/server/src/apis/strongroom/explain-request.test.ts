import { strict as assert } from "node:assert";
import { after, before, describe, it } from "node:test";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateBucketCommand, DeleteObjectsCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  AdminClient,
  ExplainRequestCommand,
  ListRefusalsCommand,
  type ListedRefusal,
  type RequestExplanation,
} from "@strongroom/admin-api";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";

interface Answered {
  readonly $metadata: { readonly requestId?: string };
}

describe("ExplainRequest", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let alice: Clients;
  before(async () => {
    house = await startHouse();
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "data" }));
    await house.clients.s3.send(new PutObjectCommand({ Bucket: "data", Key: "open/a", Body: "x" }));
    const Condition = { StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
    alice = await newUser(house.clients, "alice", [
      { Sid: "Open", Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::data/open/*" },
      { Sid: "Elsewhere", Effect: "Allow", Action: "ec2:*", Resource: "*", Condition },
    ]);
  });
  after(async () => {
    alice[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const adminOf = ({ place, credentials, agent }: Clients) => new AdminClient({ ...place, credentials, agent });
  const explain = async (RequestId: string): Promise<RequestExplanation> => {
    const { Explanation = "" } = await adminOf(house.clients).send(new ExplainRequestCommand({ RequestId }));
    return JSON.parse(Explanation) as RequestExplanation;
  };
  const refusedId = async (call: Promise<Answered>): Promise<string> => {
    const error: unknown = await call.then(
      () => assert.fail("it was not refused"),
      (thrown: unknown) => thrown,
    );
    return (error as Answered).$metadata.requestId ?? "";
  };

  it("tells a refusal step by step, with the conditions that failed and the way out", async () => {
    const { accountId, region } = house.place;
    const { event, decisions, denials } = await explain(
      await refusedId(alice.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }))),
    );
    assert.equal(event.eventName, "CreateVpc");
    assert.equal(event.errorCode, "UnauthorizedOperation");
    assert.equal(event.userIdentity.arn, `arn:aws:iam::${accountId}:user/alice`);
    assert.equal(event.sourceIPAddress, "127.0.0.1");
    const resource = `arn:aws:ec2:${region}:${accountId}:vpc/*`;
    const asked = { action: "ec2:CreateVpc", resource };
    assert.deepEqual(decisions, [{ ...asked, outcome: "implicit-deny", by: "identity-based policy" }]);
    const [denial, ...more] = denials;
    assert.deepEqual(more, []);
    assert.deepEqual(
      denial?.steps.map(({ kind, conclusion }) => `${kind}: ${conclusion}`),
      [
        "service control policy: allow",
        "service control policy: allow",
        "resource-based policy: not-asked",
        "identity-based policy: no-allow",
      ],
    );
    const [statement] = denial.steps.at(-1)?.policies[0]?.statements ?? [];
    assert.equal(statement?.statement, "Elsewhere");
    assert.deepEqual(statement.conditions, [
      { operator: "StringEquals", key: "aws:RequestedRegion", wanted: ["eu-west-1"], present: [region], held: false },
    ]);
    assert.deepEqual(denial.keys["aws:SourceIp"], ["127.0.0.1"]);
    assert.equal(denial.remedies.length, 2);
    assert.equal(
      denial.remedies[0],
      `An identity-based policy of arn:aws:iam::${accountId}:user/alice must allow ec2:CreateVpc on ${resource}.`,
    );
    assert.match(
      denial.remedies[1] ?? "",
      /^Or statement Elsewhere of test must hold: StringEquals aws:RequestedRegion/,
    );
  });

  it("tells what allowed a request", async () => {
    const { $metadata } = await alice.s3.send(new GetObjectCommand({ Bucket: "data", Key: "open/a" }));
    const { event, decisions, denials } = await explain($metadata.requestId ?? "");
    assert.equal(event.errorCode, undefined);
    assert.deepEqual(denials, []);
    assert.deepEqual(decisions, [
      {
        action: "s3:GetObject",
        resource: "arn:aws:s3:::data/open/a",
        outcome: "allowed",
        by: "identity-based policy",
        policy: "test",
        statement: "Open",
      },
    ]);
  });

  it("counts what a batch asked for beyond what is kept", async () => {
    const Objects = Array.from({ length: 1000 }, (_, n) => ({ Key: n === 999 ? "closed/last" : `open/${n}` }));
    const { $metadata } = await alice.s3.send(new DeleteObjectsCommand({ Bucket: "data", Delete: { Objects } }));
    const { decisions, leftOut, denials } = await explain($metadata.requestId ?? "");
    assert.equal(decisions.length + (leftOut?.allowed ?? 0) + (leftOut?.denied ?? 0), 1000);
    assert.deepEqual(
      denials.map(({ resource }) => resource),
      ["arn:aws:s3:::data/closed/last"],
    );
  });

  it("tells of a request that was refused before any policy was asked, or needed none", async () => {
    const { credentials } = alice;
    using forged = house.clientsFor({ ...credentials, secretAccessKey: "x".repeat(40) });
    const { event, decisions } = await explain(await refusedId(forged.sts.send(new GetCallerIdentityCommand({}))));
    assert.equal(event.errorCode, "SignatureDoesNotMatch");
    assert.equal(event.userIdentity.accessKeyId, credentials.accessKeyId);
    assert.deepEqual(decisions, []);
    const { $metadata } = await alice.sts.send(new GetCallerIdentityCommand({}));
    assert.deepEqual((await explain($metadata.requestId ?? "")).decisions, []);
  });

  it("refuses an id that the trail does not have, and one that is none", async () => {
    await assert.rejects(explain("0199a000-0000-7000-8000-000000000000"), { name: "ResourceNotFoundException" });
    await assert.rejects(explain("'; --"), { name: "ValidationException" });
    await assert.rejects(explain("a".repeat(65)), { name: "ValidationException" });
  });

  it("refuses who may not ask, though the request was their own", async () => {
    const RequestId = await refusedId(alice.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));
    await assert.rejects(adminOf(alice).send(new ExplainRequestCommand({ RequestId })), {
      name: "AccessDeniedException",
      message: /not authorized to perform: strongroom:ExplainRequest on resource: \*/,
    });
  });

  it("keeps policies out of what LookupEvents shows", async () => {
    await refusedId(alice.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));
    const LookupAttributes = [{ AttributeKey: "AccessKeyId" as const, AttributeValue: alice.credentials.accessKeyId }];
    const { Events = [] } = await house.clients.cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    assert.ok(Events.length > 0);
    for (const { CloudTrailEvent = "" } of Events) assert.ok(!CloudTrailEvent.includes("Elsewhere"), CloudTrailEvent);
  });

  it("is found through the newest refusals", async () => {
    const RequestId = await refusedId(alice.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));
    const { Refusals = "" } = await adminOf(house.clients).send(new ListRefusalsCommand({ MaxResults: 2 }));
    const [newest, ...more] = JSON.parse(Refusals) as ListedRefusal[];
    assert.equal(more.length, 1);
    assert.equal(newest?.requestID, RequestId);
    assert.equal(newest.action, "ec2:CreateVpc");
    await assert.rejects(adminOf(alice).send(new ListRefusalsCommand({})), { name: "AccessDeniedException" });
    await assert.rejects(adminOf(house.clients).send(new ListRefusalsCommand({ MaxResults: 101 })), {
      name: "ValidationException",
    });
  });
});
