import assert from "node:assert/strict";
import { test } from "node:test";
import { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { UnstableDisk } from "../../packages/server/src/platform/testing/unstable-disk.ts";
import { cutObjects } from "./object-cuts.ts";
import { cutTrail } from "./trail-cuts.ts";
import { powerCuts } from "./power-cuts.ts";

test(
  "what was acknowledged is there after 2,000 power cuts, and nothing is left over",
  { timeout: 180_000 },
  async () => {
    const acknowledged = await powerCuts(Date.now() % 1_000_000, 2000);
    assert.ok(acknowledged.objects > 1000 && acknowledged.records > 1000, JSON.stringify(acknowledged));
  },
);

class ForgetsNames extends UnstableDisk {
  override syncFolder(): Promise<void> {
    return Promise.resolve();
  }
}

test("a store that does not sync its folders is caught", async () => {
  const random = new Seeded(1);
  await assert.rejects(cutTrail(random, 50, new ForgetsNames(random)), /damaged|gone/);
  await assert.rejects(cutObjects(random, 50, new ForgetsNames(random)), /cannot be opened|integrity|gone|not what/);
});
