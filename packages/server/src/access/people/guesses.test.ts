import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { openTestAccount } from "../testing/account.ts";
import { GuessStore } from "./guess-store.ts";
import { Guesses, sourceOf } from "./guesses.ts";

function opened() {
  const account = openTestAccount();
  const key = randomBytes(32);
  const reopened = () => new Guesses(new GuessStore(account.db), account.clock, key);
  return { ...account, reopened, guesses: reopened(), [Symbol.dispose]: () => account[Symbol.dispose]() };
}

const secondsUntil = (until: Date, now: Date) => Math.round((until.getTime() - now.getTime()) / 1000);

describe("tries at secrets", () => {
  it("are free five times, and then wait for twice as long after each", () => {
    using at = opened();
    const waits: number[] = [];
    for (let i = 0; i < 14; i += 1) {
      const turn = at.guesses.begin({ person: "user:ada" });
      if (turn.kind === "go") {
        const until = at.guesses.blockedUntil("user:ada");
        if (until === undefined) continue;
        waits.push(secondsUntil(until, at.clock.now()));
        assert.deepEqual(at.guesses.begin({ person: "user:ada" }), { kind: "blocked", until });
        at.clock.turnTo(until);
      }
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it("count for a person and for an address, each for itself", () => {
    using at = opened();
    for (let i = 0; i < 30; i += 1) at.guesses.begin({ person: `user:${i}`, source: "source:192.0.2.1" });
    assert.equal(at.guesses.begin({ person: "user:new", source: "source:192.0.2.1" }).kind, "blocked");
    assert.equal(at.guesses.begin({ person: "user:new", source: "source:192.0.2.2" }).kind, "go");
    assert.equal(at.guesses.begin({ person: "user:1" }).kind, "go", "who was tried once from there is not locked");
  });

  it("are forgotten with success; of an address's, one", () => {
    using at = opened();
    const tried = { person: "user:ada", source: "source:192.0.2.1" };
    for (let i = 0; i < 4; i += 1) at.guesses.begin(tried);
    at.guesses.begin(tried);
    at.guesses.succeeded(tried);
    assert.equal(at.guesses.blockedUntil("user:ada"), undefined);
    const left = at.db.get<{ tries: number }>("SELECT tries FROM access_guess WHERE subject = ?", tried.source);
    assert.equal(left?.tries, 4);
  });

  it("outlive a restart, and end with a day of quiet", () => {
    using at = opened();
    for (let i = 0; i < 5; i += 1) at.guesses.begin({ person: "user:ada" });
    assert.equal(at.reopened().begin({ person: "user:ada" }).kind, "blocked");
    at.clock.advance(25 * 3_600_000);
    assert.equal(at.reopened().begin({ person: "user:ada" }).kind, "go");
    assert.equal(at.guesses.blockedUntil("user:ada"), undefined, "the count began anew");
  });

  it("of names that nobody has take a bounded place, and lock as those of people do", () => {
    using at = opened();
    const person = at.guesses.unknownPerson("Mallory");
    assert.equal(at.guesses.unknownPerson("mallory"), person);
    assert.ok(!person.includes("allory"), "a name may be a password typed in the wrong place");
    for (let i = 0; i < 5; i += 1) at.guesses.begin({ person });
    assert.equal(at.guesses.begin({ person }).kind, "blocked");
    at.db.transaction(() => {
      for (let i = 0; i < 10_600; i += 1) at.guesses.begin({ person: at.guesses.unknownPerson(`name-${i}`) });
    });
    const { count = 0 } = at.db.get<{ count: number }>("SELECT count(*) AS count FROM access_guess") ?? {};
    assert.ok(count >= 10_000 && count < 10_300, String(count));
  });

  it("come from an address, of IPv6 from its network", () => {
    assert.equal(sourceOf("192.0.2.1"), "source:192.0.2.1");
    assert.equal(sourceOf("::ffff:192.0.2.1"), "source:192.0.2.1");
    assert.equal(sourceOf("2001:db8:0:1:2:3:4:5"), "source:2001:db8:0:1::/64");
    assert.equal(sourceOf("2001:db8:0:1::9"), "source:2001:db8:0:1::/64");
    assert.equal(sourceOf("2001:DB8::1:0:0:9"), "source:2001:db8:0:0::/64");
    assert.equal(sourceOf("::1"), "source:0:0:0:0::/64");
  });
});
