import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { LastUsed } from "./last-used.ts";
import { LastUsedStore } from "./last-used-store.ts";
import { openTestAccount } from "./testing/account.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 9, 1, 12, minute));

describe("last use", () => {
  it("is told from memory, the latest of each service first", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    const lastUsed = new LastUsed(new LastUsedStore(account.db));
    const { userId } = alice as { userId: string };
    assert.equal(lastUsed.last(userId), undefined);
    lastUsed.note(alice, "s3", "us-east-1", at(1));
    lastUsed.note(alice, "kms", "us-east-1", at(2));
    lastUsed.note(alice, "s3", "eu-west-1", at(3));
    const told = [
      { service: "s3", region: "eu-west-1", at: at(3).getTime() },
      { service: "kms", region: "us-east-1", at: at(2).getTime() },
    ];
    assert.deepEqual(lastUsed.services(userId), told);
    lastUsed[Symbol.dispose]();
    assert.deepEqual(new LastUsed(new LastUsedStore(account.db)).services(userId), told, "closing writes it down");
  });

  it("is written down every five seconds, and kept where the database takes nothing", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      using account = openTestAccount();
      const alice = account.user("alice");
      let isFull = true;
      let writes = 0;
      class FullDisk extends LastUsedStore {
        override putAll(...uses: Parameters<LastUsedStore["putAll"]>): void {
          writes += 1;
          if (isFull) throw new Error("database or disk is full");
          super.putAll(...uses);
        }
      }
      using lastUsed = new LastUsed(new FullDisk(account.db));
      for (let minute = 0; minute < 10; minute += 1) lastUsed.note(alice, "s3", "us-east-1", at(minute));
      assert.equal(writes, 0);
      mock.timers.tick(5000);
      isFull = false;
      const rows = () => account.db.all("SELECT * FROM access_last_used").length;
      assert.deepEqual([writes, rows()], [1, 0]);
      mock.timers.tick(5000);
      assert.deepEqual([writes, rows()], [2, 1]);
      mock.timers.tick(60_000);
      assert.equal(writes, 2, "nothing is written where nothing was noted");
    } finally {
      mock.timers.reset();
    }
  });

  it("of who is gone is forgotten", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    const { userId } = alice as { userId: string };
    const lastUsed = new LastUsed(new LastUsedStore(account.db));
    lastUsed.note(alice, "s3", "us-east-1", at(1));
    lastUsed[Symbol.dispose]();
    assert.equal(account.access.users.remove("alice"), undefined);
    assert.deepEqual(new LastUsed(new LastUsedStore(account.db)).services(userId), []);
  });
});
