import assert from "node:assert/strict";
import { test } from "node:test";
import type { Principal } from "../../access/index.ts";
import { clientLimits } from "./client-limits.ts";
import { ClientTurns, holderOf, type Turn } from "./client-turns.ts";

const stays = new AbortController().signal;
const limits = { ...clientLimits, turnsMax: 4, turnsEachMax: 2, waitingEachMax: 3, waitMsMax: 10_000 };

function held(turn: Turn): () => void {
  if (turn.kind !== "turn") throw new Error(`no turn: ${turn.kind}`);
  return turn.giveBack;
}

/** Whether somebody who waits has got a turn by now. */
const settled = (turn: Promise<Turn>): Promise<boolean> =>
  Promise.race([turn.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);

test("nobody holds more than a share, and others get the rest at once", async () => {
  const turns = new ClientTurns(limits);
  const own = [held(await turns.take("a", stays)), held(await turns.take("a", stays))];
  const third = turns.take("a", stays);
  assert.equal(await settled(third), false);
  held(await turns.take("b", stays));
  held(await turns.take("b", stays));
  own[0]?.();
  const giveBack = held(await third);
  // Giving back again changes nothing.
  own[0]?.();
  const fourth = turns.take("a", stays);
  assert.equal(await settled(fourth), false);
  giveBack();
  held(await fourth);
});

test("a turn that becomes free goes to whoever has the fewest, and then to the first", async () => {
  const turns = new ClientTurns(limits);
  const [first] = [held(await turns.take("a", stays)), held(await turns.take("b", stays))];
  const last = held(await turns.take("b", stays));
  held(await turns.take("a", stays));
  const [again, newcomer, second] = [turns.take("a", stays), turns.take("c", stays), turns.take("d", stays)];
  first();
  held(await newcomer);
  assert.deepEqual([await settled(again), await settled(second)], [false, false]);
  last();
  held(await second);
  assert.equal(await settled(again), false);
});

test("nobody waits longer than the limit, nor in too long a line, nor for a client that is gone", async () => {
  const turns = new ClientTurns({ ...limits, turnsMax: 3, waitMsMax: 20 });
  held(await turns.take("a", stays));
  held(await turns.take("a", stays));
  assert.equal((await turns.take("a", stays)).kind, "share-taken");
  held(await turns.take("b", stays));
  assert.equal((await turns.take("c", stays)).kind, "all-taken");

  const patient = new ClientTurns({ ...limits, waitMsMax: 60_000 });
  const giveBack = [held(await patient.take("a", stays)), held(await patient.take("a", stays))];
  const leaving = new AbortController();
  const left = patient.take("a", leaving.signal);
  const line = [patient.take("a", stays), patient.take("a", stays)];
  assert.equal((await patient.take("a", stays)).kind, "share-taken");
  leaving.abort();
  assert.equal((await left).kind, "share-taken");
  assert.equal((await patient.take("a", leaving.signal)).kind, "share-taken");
  for (const one of giveBack) one();
  for (const one of await Promise.all(line)) held(one);
});

test("sessions that somebody names, and roles that they take on, are of one share", () => {
  const account = { accountId: "111122223333" };
  const session = (sessionName: string, startedBy?: string): Principal => ({
    ...account,
    kind: "role-session",
    arn: `arn:aws:sts::111122223333:assumed-role/Ci/${sessionName}`,
    roleArn: "arn:aws:iam::111122223333:role/Ci",
    roleName: "Ci",
    userId: `AROA:${sessionName}`,
    sessionName,
    sessionPolicies: [],
    sessionPolicyArns: [],
    tags: {},
    transitiveTagKeys: [],
    startedBy,
  });
  const user: Principal = {
    ...account,
    kind: "user",
    arn: "arn:aws:iam::111122223333:user/u",
    userId: "AIDAU",
    userName: "u",
  };
  assert.equal(holderOf(session("one")), holderOf(session("two")));
  assert.equal(holderOf(session("one", "AIDAU")), holderOf(user));
  assert.notEqual(holderOf(session("one")), holderOf(user));
});
