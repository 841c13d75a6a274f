import { strict as assert } from "node:assert";
import { test } from "node:test";
import { faultText } from "./log.ts";

test("a fault leaves its class, its code and where it happened, and not a word of its message", () => {
  const error = Object.assign(new RangeError("canary of\nseveral canary lines"), { code: "ENOSPC" });
  const text = faultText(error);
  assert.match(text, /^RangeError ENOSPC\n\s+at /);
  assert.doesNotMatch(text, /canary/);
  assert.equal(faultText("canary"), "string");
});
