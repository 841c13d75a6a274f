import assert from "node:assert/strict";
import { test } from "node:test";
import { readCsv, readLabelledCsv } from "./csv.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("numbers are rounded like a 64-bit reader's, then to 32 bits", () => {
  const texts = [
    "1",
    "-0.5",
    "3.2649581",
    "1e-3",
    "-1.5E+10",
    "0.1234567890123456789",
    "20000.0",
    " 7 ",
    "+2",
    ".5",
    "5.",
  ];
  const read = readCsv(bytes(texts.join(",")), "f");
  assert.equal(read.kind, "matrix");
  assert.deepEqual(
    [...read.matrix.values],
    texts.map((text) => Math.fround(Number(text))),
  );
});

test("empty fields and nan are missing; CRLF, a byte order mark and trailing newlines are accepted", () => {
  const read = readCsv(bytes("\ufeff1,,nan\r\n,2,3\r\n\n"), "f");
  assert.equal(read.kind, "matrix");
  assert.deepEqual([...read.matrix.values], [1, NaN, NaN, NaN, 2, 3]);
  assert.deepEqual([read.matrix.rows, read.matrix.columns], [2, 3]);
});

const refused: readonly [what: string, text: string, message: RegExp, line: number, column?: number][] = [
  ["text", "1,2,3\n1,abc,3\n", /f, line 2, column 2 holds "abc", which is not a number/, 2, 2],
  ["a header", "label,a,b\n1,2,3\n", /line 1 looks like a header/, 1, 1],
  ["a ragged row", "1,2,3\n1,2\n", /line 2 has 2 columns; line 1 has 3/, 2],
  ["a long row", "1,2\n1,2,3\n", /line 2 has 3 columns; line 1 has 2/, 2],
  ["quoted numbers", '1,"2",3\n', /column 2 holds "2": numbers are to be written without quotation marks/, 1, 2],
  ["an empty file", "", /f is empty/, 1],
  ["only newlines", "\n\n", /f is empty/, 1],
  ["an empty line", "1,2\n\n1,2\n", /line 2 is empty/, 2],
  ["semicolons", "1;2;3\n", /columns are to be separated by commas/, 1, 1],
  ["infinity", "1,2\n1,inf\n", /column 2 holds "inf"/, 2, 2],
  ["a number too large for 32 bits", "1,1e39\n", /column 2 holds 1e39, which is too large/, 1, 2],
  ["a missing label", "0,1\n,2\n", /line 2, column 1 is the label and is missing/, 2, 1],
  ["a label that is nan", "nan,1\n", /line 1, column 1 is the label and is missing/, 1, 1],
  ["a label alone", "1\n0\n", /followed by at least one feature/, 1, 1],
];
for (const [what, text, message, line, column] of refused) {
  test(`${what} is refused with file, line and column`, () => {
    const read = readLabelledCsv(bytes(text), "f");
    assert.equal(read.kind, "malformed");
    assert.match(read.message, message);
    assert.deepEqual([read.file, read.line, read.column], ["f", line, column]);
  });
}

test("weights come from the second column and may not be negative", () => {
  const read = readLabelledCsv(bytes("1,0.5,7\n0,2,8\n"), "f", { weights: true });
  assert.equal(read.kind, "labelled");
  assert.deepEqual([...(read.weights ?? [])], [0.5, 2]);
  assert.equal(readLabelledCsv(bytes("1,-1,7\n"), "f", { weights: true }).kind, "malformed");
});

test("a table may be asked to be as wide as another", () => {
  const read = readLabelledCsv(bytes("1,2,3\n"), "f", { columns: 3 });
  assert.ok(read.kind === "malformed" && /line 1 has 3 columns; 4 are expected/.test(read.message));
});
