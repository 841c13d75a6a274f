import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Booster } from "./booster.ts";
import { DMatrix } from "./dmatrix.ts";
import { loadLibrary, XgboostError } from "./library.ts";
import { readModel } from "./model-structure.ts";
import { sampleTable } from "./sample-table.ts";
import { train } from "./train.ts";

const library = loadLibrary();
let json = "";
let ubj: Uint8Array = new Uint8Array();

before(async () => {
  const { labels, values } = sampleTable(400);
  using matrix = DMatrix.create(library, { values, rows: 400, columns: 4 }, { labels });
  const { booster } = await train(library, {
    parameters: [
      ["objective", "binary:logistic"],
      ["max_depth", "3"],
    ],
    metrics: [],
    rounds: 5,
    seed: 0,
    train: { name: "train", matrix },
    evaluate: [],
  });
  json = new TextDecoder().decode(booster.save("json"));
  ubj = booster.save("ubj");
  booster[Symbol.dispose]();
});

test("JSON and UBJSON of a model say the same", () => {
  const [a, b] = [readModel(new TextEncoder().encode(json)), readModel(ubj)];
  assert.equal(a.kind, "model");
  assert.deepEqual(a, b);
  assert.deepEqual([a.model.features, a.model.trees.length], [4, 5]);
});

/** Replaces the `nth` entry of a list of the first tree in the model's text, as JSON.stringify would spoil its numbers. */
function withEntry(name: string, nth: number, value: string): Uint8Array {
  const changed = json.replace(new RegExp(`"${name}":\\[([^\\]]*)\\]`), (_, list: string) => {
    const entries = list.split(",");
    entries[nth] = value;
    return `"${name}":[${entries.join(",")}]`;
  });
  assert.notEqual(changed, json);
  return new TextEncoder().encode(changed);
}

const broken: readonly [what: string, list: string, nth: number, value: string, message: RegExp][] = [
  ["a split index out of range", "split_indices", 0, "4", /splits on feature 4 of 4/],
  ["a child out of range", "left_children", 0, "9999", /has a child 9999/],
  ["a cycle", "left_children", 0, "0", /has a child 0/],
  ["a node with two parents", "right_children", 0, "1", /reaches node 1 twice/],
  ["a node that skips a level", "left_children", 0, "3", /names another parent/],
  ["a list that is too short", "default_left", 0, "1,1", /has \d+ entries instead of/],
  ["text in a list", "split_conditions", 0, '"x"', /not a number/],
  ["a group out of range", "tree_info", 0, "1", /belongs to output 1 of 1/],
];
for (const [what, list, nth, value, message] of broken) {
  test(`${what} never reaches the library`, () => {
    const bytes = withEntry(list, nth, value);
    const read = readModel(bytes);
    assert.ok(read.kind === "refused" && message.test(read.message), JSON.stringify(read).slice(0, 300));
    assert.throws(() => Booster.fromBytes(library, bytes), XgboostError);
  });
}

test("every truncation of a UBJSON model is refused", () => {
  for (let length = 0; length < ubj.length; length += 1) {
    assert.equal(readModel(ubj.subarray(0, length)).kind, "refused", `${length} bytes`);
  }
});

test("a flipped byte is refused or leaves a model that the library reads", () => {
  for (let at = 0; at < ubj.length; at += 7) {
    const bytes = ubj.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    if (readModel(bytes).kind === "refused") assert.throws(() => Booster.fromBytes(library, bytes), XgboostError);
  }
});

for (const bytes of ["", "hello", "{}", '{"learner":1}', "[1]"]) {
  test(`${JSON.stringify(bytes)} is not a model`, () => {
    assert.equal(readModel(new TextEncoder().encode(bytes)).kind, "refused");
  });
}
