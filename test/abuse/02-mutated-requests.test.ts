import { strict as assert } from "node:assert";
import { test } from "node:test";
import { hostLacks } from "@strongroom/testkit";
import { mutateRequests } from "./mutations/campaign.ts";
import { mutations } from "./mutations/mutate.ts";

/** A seeded part of what `mutate-requests.ts` sends. */
const requests = 4000;

test("no signed request is accepted once anything of it was changed", { skip: await hostLacks() }, async () => {
  const campaign = await mutateRequests(requests, 20_261_124);
  assert.deepEqual(campaign.accepted, []);
  assert.deepEqual(campaign.strays, []);
  assert.equal(campaign.untouched.answered, campaign.untouched.sent);
  assert.ok(campaign.untouched.sent >= requests / 50, "untouched requests were answered in between");
  const never = Object.keys(mutations).filter((name) => (campaign.byMutation.get(name) ?? 0) < 20);
  assert.deepEqual(never, [], "every kind of change was tried");
});
