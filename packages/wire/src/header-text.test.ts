import assert from "node:assert/strict";
import { validateHeaderName, validateHeaderValue } from "node:http";
import { test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import {
  AwsError,
  awsServices,
  encode,
  encodeError,
  headerText,
  isHeaderName,
  isHeaderValue,
  noPermissionNeeded,
  operationFor,
  route,
  service,
  text,
  textOfHeader,
} from "./index.ts";

const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

test("a header can be sent where Node says so", () => {
  for (let code = 0; code <= 0x200; code += 1) {
    for (const text of [String.fromCharCode(code), `a${String.fromCharCode(code)}b`]) {
      const [name, value] = [() => validateHeaderName(text), () => validateHeaderValue("a", text)].map(passes);
      assert.equal(isHeaderName(text), name, `name with ${code}`);
      assert.equal(isHeaderValue(text), value, `value with ${code}`);
    }
  }
  assert.equal(isHeaderName(""), false);
});

test("text of every plane goes through a header's bytes", () => {
  for (const text of ["plain", "ü", "à", "€", "日本", "😀"]) {
    assert.ok(isHeaderValue(headerText(text)), text);
    assert.equal(textOfHeader(headerText(text)), text);
  }
});

const operation = operationFor<null>();
const members = { Bucket: text(), Key: text() };
const handle = () => ({});
const store = service(awsServices.s3, s3, [
  operation(s3.GetObjectCommand, { members, permissions: noPermissionNeeded("a test"), handle }),
]);
const head = { method: "GET", target: "/bkt/key", headers: [] };
const routed = route([store], head, "s3");

test("an answer with a header that cannot be sent is refused before it leaves, and its body is let go", () => {
  assert.ok(routed.kind === "operation");
  for (const output of [
    { Metadata: { note: "line 1\nline 2" } },
    { Metadata: { "not a name": "" } },
    { ContentDisposition: "日" },
  ]) {
    let isLetGo = false;
    const Body = {
      [Symbol.asyncIterator]: () => ({
        next: () => assert.fail("the body was read"),
        return: () => {
          isLetGo = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    assert.throws(() => encode(routed, { ...output, Body }, "id"), TypeError);
    assert.ok(isLetGo);
  }
  assert.equal(encode(routed, { Metadata: { note: "a\tb\xe9" } }, "id").status, 200);
});

test("an error with a header that cannot be sent is told as an internal one", () => {
  const error = new AwsError({ code: "NoSuchKey", message: "m", status: 404, headers: [["x-amz-version-id", "\n"]] });
  const answer = encodeError(store, error, "id", head);
  assert.equal(answer.status, 500);
  assert.match(Buffer.from(answer.body as Uint8Array).toString(), /<Code>InternalError</);
});

test("the length of an answer stands behind every other header that an operation tells", () => {
  assert.ok(routed.kind === "operation");
  const { headers } = encode(routed, { ContentLength: 3, ContentDisposition: "inline", ETag: '"e"' }, "id");
  const names = headers.map(([name]) => name);
  assert.ok(names.indexOf("content-disposition") < names.indexOf("content-length"), names.join());
});
