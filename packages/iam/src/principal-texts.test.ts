import assert from "node:assert/strict";
import { test } from "node:test";
import { principalTexts, withPrincipals } from "./index.ts";

const written = `{ "Statement": [
  { "Resource": "one", "NotPrincipal": {"AWS": ["one", "t\\u0077o"], "Service": "one"}, "Sid": "one" },
  { "Principal": { "AWS" : "one" }, "Action": "one" },
  { "Principal": "*" }
] }`;

test("the principals of a document are found, and they alone are replaced", () => {
  assert.deepEqual(principalTexts(written), ["one", "two", "one"]);
  const longer = withPrincipals(written, (text) => `${text}, or "more"`);
  assert.deepEqual(principalTexts(longer), ['one, or "more"', 'two, or "more"', 'one, or "more"']);
  assert.equal(
    longer,
    written
      .replace('["one", "t\\u0077o"]', '["one, or \\"more\\"", "two, or \\"more\\""]')
      .replace('"AWS" : "one"', '"AWS" : "one, or \\"more\\""'),
  );
  assert.equal(
    withPrincipals(written, (text) => text),
    written,
  );
});

test("what is no policy document is left alone", () => {
  for (const text of ["{", "[]", "1", '{"Statement": 1}', '{"Statement": {"Principal": {"AWS": [1, {}]}}}']) {
    assert.deepEqual(principalTexts(text), []);
    assert.equal(
      withPrincipals(text, () => "x"),
      text,
    );
  }
});
