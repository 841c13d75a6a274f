import assert from "node:assert/strict";
import { test } from "node:test";
import { Malformed } from "./malformed.ts";
import { parseXml } from "./xml-parser.ts";

const isTooMany = (error: unknown): boolean =>
  error instanceof Malformed && error.fault === "serialization" && /more than 100000/.test(error.problem);

test("a document of more elements and attributes than anything needs is refused", () => {
  const elements = (count: number): string => `<r>${"<a/>".repeat(count)}</r>`;
  assert.equal(parseXml(elements(99_999)).children.length, 99_999);
  assert.throws(() => parseXml(elements(100_000)), isTooMany);
  assert.throws(() => parseXml(`<r>${'<a b="1"/>'.repeat(60_000)}</r>`), isTooMany);
  const attributes = Array.from({ length: 100_000 }, (_, at) => ` a${at}=""`);
  assert.throws(() => parseXml(`<r${attributes.join("")}/>`), isTooMany);
});

test("the longest list of parts, with every checksum, is read", () => {
  const checksums = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"].map((name) => {
    const element = `Checksum${name}`;
    return `<${element}>AAAAAA==</${element}>`;
  });
  const part = (at: number) => `<Part><ETag>"e"</ETag>${checksums.join("")}<PartNumber>${at + 1}</PartNumber></Part>`;
  const parts = Array.from({ length: 10_000 }, (_, at) => part(at));
  const { children } = parseXml(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
  assert.equal(children.length, 10_000);
  assert.equal(children.at(-1)?.children.length, 7);
});

test("elements have the attributes that are written, and no others", () => {
  const [first, second] = parseXml('<r><a b="1"/><a/></r>').children;
  assert.deepEqual([...(first?.attributes ?? [])], [["b", "1"]]);
  assert.deepEqual([...(second?.attributes ?? [])], []);
});

const textOf = (content: string): string => parseXml(`<r>${content}</r>`).text;
const isUndefined = (reference: string) => (error: unknown) =>
  error instanceof Malformed && error.problem === `${reference} is not defined`;

test("references stand for their characters, in text and in attributes", () => {
  for (const [written, read] of [
    ["&lt;&gt;&amp;&quot;&apos;", `<>&"'`],
    ["a&#65;&#x42;&#x0000063;d", "aABcd"],
    ["&#x1F600;&#128512;&#xFFFF;&#xe000;", "\u{1f600}\u{1f600}\uffff\ue000"],
    ["&amp;lt; a\r\nb\rc\n&#13;&#10;", "&lt; a\nb\nc\n\r\n"],
    ["\u{1f600}&#1;\ud800", "\u{1f600}\u0001\ud800"],
  ] as const) {
    assert.equal(textOf(written), read);
    assert.equal(parseXml(`<r a='${written.replaceAll("'", "&apos;")}'/>`).attributes.get("a"), read);
  }
});

test("a reference that stands for nothing is refused, and told in its first characters", () => {
  for (const reference of ["&;", "&nbsp;", "&LT;", "&lt", "&#;", "&#x;", "&#X41;", "&#6a;", "&#xg;", "&#-1;", "&#0;"]) {
    assert.throws(() => textOf(reference), isUndefined(reference), reference);
  }
  for (const reference of ["&#xD800;", "&#57343;", "&#x110000;", "&#99999999999;"]) {
    assert.throws(() => textOf(reference), isUndefined(reference), reference);
  }
  assert.throws(() => textOf("&#000000000065;"), isUndefined("&#00000000006"));
  assert.throws(() => textOf("&lt &amp;"), isUndefined("&lt "));
});

test("a text of nothing but references takes less than a call for each of them does", () => {
  const bytes = 4 * 1024 * 1024;
  const least = (task: () => void): number =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const begun = performance.now();
        task();
        return performance.now() - begun;
      }),
    );
  for (const reference of ["&lt;", "&#1;"]) {
    const content = reference.repeat(bytes / reference.length);
    const read = least(() => assert.equal(textOf(content).length, bytes / reference.length));
    const called = least(() => assert.equal(content.replace(/&([^;]{2});/g, () => "<").length, bytes / 4));
    assert.ok(read < called, `${reference}: ${read} ms, ${called} ms for the calls`);
  }
  const begun = performance.now();
  assert.throws(() => textOf("&".repeat(bytes)), isUndefined("&"));
  assert.ok(performance.now() - begun < 1000, "the first that is wrong ends it");
});
