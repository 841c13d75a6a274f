import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { event, memoryAnchor, opened, trailSettings, type MemoryAnchor } from "../audit/testing/fixtures.ts";
import { openDb, silentLog, systemClock, type Db } from "../platform/index.ts";
import { detectionMigrations, openDetection, type ActionOutcome, type Detection, type RuleAction } from "./index.ts";

const region = "us-east-1";
const accountId = "111122223333";
const stop = "arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob";

/** A trail and a database that outlive what is opened on them. */
interface Ground extends AsyncDisposable {
  readonly folder: string;
  readonly anchor: MemoryAnchor;
  readonly db: Db;
}

async function newGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-detection-"));
  await mkdir(join(folder, "audit"));
  const db = openDb(join(folder, "db"), Buffer.alloc(32, 1));
  db.migrate(detectionMigrations);
  return {
    folder: join(folder, "audit"),
    anchor: memoryAnchor(),
    db,
    [Symbol.asyncDispose]: async () => {
      db[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openOn({ folder, anchor, db }: Pick<Ground, "folder" | "anchor" | "db">) {
  const trail = await opened(trailSettings(folder, anchor));
  const detection = openDetection({ db, trail, clock: systemClock, log: silentLog, region, accountId });
  return {
    trail,
    detection,
    [Symbol.asyncDispose]: async () => {
      await detection[Symbol.asyncDispose]();
      await trail[Symbol.asyncDispose]();
    },
  };
}

/** Notes what is to be done, and answers as it is told. */
class Performer {
  readonly done: RuleAction[] = [];
  answer: (action: RuleAction) => ActionOutcome = () => ({});

  readonly perform = (action: RuleAction): Promise<ActionOutcome> => {
    this.done.push(action);
    return Promise.resolve(this.answer(action));
  };

  get events(): string[] {
    return this.done.map(({ eventId }) => eventId);
  }

  async reaches(count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (this.done.length < count && Date.now() < deadline) await wait(5);
    assert.equal(this.done.length, count);
  }
}

function stopEverything(
  detection: Detection,
  over: { readonly pattern?: object; readonly retries?: number } = {},
): void {
  const pattern = JSON.stringify(over.pattern ?? { detail: { eventName: ["CreateTrainingJob"] } });
  const put = detection.rules.put({ name: "stop", description: "no", pattern, isEnabled: true });
  assert.equal(put.kind, "changed");
  const inputTransformer = {
    paths: { job: "$.detail.requestParameters.trainingJobName" },
    template: '{"TrainingJobName":<job>}',
  };
  const retryPolicy = over.retries === undefined ? undefined : { attemptsMax: over.retries };
  const target = { id: "t", arn: stop, roleArn: `arn:aws:iam::${accountId}:role/r`, inputTransformer, retryPolicy };
  assert.equal(detection.rules.putTargets("stop", [target]).kind, "changed");
}

test("an event that matches becomes one action, with its input and reason", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  stopEverything(house.detection);
  await house.trail.record(event(1, { phase: "intent" }));
  await house.trail.record(event(1));
  await house.trail.record(event(2, { readOnly: true }));
  await house.trail.record(event(3, { eventName: "CreateModel" }));
  await performer.reaches(1);
  const arn = `arn:aws:events:${region}:${accountId}:rule/stop`;
  assert.deepEqual(performer.done[0], {
    service: "sagemaker",
    operation: "StopTrainingJob",
    input: { TrainingJobName: "job-1" },
    roleArn: `arn:aws:iam::${accountId}:role/r`,
    rule: { name: "stop", arn },
    eventId: "event-1",
    chain: [arn],
    reason: "Stopped by the rule stop: no (event event-1)",
  });
});

test("what was recorded while nobody looked is handled after the next start, and once only", async () => {
  await using ground = await newGround();
  const performer = new Performer();
  {
    await using house = await openOn(ground);
    house.detection.begin(performer.perform);
    stopEverything(house.detection);
    await house.trail.record(event(1));
    await performer.reaches(1);
  }
  {
    // A server that recorded and was killed before it compared anything.
    await using house = await openOn(ground);
    for (let id = 2; id < 600; id += 1) await house.trail.record(event(id));
  }
  for (let start = 0; start < 2; start += 1) {
    await using house = await openOn(ground);
    house.detection.begin(performer.perform);
    await house.trail.record(event(1000 + start));
    await performer.reaches(600 + start);
  }
  assert.deepEqual(
    performer.events,
    Array.from({ length: 599 }, (_, i) => `event-${i + 1}`).concat("event-1000", "event-1001"),
  );
});

test("a server that was killed in its first seconds misses nothing either", async () => {
  await using ground = await newGround();
  {
    const trail = await opened(trailSettings(ground.folder, ground.anchor));
    // What is recorded comes too late for it to be seen, and nothing is put in order at its end.
    const unseen = { observe: () => undefined, follow: trail.follow.bind(trail), head: trail.head.bind(trail) };
    const place = { clock: systemClock, log: silentLog, region, accountId };
    const detection = openDetection({ db: ground.db, trail: unseen, ...place });
    detection.begin(() => Promise.resolve({}));
    stopEverything(detection);
    await trail.record(event(1));
    await trail[Symbol.asyncDispose]();
  }
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  await performer.reaches(1);
  assert.deepEqual(performer.events, ["event-1"]);
});

test("an action that was under way when the server ended is done again", async () => {
  await using ground = await newGround();
  const performer = new Performer();
  {
    await using house = await openOn(ground);
    house.detection.begin(() => Promise.reject(new Error("the server was killed here")));
    stopEverything(house.detection);
    await house.trail.record(event(1));
    await wait(100);
  }
  await using house = await openOn(ground);
  house.detection.begin(performer.perform);
  await performer.reaches(1);
  assert.deepEqual(performer.events, ["event-1"]);
});

test("a call that the server's end broke off is an event after the next start: it may have taken effect", async () => {
  await using ground = await newGround();
  const performer = new Performer();
  const pattern = { detail: { eventName: ["CreateTrainingJob"], errorCode: [{ exists: false }, "ServerStopped"] } };
  {
    await using house = await openOn(ground);
    house.detection.begin(performer.perform);
    stopEverything(house.detection, { pattern });
    await house.trail.record(event(1, { phase: "intent" }));
  }
  await using house = await openOn(ground);
  house.detection.begin(performer.perform);
  await performer.reaches(1);
  assert.deepEqual(performer.done[0]?.input, { TrainingJobName: "job-1" });
});

test("events that came before a rule was made or enabled do not concern it", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  await house.trail.record(event(1));
  house.detection.begin(performer.perform);
  await house.trail.record(event(2));
  stopEverything(house.detection);
  await house.trail.record(event(3));
  await performer.reaches(1);
  house.detection.rules.setEnabled("stop", false);
  await house.trail.record(event(4));
  await wait(50);
  house.detection.rules.setEnabled("stop", true);
  await house.trail.record(event(5));
  await performer.reaches(2);
  assert.deepEqual(performer.events, ["event-3", "event-5"]);
});

test("more events than may wait in memory are read from the trail; none is lost", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  stopEverything(house.detection, { pattern: { detail: { requestID: [{ suffix: "00" }] } } });
  const count = 12_000;
  await Promise.all(Array.from({ length: count }, (_, i) => house.trail.record(event(i + 1))));
  await performer.reaches(count / 100);
  const expected = Array.from({ length: count / 100 }, (_, i) => `event-${(i + 1) * 100}`);
  assert.deepEqual(performer.events, expected);
});

test("what is refused is tried twice again; what failed as often as the target says; other errors not at all", async () => {
  for (const [errorCode, attempts] of [
    ["AccessDeniedException", 3],
    ["ThrottlingException", 2],
    ["ValidationException", 1],
    [undefined, 1],
  ] as const) {
    await using ground = await newGround();
    await using house = await openOn(ground);
    const performer = new Performer();
    performer.answer = () => ({ errorCode });
    house.detection.begin(performer.perform);
    stopEverything(house.detection, errorCode === "ThrottlingException" ? { retries: 1 } : {});
    await house.trail.record(event(1));
    await performer.reaches(attempts);
    await wait(errorCode === "AccessDeniedException" ? 2200 : 1200);
    assert.equal(performer.done.length, attempts, errorCode);
  }
});

test("a rule is left alone by what its own actions cause", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  stopEverything(house.detection);
  const arn = `arn:aws:events:${region}:${accountId}:rule/stop`;
  const caused = (chain: unknown) => ({ additionalEventData: { rule: { arn, eventId: "e", chain } } });
  await house.trail.record(event(1, caused([arn])));
  await house.trail.record(event(2, caused(["arn:other", arn, "arn:third"])));
  await house.trail.record(event(3, caused(["arn:other"])));
  await house.trail.record(event(4, caused(["arn:1", "arn:2", "arn:3"])));
  await performer.reaches(1);
  assert.deepEqual(performer.events, ["event-3"]);
  assert.deepEqual(performer.done[0]?.chain, ["arn:other", arn]);
});

test("where the event lacks what the input needs, the action says so", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  stopEverything(house.detection);
  await house.trail.record(event(1, { requestParameters: undefined }));
  await performer.reaches(1);
  assert.deepEqual(performer.done[0]?.input, {
    fault: "the event has nothing at $.detail.requestParameters.trainingJobName",
  });
});

test("an event whose actions could not be stored is not passed over", async () => {
  await using ground = await newGround();
  let failures = 0;
  const db: Db = {
    get version() {
      return ground.db.version;
    },
    get isInTransaction() {
      return ground.db.isInTransaction;
    },
    run: (sql, ...parameters) => {
      if (sql.includes("INTO detection_delivery") && failures < 2) {
        failures += 1;
        throw new Error("the disk is full");
      }
      return ground.db.run(sql, ...parameters);
    },
    get: (sql, ...parameters) => ground.db.get(sql, ...parameters),
    all: (sql, ...parameters) => ground.db.all(sql, ...parameters),
    transaction: (body) => ground.db.transaction(body),
    migrate: (migrations) => ground.db.migrate(migrations),
    shred: () => ground.db.shred(),
    [Symbol.dispose]: () => undefined,
  };
  await using house = await openOn({ ...ground, db });
  const performer = new Performer();
  house.detection.begin(performer.perform);
  stopEverything(house.detection);
  for (let id = 1; id <= 3; id += 1) await house.trail.record(event(id));
  await performer.reaches(3);
  assert.equal(failures, 2);
  assert.deepEqual(performer.events, ["event-1", "event-2", "event-3"]);
});

test("what a service tells of by itself is an event of its own form, beside the call that caused it", async () => {
  await using ground = await newGround();
  await using house = await openOn(ground);
  const performer = new Performer();
  house.detection.begin(performer.perform);
  const pattern = JSON.stringify({ source: ["aws.s3"], "detail-type": ["Object Created"], resources: ["arn:b"] });
  assert.equal(house.detection.rules.put({ name: "stop", pattern, isEnabled: true }).kind, "changed");
  const inputTransformer = { paths: { job: "$.detail.object.key" }, template: '{"TrainingJobName":<job>}' };
  const target = { id: "t", arn: stop, roleArn: `arn:aws:iam::${accountId}:role/r`, inputTransformer };
  assert.equal(house.detection.rules.putTargets("stop", [target]).kind, "changed");
  const s3 = { eventSource: "s3.amazonaws.com", resources: [{ ARN: "arn:b" }] };
  const notice = { ...s3, phase: "notice", serviceEventDetails: { object: { key: "job-7" } } } as const;
  await house.trail.record(event(1, { ...s3, eventName: "PutObject" }));
  await house.trail.record(event(2, { ...notice, eventName: "Object Created" }));
  await house.trail.record(event(3, { ...notice, eventName: "Object Deleted" }));
  await performer.reaches(1);
  assert.deepEqual(performer.events, ["event-2"]);
  assert.deepEqual(performer.done[0]?.input, { TrainingJobName: "job-7" });
  const found = await house.trail.lookup({ eventId: "event-2", phase: "any", limit: 5 });
  assert.deepEqual(found.kind === "page" && found.events.map(({ eventName }) => eventName), ["Object Created"]);
  for (const phase of ["outcome", "both"] as const) {
    const calls = await house.trail.lookup({ eventSource: "s3.amazonaws.com", phase, limit: 5 });
    assert.deepEqual(calls.kind === "page" && calls.events.map(({ eventName }) => eventName), ["PutObject"], phase);
  }
});

test("a notice neither answers for the call that it belongs to, nor is taken for its record", async () => {
  await using ground = await newGround();
  {
    await using house = await openOn(ground);
    await house.trail.record(event(1, { phase: "intent", eventID: "before" }));
    await house.trail.record(event(1, { phase: "notice", eventID: "told", eventName: "Object Created" }));
    const found = await house.trail.findRequest("request-1");
    assert.equal(found.kind === "found" && found.event.eventID, "before");
  }
  await using house = await openOn(ground);
  const found = await house.trail.findRequest("request-1");
  assert.equal(found.kind === "found" && found.event.errorCode, "ServerStopped");
});
