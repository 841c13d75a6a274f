import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostLacks } from "@strongroom/testkit";
import { killCampaign } from "./kill-campaign.ts";

describe("kill -9 under mixed load", { skip: await hostLacks() }, () => {
  test("nothing that was acknowledged is lost in 8 kills, and the trail holds", { timeout: 180_000 }, async () => {
    const { kills, acknowledged } = await killCampaign(Date.now() % 1_000_000, 8);
    assert.ok(kills === 8 && acknowledged >= 32, String(acknowledged));
  });
});
