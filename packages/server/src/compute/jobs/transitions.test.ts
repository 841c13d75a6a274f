import assert from "node:assert/strict";
import { test } from "node:test";

import { advance, begin } from "./transitions.ts";

const start = { ...begin(1000), name: "job" };

test("a training job goes the way that SageMaker reports", () => {
  let job = start;
  for (const [index, status] of (["Downloading", "Training", "Uploading", "Completed"] as const).entries()) {
    job = advance(job, status, 2000 + index) ?? assert.fail(`${status} was refused`);
  }
  assert.equal(job.status, "Completed");
  assert.deepEqual(
    job.transitions.map(({ status, startTime, endTime }) => [status, startTime, endTime]),
    [
      ["Starting", 1000, 2000],
      ["Downloading", 2000, 2001],
      ["Training", 2001, 2002],
      ["Uploading", 2002, 2003],
      ["Completed", 2003, 2003],
    ],
  );
});

test("what has ended does not change", () => {
  const failed = advance(start, "Failed", 2000, "ClientError: no") ?? assert.fail();
  assert.equal(failed.status, "Failed");
  assert.equal(failed.transitions.at(-1)?.message, "ClientError: no");
  assert.equal(advance(failed, "Stopping", 3000), undefined);
});

test("a job that is being stopped stays so until it has ended", () => {
  const stopping = advance(start, "Stopping", 2000) ?? assert.fail();
  assert.equal(stopping.status, "Stopping");
  assert.equal(advance(stopping, "Downloading", 3000), undefined);
  assert.equal(advance(stopping, "Stopped", 3000)?.status, "Stopped");
});

test("too long a run ends Stopped, with its own secondary status", () => {
  const training = ["Downloading", "Training"].reduce(
    (job, status) => advance(job, status as "Downloading", 2000) ?? assert.fail(),
    start,
  );
  const over = advance(training, "MaxRuntimeExceeded", 3000);
  assert.deepEqual([over?.status, over?.secondaryStatus], ["Stopped", "MaxRuntimeExceeded"]);
});

test("a job that a rule stopped says so in every step to its end", () => {
  const reason = "Stopped by the rule r: no network (event e)";
  const job: typeof start & { readonly failureReason?: string } = start;
  const stopping = advance(job, "Stopping", 2000, reason) ?? assert.fail();
  const stopped = advance(stopping, "Stopped", 3000) ?? assert.fail();
  assert.deepEqual([stopped.status, stopped.failureReason], ["Stopped", reason]);
  assert.deepEqual(
    stopped.transitions.map(({ message }) => message),
    ["Preparing the instances for training", reason, reason],
  );
  const failed = advance(stopping, "Failed", 3000, "ClientError: no key") ?? assert.fail();
  assert.equal(failed.failureReason, `${reason}; ClientError: no key`);
  assert.equal(failed.transitions.at(-1)?.message, failed.failureReason);
  assert.equal(advance(stopping, "Failed", 3000, "x".repeat(2000))?.failureReason?.length, 1024);
});
