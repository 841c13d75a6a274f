import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

const logGroupName = "/my/group";

describe("tags of log groups", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let client: CloudWatchLogsClient;
  let resourceArn: string;
  before(async () => {
    house = await startHouse();
    client = house.clients.logs;
    await client.send(new CreateLogGroupCommand({ logGroupName, tags: { team: "red" } }));
    resourceArn = `arn:aws:logs:us-east-1:${house.place.accountId}:log-group:${logGroupName}`;
  });
  after(() => house[Symbol.asyncDispose]());

  const tags = async () => (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

  test("are set at creation and later, told and removed", async () => {
    assert.deepEqual(await tags(), { team: "red" });
    await client.send(new TagResourceCommand({ resourceArn: `${resourceArn}:*`, tags: { tier: "1", team: "blue" } }));
    assert.deepEqual(await tags(), { team: "blue", tier: "1" });
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["tier", "not-there"] }));
    assert.deepEqual(await tags(), { team: "blue" });
  });

  test("are refused with CloudWatch Logs' exceptions", async () => {
    const put = (given: Record<string, string>, arn = resourceArn) =>
      client.send(new TagResourceCommand({ resourceArn: arn, tags: given }));
    const missing = `${resourceArn}-missing`;
    await assert.rejects(put({ a: "" }, missing), { name: "ResourceNotFoundException" });
    const untag = client.send(new UntagResourceCommand({ resourceArn: missing, tagKeys: ["a"] }));
    await assert.rejects(untag, { name: "ResourceNotFoundException" });
    const list = client.send(new ListTagsForResourceCommand({ resourceArn: missing }));
    await assert.rejects(list, { name: "ResourceNotFoundException" });
    await assert.rejects(put({ a: "" }, "arn:aws:s3:::group"), { name: "InvalidParameterException" });
    await assert.rejects(put({ "aws:a": "" }), { name: "InvalidParameterException" });
    await put(Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, ""])));
    await assert.rejects(put({ over: "" }), { name: "TooManyTagsException" });
  });

  test("decide, and tagging at creation is an action of its own", async () => {
    using user = await newUser(house.clients, "creator", [
      { Effect: "Allow", Action: "logs:CreateLogGroup", Resource: "*" },
      {
        Effect: "Allow",
        Action: "logs:ListTagsForResource",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
      },
    ]);
    await user.logs.send(new CreateLogGroupCommand({ logGroupName: "/bare" }));
    const create = new CreateLogGroupCommand({ logGroupName: "/tagged", tags: { team: "blue" } });
    await assert.rejects(user.logs.send(create), { message: /logs:TagResource/ });
    await user.logs.send(new ListTagsForResourceCommand({ resourceArn }));
    const bare = resourceArn.replace(logGroupName, "/bare");
    const denied = user.logs.send(new ListTagsForResourceCommand({ resourceArn: bare }));
    await assert.rejects(denied, { name: "AccessDeniedException" });
    for (const command of [
      new TagResourceCommand({ resourceArn, tags: { a: "" } }),
      new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }),
    ]) {
      await assert.rejects(user.logs.send(command as TagResourceCommand), { name: "AccessDeniedException" });
    }
  });

  test("streams that the caller may not list or search are left out", async () => {
    for (const logStreamName of ["mine-1", "theirs-1"]) {
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const logEvents = [{ timestamp: Date.now(), message: logStreamName }];
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    }
    using user = await newUser(house.clients, "reader", [
      {
        Effect: "Allow",
        Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents"],
        Resource: [`${resourceArn}:log-stream:`, `${resourceArn}:log-stream:mine-*`],
      },
    ]);
    const { logStreams } = await user.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    assert.deepEqual(
      logStreams?.map(({ logStreamName }) => logStreamName),
      ["mine-1"],
    );
    const { events } = await user.logs.send(new FilterLogEventsCommand({ logGroupName }));
    assert.deepEqual(
      events?.map(({ message }) => message),
      ["mine-1"],
    );
    const whole = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
    assert.equal(whole.logStreams?.length, 2);
  });
});
