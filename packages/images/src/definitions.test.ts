import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { imagesOf } from "./definitions.ts";

const repository = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");
const images = imagesOf({ repository, runtime: join(repository, ".runtime"), node: process.execPath });

test("every image of the environment is described", () => {
  const names = images.map(({ repository: name, tags }) => `${name}:${tags?.[0] ?? "*"}`);
  assert.deepEqual(names, [
    "sagemaker-xgboost:1.7-1",
    "sagemaker-scikit-learn:1.2-1",
    "sagemaker-model-monitor-analyzer:*",
    "sagemaker-clarify-processing:1.0",
    "strongroom-workbench:1",
  ]);
});

for (const { repository: name, spec } of images) {
  test(`${name}: what it is made of is there, bound once, below its own folder`, () => {
    for (const { source, target } of spec.binds) {
      if (name !== "sagemaker-scikit-learn") assert.ok(existsSync(source), source);
      assert.match(target, /^\/opt\/strongroom\//);
    }
    const targets = spec.binds.map(({ target }) => target);
    assert.equal(new Set(targets).size, targets.length);
    const entry = spec.argv.at(-1) ?? "";
    assert.ok(
      targets.some((target) => entry === target || entry.startsWith(`${target}/`)),
      `${entry} is bound`,
    );
  });
}
