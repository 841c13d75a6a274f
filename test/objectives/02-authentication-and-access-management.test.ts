import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateRoleCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { TurnableClock } from "@strongroom/server";
import { hostLacks, newRole, newUser, startHouse, type TestHouse, refusalOf } from "@strongroom/testkit";
import { furnish, linesOf, processed, type Room } from "../sagemaker/room.ts";
import { nodeRequest } from "./node-request.ts";

describe("objective 2: authentication and access management", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  test("a refusal names who, what, on what, and the statement that decided", async () => {
    using ada = await newUser(house.clients, "ada", [
      { Effect: "Allow", Action: "s3:*", Resource: "*" },
      { Sid: "NoNewBuckets", Effect: "Deny", Action: "s3:CreateBucket", Resource: "*" },
    ]);
    await ada.s3.send(new ListBucketsCommand({}));
    const refused = await refusalOf(house.clients, ada.s3.send(new CreateBucketCommand({ Bucket: "adas" })));
    assert.equal(refused.name, "AccessDenied");
    for (const part of [
      ":user/ada",
      "s3:CreateBucket",
      "arn:aws:s3:::adas",
      "explicit deny in an identity-based policy",
    ])
      assert.ok(refused.message.includes(part), `${part}: ${refused.message}`);
    assert.match(refused.because, /NoNewBuckets/, "an administrator is told the statement");
    await assert.rejects(ada.iam.send(new CreateUserCommand({ UserName: "eve" })), {
      name: "AccessDenied",
      message: /no identity-based policy allows/,
    });
  });

  test("a role's session has what the role has, under its own name, until it ends", async () => {
    const clock = new TurnableClock(new Date());
    await using other = await startHouse({ clock });
    const role = await newRole(other.clients, "reader", [
      { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" },
    ]);
    using session = await role.assume("monday");
    const { Arn } = await session.sts.send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, `arn:aws:sts::${other.place.accountId}:assumed-role/reader/monday`);
    await session.s3.send(new ListBucketsCommand({}));
    await assert.rejects(session.s3.send(new CreateBucketCommand({ Bucket: "readers" })), { name: "AccessDenied" });
    clock.advance(61 * 60_000);
    await assert.rejects(session.s3.send(new ListBucketsCommand({})), { name: "ExpiredToken" });
  });

  test("a role is taken only by whom it trusts and who may", async () => {
    const { iam, sts } = house.clients;
    const trust = (Principal: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });
    const forJobs = { RoleName: "for-jobs", AssumeRolePolicyDocument: trust({ Service: "sagemaker.amazonaws.com" }) };
    const { Role } = await iam.send(new CreateRoleCommand(forJobs));
    const take = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "by-hand" });
    await assert.rejects(sts.send(take), { name: "AccessDenied", message: /sts:AssumeRole/ });
    const { arn } = await newRole(house.clients, "for-everybody");
    using nobody = await newUser(house.clients, "nobody");
    const other = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "by-hand" });
    await assert.rejects(nobody.sts.send(other), { name: "AccessDenied", message: /sts:AssumeRole/ });
  });

  test("a job acts as its role and nothing else; a role is passed only by who may pass it", async () => {
    const program = `
      import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
      console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);`;
    const request = nodeRequest(room, "who-am-i", program);
    using scientist = await newUser(house.clients, "scientist", [
      { Effect: "Allow", Action: "sagemaker:*", Resource: "*" },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: room.roleArn,
        Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      },
    ]);
    await scientist.sagemaker.send(new CreateProcessingJobCommand(request));
    const job = await processed(house.clients, "who-am-i");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    const [said] = await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", "who-am-i/");
    assert.match(said ?? "", /^arn:aws:sts::\d{12}:assumed-role\/execution\//);
    const powerful = await newRole(house.clients, "powerful", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
    const climbing = { ...request, ProcessingJobName: "climbing", RoleArn: powerful.arn };
    await assert.rejects(scientist.sagemaker.send(new CreateProcessingJobCommand(climbing)), {
      name: "AccessDeniedException",
      message: /iam:PassRole.*role\/powerful/,
    });
  });

  test("tags decide where a policy says so", async () => {
    const { s3 } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "tagged" }));
    using writer = await newUser(house.clients, "writer", [
      {
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:PutObjectTagging"],
        Resource: "arn:aws:s3:::tagged/*",
        Condition: { StringEquals: { "s3:RequestObjectTag/class": "public" } },
      },
    ]);
    const object = { Bucket: "tagged", Key: "k", Body: "x" };
    await writer.s3.send(new PutObjectCommand({ ...object, Tagging: "class=public" }));
    await assert.rejects(writer.s3.send(new PutObjectCommand(object)), { name: "AccessDenied" });
    const secret = new PutObjectCommand({ ...object, Tagging: "class=secret" });
    await assert.rejects(writer.s3.send(secret), { name: "AccessDenied" });
    using careful = await newUser(house.clients, "careful", [
      { Effect: "Allow", Action: "s3:*", Resource: "*" },
      {
        Sid: "NothingSecret",
        Effect: "Deny",
        Action: "s3:PutObject*",
        Resource: "*",
        Condition: { StringEquals: { "s3:RequestObjectTag/class": "secret" } },
      },
    ]);
    assert.match((await refusalOf(house.clients, careful.s3.send(secret))).because, /NothingSecret/);
    const TagSet = [{ Key: "class", Value: "secret" }];
    const later = new PutObjectTaggingCommand({ Bucket: "tagged", Key: "k", Tagging: { TagSet } });
    assert.match((await refusalOf(house.clients, careful.s3.send(later))).because, /NothingSecret/);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
