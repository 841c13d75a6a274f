import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { headerText, presign } from "@strongroom/wire";
import type { TrailEvent } from "../../audit/index.ts";
import { answer, UnverifiedBodies } from "../../gateway/index.ts";
import { lineLog, systemClock } from "../../platform/index.ts";
import { noBody } from "./body.ts";
import { s3 as s3Service } from "./index.ts";
import { allowing } from "./testing/refused.ts";
import { accountId, region } from "./testing/road.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";
import { codeOf, sendRequest, signedRequest, signerOf } from "./testing/signed-request.ts";
import type { Answer, Headers } from "./testing/signed-request.ts";

const Bucket = "header-values";
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(() => world[Symbol.asyncDispose]());

const hostHeader = () => ["host", new URL(world.endpoint).host] as const;

/** Signed in headers, these among them; a character of a value is a byte. */
const signed = (method: string, target: string, headers: Headers = [], body = ""): Promise<Answer> =>
  signedRequest(world.endpoint, admin, { method, target, headers, body });

/** Signed in the query, beside what the target's says. */
async function presigned(method: string, target: string, body = "", client = admin): Promise<Answer> {
  const head = { method, target, headers: [hostHeader()] };
  const { head: sent } = presign(head, await signerOf(client), 60, "UNSIGNED-PAYLOAD");
  const length = [["content-length", String(body.length)]] as const;
  return await sendRequest(world.endpoint, {
    method,
    target: sent.target,
    headers: [...sent.headers, ...length],
    body,
  });
}

const argumentOf = ({ text }: Answer) => /<ArgumentName>([^<]*)</.exec(text)?.[1];
const contentHeaders = ["content-disposition", "content-type", "content-language", "cache-control", "content-encoding"];

test("what an object's headers say comes back in the same bytes", async () => {
  for (const written of ["ü", "à", "€", "日本", "😀", "a\tb", 'attachment; filename="€ü.txt"', "\u00a0"]) {
    const value = headerText(written);
    const said = [...contentHeaders, "x-amz-meta-note"].map((name) => [name, value] as const);
    const target = `/${Bucket}/bytes`;
    const put = await signed("PUT", target, said, "content");
    assert.equal(put.status, 200, put.text);
    for (const method of ["GET", "HEAD"]) {
      const { status, headers, text } = await signed(method, target);
      assert.deepEqual([status, text], [200, method === "GET" ? "content" : ""], written);
      for (const [name] of said) assert.equal(headers[name], value, `${method} ${name}: ${written}`);
    }
  }
});

test("an upload's headers come back in the same bytes, and a copy's", async () => {
  const value = headerText("€.txt");
  const said = [
    ["content-disposition", value],
    ["x-amz-meta-note", value],
  ] as const;
  const created = await signed("POST", `/${Bucket}/upload?uploads`, said);
  const UploadId = /<UploadId>([^<]*)</.exec(created.text)?.[1];
  const upload = { Bucket, Key: "upload", UploadId };
  const { ETag } = await admin.send(new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "content" }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await admin.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
  const source = ["x-amz-copy-source", `${Bucket}/upload`] as const;
  assert.equal((await signed("PUT", `/${Bucket}/copy`, [source])).status, 200);
  const replaced = [source, ["x-amz-metadata-directive", "REPLACE"], ...said] as const;
  assert.equal((await signed("PUT", `/${Bucket}/replaced`, replaced)).status, 200);
  for (const key of ["upload", "copy", "replaced"]) {
    const { headers } = await signed("GET", `/${Bucket}/${key}`);
    assert.deepEqual([headers["content-disposition"], headers["x-amz-meta-note"]], [value, value], key);
  }
});

test("metadata of a presigned request is kept as its bytes in UTF-8", async () => {
  const stored = await presigned("PUT", `/${Bucket}/presigned?X-Amz-Meta-Note=%E6%97%A5&X-Amz-Tagging=a%3D%C3%BC`);
  assert.equal(stored.status, 200, stored.text);
  for (const method of ["GET", "HEAD"]) {
    const { status, headers } = await signed(method, `/${Bucket}/presigned`);
    assert.deepEqual([status, headers["x-amz-meta-note"]], [200, headerText("日")]);
  }
  const { TagSet } = await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "presigned" }));
  assert.deepEqual(TagSet, [{ Key: "a", Value: "ü" }]);
});

test("metadata that no header could carry is refused, and nothing is stored", async () => {
  const target = `/${Bucket}/refused`;
  for (const code of ["%0A", "%0D", "%00", "%7F", "%1B", "%0B"]) {
    for (const value of [`a${code}b`, code]) {
      const refused = await presigned("PUT", `${target}?X-Amz-Meta-Note=${value}`);
      assert.deepEqual([refused.status, codeOf(refused)], [400, "InvalidArgument"], value);
      assert.equal(argumentOf(refused), "x-amz-meta-note");
    }
  }
  for (const name of ["a%20b", "%C3%BC", "a%0Ab", "a%3A"]) {
    const refused = await presigned("PUT", `${target}?X-Amz-Meta-${name}=a`);
    assert.deepEqual([refused.status, codeOf(refused)], [400, "InvalidArgument"], name);
  }
  const upload = await presigned("POST", `${target}?uploads&X-Amz-Meta-Note=a%0Ab`);
  assert.deepEqual([upload.status, codeOf(upload)], [400, "InvalidArgument"]);
  assert.equal((await signed("GET", target)).status, 404);
});

test("metadata is measured in bytes", async () => {
  const value = (count: number) => [["x-amz-meta-a", headerText("ü").repeat(count)]] as const;
  assert.equal((await signed("PUT", `/${Bucket}/measured`, value(1023))).status, 200);
  assert.equal(codeOf(await signed("PUT", `/${Bucket}/measured`, value(1024))), "MetadataTooLarge");
});

test("headers that a read asks for are sent in ISO 8859-1, or refused by their name", async () => {
  const target = `/${Bucket}/overridden`;
  assert.equal((await signed("PUT", target, [["content-disposition", headerText("€")]], "content")).status, 200);
  for (const name of contentHeaders) {
    const asked = (value: string) => `${target}?response-${name}=${value}`;
    for (const method of ["GET", "HEAD"]) {
      const given = await signed(method, asked("a%C3%BC%09"));
      assert.deepEqual([given.status, given.headers[name]?.trim()], [200, "a\xfc"], `${method} ${name}`);
      for (const value of ["%E6%97%A5", "a%0D%0Ab", "%00", "%7F"]) {
        const refused = await signed(method, asked(value));
        assert.equal(refused.status, 400, `${method} ${name} ${value}`);
        if (method === "HEAD") continue;
        assert.deepEqual([codeOf(refused), argumentOf(refused)], ["InvalidArgument", `response-${name}`]);
        assert.match(refused.text, /<Message>Header value cannot be represented using ISO-8859-1\.</);
      }
    }
  }
  const expires = await signed("GET", `${target}?response-expires=%0A`);
  assert.deepEqual([expires.status, codeOf(expires)], [400, "InvalidArgument"]);
});

test("an object that was stored with headers that cannot be sent is answered, and recorded as it is answered", async () => {
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "old", Body: Buffer.alloc(300_000, "a") }));
  const description = { headers: { contentDisposition: "日" }, metadata: { note: "line 1\nline 2" } };
  world.place.db.run(
    "UPDATE object_version SET description = ? WHERE key = ?",
    JSON.stringify(description),
    Buffer.from("old"),
  );
  for (const method of ["GET", "HEAD"]) {
    const told = await signed(method, `/${Bucket}/old`);
    assert.deepEqual([told.status, codeOf(told)], [500, method === "GET" ? "InternalError" : undefined]);
    const events = await recordsOf(method, `/${Bucket}/old`);
    assert.deepEqual(
      events.map(({ phase, errorCode }) => [phase, errorCode]),
      [["outcome", "InternalFailure"]],
    );
  }
  const source = ["x-amz-copy-source", `${Bucket}/old`] as const;
  for (const directive of ["x-amz-tagging-directive", "x-amz-metadata-directive"]) {
    const copied = await signed("PUT", `/${Bucket}/copied`, [source, [directive, "COPY"]]);
    assert.deepEqual([copied.status, codeOf(copied)], [400, "InvalidArgument"]);
  }
  const mended = await signed("PUT", `/${Bucket}/old`, [source, ["x-amz-metadata-directive", "REPLACE"]]);
  assert.equal(mended.status, 200, mended.text);
  assert.equal((await signed("GET", `/${Bucket}/old`)).text.length, 300_000);
});

/** What is recorded of a signed request. */
async function recordsOf(method: string, target: string): Promise<TrailEvent[]> {
  const events: TrailEvent[] = [];
  const head = { method, target, headers: [hostHeader()] };
  const gate = {
    services: [s3Service(world.place.s3)],
    access: world.access,
    trail: { record: (...more: TrailEvent[]) => Promise.resolve(void events.push(...more)) },
    repositories: { gitRequest: () => assert.fail("no git here") },
    place: { region, accountId, clock: systemClock },
    log: lineLog(() => undefined),
    unverified: new UnverifiedBodies(),
  };
  const arrival = {
    head: presign(head, await signerOf(admin), 60, "UNSIGNED-PAYLOAD").head,
    body: noBody(),
    origin: { kind: "host" as const, sourceIp: "127.0.0.1" },
    carries: undefined,
    signal: new AbortController().signal,
  };
  await answer(arrival, gate);
  return events;
}

test("a copy whose source was hoisted into the query is a copy", async () => {
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "source ü", Body: "the source" }));
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "target", Body: "the target" }));
  const read = async () => (await signed("GET", `/${Bucket}/target`)).text;
  const target = (source: string) => `/${Bucket}/target?X-Amz-Copy-Source=${encodeURIComponent(source)}`;
  const writer = world.userWith("writer", allowing(["s3:PutObject", "s3:ListBucket"]));
  const denied = await presigned("PUT", target(`${Bucket}/source%20%C3%BC`), "", writer);
  assert.deepEqual([denied.status, codeOf(denied), await read()], [403, "AccessDenied", "the target"]);
  const misspelt = await presigned("PUT", `/${Bucket}/target?X-Amz-Copy-Sauce=${Bucket}%2Fsource`);
  assert.deepEqual([misspelt.status, codeOf(misspelt), await read()], [501, "NotImplemented", "the target"]);
  for (const source of [`${Bucket}/source%20%C3%BC`, `/${Bucket}/source ü`]) {
    await admin.send(new s3.PutObjectCommand({ Bucket, Key: "target", Body: "the target" }));
    const copied = await presigned("PUT", target(source));
    assert.deepEqual([copied.status, await read()], [200, "the source"], copied.text);
    assert.match(copied.text, /<CopyObjectResult/);
  }
});
