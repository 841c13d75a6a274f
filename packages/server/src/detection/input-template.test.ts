import assert from "node:assert/strict";
import { test } from "node:test";
import { fillTemplate, readTemplate } from "./input-template.ts";

function filled(template: string, values: Readonly<Record<string, unknown>>): unknown {
  const read = readTemplate(template, Object.keys(values));
  assert(!("fault" in read), JSON.stringify(read));
  return JSON.parse(fillTemplate(read, (name) => values[name]));
}

test("a name stands for a value as JSON outside of quotes, and for its text inside", () => {
  const values = { name: "job-1", count: 3, tags: { a: [1] }, none: null, yes: true };
  assert.deepEqual(filled('{"TrainingJobName": <name>}', values), { TrainingJobName: "job-1" });
  assert.deepEqual(filled('{"a":<count>,"b":<tags>,"c":<none>,"d":[<yes>]}', values), {
    a: 3,
    b: { a: [1] },
    c: null,
    d: [true],
  });
  assert.deepEqual(filled('{"a":"<name> ran <count> times: <tags>"}', values), { a: 'job-1 ran 3 times: {"a":[1]}' });
  assert.deepEqual(filled('{"a":"say \\"<name>\\" \\\\"}', values), { a: 'say "job-1" \\' });
});

test("a value cannot end a string, add a member or bring in another name", () => {
  for (const name of ['x","Admin":"y', "\\", '\\"', '"}', "\n\u0000", "<count>", "\u2028", "\ud800"]) {
    assert.deepEqual(Object.keys(filled('{"A":<name>}', { name, count: 1 }) as object), ["A"], name);
    assert.deepEqual(filled('{"A":"<name>"}', { name, count: 1 }), { A: name });
    assert.deepEqual(filled('{"A":"a <name> b"}', { name, count: 1 }), { A: `a ${name} b` });
  }
});

test("what is no template is refused with its reason", () => {
  const faults: readonly [template: string, fault: string][] = [
    ['{"a": <other>}', "<other> is not in InputPathsMap"],
    ['{"a": "<other>"}', "<other> is not in InputPathsMap"],
    ['{"a": <name>', "it is not JSON"],
    ["<name>", "it is not a JSON object"],
    ['"<name> is in state <name>"', "it is not a JSON object"],
    ["[<name>]", "it is not a JSON object"],
    ['{"<name>": 1}', "a name of an object cannot be taken from the event"],
    ['{"a": [{"x<name>": 1}]}', "a name of an object cannot be taken from the event"],
    ["{<name>: 1}", "a name of an object cannot be taken from the event"],
  ];
  for (const [template, fault] of faults) assert.deepEqual(readTemplate(template, ["name"]), { fault }, template);
});

test("names that EventBridge gives may be used without a path", () => {
  const read = readTemplate('{"rule": <aws.events.rule-name>, "at": "<aws.events.event.ingestion-time>"}', []);
  assert.ok(!("fault" in read));
});
