import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { openDb, silentLog, systemClock } from "../../platform/index.ts";
import type { Db } from "../../platform/index.ts";
import type { Submitter } from "../enclosure/index.ts";
import { openImages } from "../images/index.ts";
import { LogStore, logMigrations, openLogs } from "../logs/index.ts";
import { jobMigrations, JobStore } from "./job-store.ts";
import type { Job, SecondaryStatus } from "./job.ts";
import { openJobs } from "./jobs.ts";
import type { Jobs, JobsSettings } from "./jobs.ts";
import type { ProcessingJobRequest } from "./request.ts";
import type { RunMeans } from "./run-job.ts";
import { advance } from "./transitions.ts";

const submitter: Submitter = {
  principal: { kind: "root", arn: "arn:aws:iam::111122223333:root", accountId: "111122223333" },
  origin: { kind: "host", sourceIp: "127.0.0.1" },
};

function request(ProcessingJobName: string): ProcessingJobRequest {
  return {
    ProcessingJobName,
    RoleArn: "arn:aws:iam::111122223333:role/execution",
    AppSpecification: { ImageUri: "tool:1" },
    ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 } },
  };
}

/** No job of these tests gets as far as a sandbox: its enclosure is refused when the test says so. */
function closedDoors(): { enclosures: RunMeans["enclosures"]; opened: string[]; refuse(): void } {
  const opened: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    opened,
    enclosures: {
      encryptionFault: undefined,
      roleFault: () => undefined,
      openCluster: async ({ name }) => {
        opened.push(name);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return { kind: "refused", message: "ClientError: closed" };
      },
    },
    refuse: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

let folder: string;
let db: Db;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "strongroom-jobs-"));
  db = openDb(join(folder, "test.db"), randomBytes(32));
  db.migrate([...logMigrations, ...jobMigrations]);
});
afterEach(async () => {
  db[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function open(
  enclosures: RunMeans["enclosures"],
  settings: Partial<JobsSettings> = {},
): { jobs: Jobs; store: JobStore } {
  const store = new JobStore(db);
  const refused = { kind: "refused", reason: "no-such-bucket", message: "none" } as const;
  const objects = {
    get: () => Promise.resolve(refused),
    list: () => Promise.resolve(refused),
    put: () => Promise.resolve(refused),
  };
  const images = openImages([{ repository: "tool", spec: { binds: [], argv: ["/bin/true"], env: {} } }]);
  const logs = openLogs(new LogStore(db), { clock: systemClock, log: silentLog });
  const means = { enclosures, images, objects, logs, clock: systemClock };
  const realm = { region: "us-east-1", accountId: "111122223333", atOnceMax: 2, keyArnOf: (name: string) => name };
  return { store, jobs: openJobs(store, means, silentLog, { ...realm, ...settings }) };
}

const submit = (jobs: Jobs, name: string, by = submitter) =>
  jobs.submit({ job: { kind: "processing", request: request(name) }, submitter: by });

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isSo(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(isSo());
}

test("jobs run in their order, no more at a time than set, and one over the limit is refused", async () => {
  const doors = closedDoors();
  const { jobs } = open(doors.enclosures, { unfinishedMax: 4 });
  for (const name of ["a", "b", "c", "d"]) assert.equal(submit(jobs, name).kind, "queued");
  assert.deepEqual(submit(jobs, "e"), { kind: "too-many", limit: 4 });
  await until(() => doors.opened.length === 2);
  assert.deepEqual(doors.opened, ["a", "b"]);
  doors.refuse();
  await until(() => doors.opened.length === 4);
  doors.refuse();
  assert.equal((await jobs.ended("processing", "d"))?.failureReason, "ClientError: closed");
});

test("a job that a job asked for does not wait for its place", async () => {
  const doors = closedDoors();
  const { jobs } = open(doors.enclosures, { atOnceMax: 1 });
  const inside: Submitter = {
    principal: {
      kind: "role-session",
      arn: "arn:aws:sts::111122223333:assumed-role/execution/SageMaker-a",
      roleArn: "arn:aws:iam::111122223333:role/execution",
      roleName: "execution",
      accountId: "111122223333",
      userId: "AROA:SageMaker-a",
      sessionName: "SageMaker-a",
      sessionPolicies: [],
      sessionPolicyArns: [],
      tags: {},
      transitiveTagKeys: [],
    },
    origin: { kind: "vpc", vpcId: "vpc-1", vpceId: "vpce-1", vpcSourceIp: "10.0.0.9" },
  };
  submit(jobs, "a");
  submit(jobs, "b");
  submit(jobs, "child", inside);
  await until(() => doors.opened.length === 2);
  assert.deepEqual(doors.opened, ["a", "child"]);
  doors.refuse();
  await until(() => doors.opened.length === 3);
  doors.refuse();
  await jobs.ended("processing", "b");
});

test("a job that waits is stopped at once", () => {
  const { jobs } = open(closedDoors().enclosures, { atOnceMax: 0 });
  submit(jobs, "waits");
  assert.equal(jobs.stop("processing", "waits"), "stopping");
  assert.equal(jobs.get("processing", "waits")?.status, "Stopped");
  assert.equal(jobs.stop("processing", "waits"), "ended");
  assert.equal(jobs.stop("processing", "none"), "no-such-job");
});

test("an observer that fails changes nothing", () => {
  const { jobs } = open(closedDoors().enclosures, { atOnceMax: 0 });
  const seen: string[] = [];
  jobs.observe(() => assert.fail("broken"));
  jobs.observe((job) => seen.push(job.name));
  assert.equal(submit(jobs, "seen").kind, "queued");
  assert.deepEqual(seen, ["seen"]);
});

test("what an earlier server left begins again, or ends with the reason", async () => {
  const before = open(closedDoors().enclosures, { atOnceMax: 0 });
  const steps: Record<string, SecondaryStatus[]> = {
    waiting: [],
    running: ["Downloading", "Training"],
    uploading: ["Downloading", "Training", "Uploading"],
    stopping: ["Downloading", "Stopping"],
  };
  for (const [name, statuses] of Object.entries(steps)) {
    submit(before.jobs, name);
    for (const status of statuses) {
      before.store.update("processing", name, (job: Job) => advance(job, status, Date.now()));
    }
  }
  const doors = closedDoors();
  const { jobs } = open(doors.enclosures);
  jobs.recover();
  await until(() => doors.opened.length === 2);
  assert.deepEqual(doors.opened, ["waiting", "running"]);
  assert.equal(jobs.get("processing", "running")?.secondaryStatus, "Starting");
  assert.equal(jobs.get("processing", "stopping")?.status, "Stopped");
  const uploading = jobs.get("processing", "uploading");
  assert.equal(uploading?.status, "Failed");
  assert.match(uploading.failureReason ?? "", /^InternalServerError: the server was stopped while/);
  doors.refuse();
  await jobs.ended("processing", "running");
});

test("a job whose end a full disk does not keep is told to have ended once there is room", async () => {
  const doors = closedDoors();
  const { jobs } = open(doors.enclosures);
  submit(jobs, "a");
  await until(() => doors.opened.length === 1);
  db.run("CREATE TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  doors.refuse();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(jobs.get("processing", "a")?.status, "InProgress");
  db.run("DROP TRIGGER full");
  assert.equal((await jobs.ended("processing", "a"))?.failureReason, "ClientError: closed");
  await jobs[Symbol.asyncDispose]();
});
