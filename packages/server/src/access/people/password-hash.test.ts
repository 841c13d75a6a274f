import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PasswordHashes, PasswordsBusy, passwordCost } from "./password-hash.ts";

const cheap = { memoryKib: 64, passes: 1 };

describe("hashed passwords", () => {
  it("hold for their password alone, and differ each time", async () => {
    const hashes = new PasswordHashes(cheap);
    const [first, second] = [await hashes.hash("Passw0rd"), await hashes.hash("Passw0rd")];
    assert.notEqual(first, second);
    assert.match(first, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    assert.ok(await hashes.holds("Passw0rd", first));
    for (const other of ["passw0rd", "Passw0rd ", "", "Passw0rd\0"])
      assert.ok(!(await hashes.holds(other, first)), other);
  });

  it("cost 64 MiB and three passes, and are told from those that cost less", async () => {
    const [now, before] = [new PasswordHashes(passwordCost), new PasswordHashes(cheap)];
    const old = await before.hash("Passw0rd");
    assert.ok(await now.holds("Passw0rd", old), "an old hash still holds");
    assert.ok(now.isOutdated(old));
    const fresh = await now.hash("Passw0rd");
    assert.match(fresh, /\$m=65536,t=3,p=1\$/);
    assert.ok(!now.isOutdated(fresh));
  });

  it("are compared with something, and never equal, where there is none", async () => {
    const hashes = new PasswordHashes(cheap);
    assert.ok(!(await hashes.holds("Passw0rd", undefined)));
    await assert.rejects(hashes.holds("Passw0rd", "plain"), /not in its form/);
  });

  it("are made a few at a time, and no more wait than a hundred", async () => {
    const hashes = new PasswordHashes(cheap);
    const all = await Promise.allSettled(Array.from({ length: 150 }, () => hashes.hash("Passw0rd")));
    const refused = all.filter((one) => one.status === "rejected");
    assert.equal(refused.length, 48);
    for (const { reason } of refused) assert.ok(reason instanceof PasswordsBusy);
    assert.ok(await hashes.holds("Passw0rd", await hashes.hash("Passw0rd")), "afterwards there is room again");
  });
});
