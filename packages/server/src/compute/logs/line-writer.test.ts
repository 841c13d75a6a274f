import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { lineLog, systemClock } from "../../platform/index.ts";
import { lineWriter } from "./line-writer.ts";
import type { LogEvent } from "./log-store.ts";

/** Lines that can be stored or not, as the test says, and what the server's log says. */
function store() {
  const state = { isFull: true, tries: 0, stored: [] as string[], said: [] as string[] };
  const append = (events: readonly LogEvent[]) => {
    state.tries += 1;
    if (state.isFull) throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
    state.stored.push(...events.map(({ message }) => message));
  };
  const writer = lineWriter(
    append,
    systemClock,
    lineLog((line) => state.said.push(line)),
  );
  return Object.assign(state, { writer });
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i += 1) await wait(5);
  assert.ok(holds());
}

test("lines that cannot be stored wait, in their order, and fail nobody", async () => {
  const state = store();
  using writer = state.writer;
  writer.line("first");
  await until(() => state.tries > 0);
  for (let i = 0; i < 1000; i += 1) writer.line(`line ${i}`);
  assert.equal(state.tries, 1, "a disk that is full is not asked for each line");
  state.isFull = false;
  await until(() => state.stored.length === 1001);
  assert.deepEqual(state.stored.slice(0, 2), ["first", "line 0"]);
  writer.line("last");
  await until(() => state.stored.at(-1) === "last");
});

test("of lines that cannot be stored, the oldest are given up where too many wait, and it is said", () => {
  const state = store();
  for (let i = 0; i < 50; i += 1) state.writer.line(String(i).padEnd(200_000, "x"));
  state.writer.flush();
  state.isFull = false;
  state.writer.flush();
  assert.equal(state.stored.length, 20);
  assert.equal(Number.parseInt(state.stored[0] ?? "", 10), 30);
  assert.match(state.said.join(""), /"lost":30/);
  state.writer[Symbol.dispose]();
});

test("at the end, lines that cannot be stored are lost, and it is said", () => {
  const state = store();
  state.writer.line("first");
  state.writer[Symbol.dispose]();
  assert.match(state.said.at(-1) ?? "", /"lost":1/);
});
