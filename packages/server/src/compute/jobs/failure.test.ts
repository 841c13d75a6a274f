import assert from "node:assert/strict";
import { test } from "node:test";

import { algorithmError, clientError, failureReasonOf } from "./failure.ts";

const exit = { code: 1, signal: null };

test("a reason begins with its class, once", () => {
  assert.equal(clientError("no key").message, "ClientError: no key");
  assert.equal(clientError("ClientError: no key").message, "ClientError: no key");
  assert.equal(algorithmError(exit, "AlgorithmError: bad").message, "AlgorithmError: bad, exit code: 1");
  assert.equal(
    algorithmError(exit, " a column is missing\n").message,
    "AlgorithmError: a column is missing, exit code: 1",
  );
});

test("a long explanation is cut so that the whole has 1024 characters", () => {
  const { message } = algorithmError(exit, "x".repeat(5000));
  assert.equal(message.length, 1024);
  assert.ok(message.endsWith(", exit code: 1"));
});

test("out of memory and a full disk are said in words that help", () => {
  assert.match(algorithmError({ code: 137, signal: null, reason: "out-of-memory" }, undefined).message, /more memory/);
  assert.match(failureReasonOf(Object.assign(new Error("write"), { code: "ENOSPC" })), /no space is left/);
});

test("an internal error leaves no text of its own", () => {
  assert.equal(
    failureReasonOf(new TypeError("cannot read /secret/path")),
    "InternalServerError: We encountered an internal error. Please try again.",
  );
});
