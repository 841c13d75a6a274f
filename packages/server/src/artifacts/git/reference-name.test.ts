import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { isBranchName, isNewBranchName } from "./reference-name.ts";

const parts = [
  "a",
  ".",
  "..",
  "/",
  "-",
  "@",
  "{",
  "~",
  "^",
  ":",
  "?",
  "*",
  "[",
  "\\",
  " ",
  "\t",
  ".lock",
  "ü",
  "\u007f",
];

test("a branch may have the names that git lets it have", () => {
  const names = parts.flatMap((one) => [
    one,
    ...parts.flatMap((two) => [`${one}${two}`, `x${one}${two}`, `${one}x${two}y`]),
  ]);
  for (const name of names) {
    // What begins with a hyphen git takes for an option, elsewhere; no branch has it.
    const { status } = spawnSync("git", ["check-ref-format", `refs/heads/${name}`]);
    assert.equal(isBranchName(name), status === 0 && !name.startsWith("-") && name !== "@", JSON.stringify(name));
  }
  assert.equal(isBranchName("x".repeat(256)), true);
  assert.equal(isBranchName("x".repeat(257)), false);
  for (const name of ["", "HEAD", "a\u0000b"]) assert.equal(isBranchName(name), false);
});

test("a branch is not named as a commit is", () => {
  for (const name of ["0".repeat(40), "0123456789abcdefABCD".repeat(2)]) assert.ok(!isNewBranchName(name), name);
  for (const name of ["0".repeat(39), "0".repeat(41), `${"0".repeat(39)}g`]) assert.ok(isNewBranchName(name), name);
});
