import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** Runs `./strongroom help` within a line of sh's; what it says behind its end is its exit code. */
function helped(line: string): { readonly code: number; readonly said: string } {
  const words = ["-c", line, "sh", process.execPath, main, "help"];
  const { stderr } = spawnSync("/bin/sh", words, { encoding: "utf8" });
  const [, said = "", code = ""] = /^([^]*)\n?code ([0-9]+)\n$/.exec(stderr) ?? [];
  return { code: Number(code), said };
}

test("a reader that has gone ends a command without a word", () => {
  assert.deepEqual(helped('{ sleep 0.2; "$@"; echo "code $?" >&2; } | true'), { code: 0, said: "" });
});

test("output that cannot be written is named", () => {
  const { code, said } = helped('{ "$@" >/dev/full; echo "code $?" >&2; }');
  assert.equal(code, 1);
  assert.match(said, /^strongroom: standard output: ENOSPC[^\n]*\n$/);
});
