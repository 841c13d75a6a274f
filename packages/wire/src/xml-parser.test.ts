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
