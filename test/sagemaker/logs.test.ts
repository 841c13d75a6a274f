import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";

const group = { logGroupName: "/team/app" };
const stream = { ...group, logStreamName: "host-1" };

describe("CloudWatch Logs", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    await clients.logs.send(new CreateLogGroupCommand(group));
    await clients.logs.send(new CreateLogStreamCommand(stream));
    const logEvents = Array.from({ length: 25 }, (_, i) => ({
      timestamp: 1_000_000 + i,
      message: i % 5 === 0 ? `ERROR ${i}` : `line ${i}`,
    }));
    await clients.logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  });
  after(() => house[Symbol.asyncDispose]());

  test("a reader walks forward to the end and stays there", async () => {
    const seen: string[] = [];
    let token: string | undefined;
    for (;;) {
      const page = await clients.logs.send(
        new GetLogEventsCommand({
          ...stream,
          startFromHead: true,
          limit: 10,
          ...(token === undefined ? {} : { nextToken: token }),
        }),
      );
      seen.push(...(page.events ?? []).map(({ message }) => message ?? ""));
      if (page.nextForwardToken === token) break;
      token = page.nextForwardToken;
    }
    assert.equal(seen.length, 25);
    assert.deepEqual(seen.slice(0, 2), ["ERROR 0", "line 1"]);
    await clients.logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: 2_000_000, message: "late" }] }),
    );
    const more = await clients.logs.send(new GetLogEventsCommand({ ...stream, nextToken: token }));
    assert.deepEqual(
      more.events?.map(({ message }) => message),
      ["late"],
    );
  });

  test("without a token the newest events come, and their token leads back", async () => {
    const newest = await clients.logs.send(new GetLogEventsCommand({ ...stream, limit: 3, endTime: 1_500_000 }));
    assert.deepEqual(
      newest.events?.map(({ message }) => message),
      ["line 22", "line 23", "line 24"],
    );
    const before = await clients.logs.send(
      new GetLogEventsCommand({ ...stream, limit: 2, nextToken: newest.nextBackwardToken }),
    );
    assert.deepEqual(
      before.events?.map(({ message }) => message),
      ["ERROR 20", "line 21"],
    );
  });

  test("events are filtered by words, in pages", async () => {
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await clients.logs.send(
        new FilterLogEventsCommand({
          ...group,
          filterPattern: "ERROR",
          limit: 10,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      found.push(...(page.events ?? []).map(({ message }) => message ?? ""));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    assert.deepEqual(found, ["ERROR 0", "ERROR 5", "ERROR 10", "ERROR 15", "ERROR 20"]);
  });

  test("groups and streams are listed by prefix", async () => {
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/team" }));
    assert.equal(logGroups?.[0]?.arn, `arn:aws:logs:us-east-1:${clients.place.accountId}:log-group:/team/app:*`);
    const { logStreams } = await clients.logs.send(
      new DescribeLogStreamsCommand({ ...group, logStreamNamePrefix: "host" }),
    );
    assert.equal(logStreams?.[0]?.firstEventTimestamp, 1_000_000);
    const newest = await clients.logs.send(
      new DescribeLogStreamsCommand({ ...group, orderBy: "LastEventTime", descending: true }),
    );
    assert.equal(newest.logStreams?.length, 1);
  });

  test("what is there twice, or not at all, or out of order, is refused", async () => {
    const { logs } = clients;
    const exists = { name: "ResourceAlreadyExistsException" };
    const missing = { name: "ResourceNotFoundException" };
    await assert.rejects(logs.send(new CreateLogGroupCommand(group)), exists);
    await assert.rejects(logs.send(new CreateLogStreamCommand(stream)), exists);
    await assert.rejects(logs.send(new GetLogEventsCommand({ ...stream, logStreamName: "none" })), missing);
    await assert.rejects(logs.send(new GetLogEventsCommand({ ...stream, logGroupName: "none" })), missing);
    const events = [
      { timestamp: 2, message: "b" },
      { timestamp: 1, message: "a" },
    ];
    await assert.rejects(logs.send(new PutLogEventsCommand({ ...stream, logEvents: events })), {
      name: "InvalidParameterException",
    });
    await assert.rejects(logs.send(new FilterLogEventsCommand({ ...group, filterPattern: "{ $.a = 1 }" })), {
      name: "InvalidParameterException",
    });
  });

  test("each permission is demanded, on the group or the stream", async () => {
    using reader = await newUser(clients, "reader", [
      {
        Effect: "Allow",
        Action: ["logs:GetLogEvents", "logs:DescribeLogStreams"],
        Resource: `arn:aws:logs:us-east-1:${clients.place.accountId}:log-group:/team/app:*`,
      },
    ]);
    await reader.logs.send(new GetLogEventsCommand(stream));
    await reader.logs.send(new DescribeLogStreamsCommand(group));
    const denied = { name: "AccessDeniedException" };
    const logEvents = [{ timestamp: 3_000_000, message: "x" }];
    await assert.rejects(reader.logs.send(new PutLogEventsCommand({ ...stream, logEvents })), denied);
    await assert.rejects(reader.logs.send(new CreateLogGroupCommand({ logGroupName: "/other" })), denied);
    await assert.rejects(reader.logs.send(new CreateLogStreamCommand({ ...group, logStreamName: "x" })), denied);
    await assert.rejects(reader.logs.send(new FilterLogEventsCommand(group)), denied);
    await assert.rejects(reader.logs.send(new DescribeLogGroupsCommand({})), denied);
    await assert.rejects(reader.logs.send(new GetLogEventsCommand({ ...stream, logGroupName: "/other" })), denied);
  });
});
