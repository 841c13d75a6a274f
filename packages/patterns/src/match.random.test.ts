import assert from "node:assert/strict";
import { it } from "node:test";
import { matchesPattern, readPattern } from "./index.ts";
import { naiveMatch } from "./testing/naive-matcher.ts";
import { RandomPatterns } from "./testing/random-pattern.ts";

const rounds = 40_000;

it(`matches ${rounds} random events as the naive matcher does`, () => {
  const random = new RandomPatterns(20_262);
  let matched = 0;
  for (let round = 0; round < rounds; round += 1) {
    const [pattern, event] = [random.pattern(), random.event()];
    const read = readPattern(JSON.stringify(pattern));
    assert(read.kind === "pattern", JSON.stringify({ pattern, read }));
    const expected = naiveMatch(pattern, event);
    assert.equal(matchesPattern(read, event), expected, JSON.stringify({ pattern, event }));
    if (expected) matched += 1;
  }
  // The rounds are worth something only where both answers are frequent.
  assert(matched > rounds / 20 && matched < (rounds * 19) / 20, `${matched} of ${rounds}`);
});
