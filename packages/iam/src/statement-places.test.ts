import assert from "node:assert/strict";
import { it } from "node:test";
import { statementPlaces } from "./index.ts";

it("statements stand from their opening brace to behind the closing one", () => {
  const document = [
    "{",
    '  "Version": "2012-10-17",',
    '  "Statement": [',
    '    { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a}\\"{/*" },',
    "    {",
    '      "Effect": "Deny", "Action": "*", "Resource": "*",',
    '      "Condition": { "Bool": { "aws:SecureTransport": "false" } }',
    "    }",
    "  ]",
    "}",
  ].join("\n");
  assert.deepEqual(statementPlaces(document), [
    { start: { line: 4, column: 5 }, end: { line: 4, column: 80 } },
    { start: { line: 5, column: 5 }, end: { line: 8, column: 6 } },
  ]);
});

it("a statement that stands by itself is one, and what is no policy has none", () => {
  const place = { start: { line: 1, column: 14 }, end: { line: 1, column: 34 } };
  assert.deepEqual(statementPlaces('{"Statement":{"Effect":"Allow"  }}'), [place]);
  for (const text of ["", "[]", "{}", '"x"', '{"Statement":[]}']) assert.deepEqual(statementPlaces(text), []);
});
