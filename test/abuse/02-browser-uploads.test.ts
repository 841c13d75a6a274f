import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { TurnableClock } from "@strongroom/server";
import { hostLacks, newRole, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { hostOf, sendRaw, type RawAnswer } from "./raw-request.ts";

const Bucket = "uploads";
const oneTag = "<Tagging><TagSet><Tag><Key>a b</Key><Value>1+1=2/@</Value></Tag></TagSet></Tagging>";

/** The signing package brings a client of its own, of the same shape. */
type Signing = Parameters<typeof createPresignedPost>[0];

type Fields = Record<string, string>;

describe("uploads by a browser's form", { skip: await hostLacks() }, () => {
  const start = new Date();
  const clock = new TurnableClock(start);
  let house: TestHouse;
  let session: Clients;
  let other: Clients;
  before(async () => {
    house = await startHouse({ clock });
    for (const name of [Bucket, "elsewhere"]) await house.clients.s3.send(new CreateBucketCommand({ Bucket: name }));
    const allowed = [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] as const;
    session = await (await newRole(house.clients, "uploader", allowed)).assume();
    other = await (await newRole(house.clients, "other-uploader", allowed)).assume();
  });
  after(async () => {
    session[Symbol.dispose]();
    other[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const presigned = (over: Partial<PresignedPostOptions> = {}, by = house.clients) => {
    const client: unknown = by.s3;
    return createPresignedPost(client as Signing, { Bucket, Key: "new/report.csv", Expires: 600, ...over });
  };

  /** A form with its policy as signed by somebody who leaves to the signing package nothing of what it says. */
  function signed(fields: Fields, conditions: readonly object[]): PresignedPost {
    const { accessKeyId, secretAccessKey } = house.clients.credentials;
    const timestamp = start.toISOString().replace(/[-:]|\.\d{3}/g, "");
    const scope = [timestamp.slice(0, 8), house.place.region, "s3", "aws4_request"];
    const signing = {
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": [accessKeyId, ...scope].join("/"),
      "x-amz-date": timestamp,
    };
    const expiration = new Date(start.getTime() + 600_000).toISOString();
    const all = [...conditions, ...Object.entries(signing).map(([name, value]) => ({ [name]: value }))];
    const policy = Buffer.from(JSON.stringify({ expiration, conditions: all })).toString("base64");
    const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
    const signature = hmac(scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`), policy);
    return { url: "", fields: { ...fields, ...signing, policy, "x-amz-signature": signature.toString("hex") } };
  }

  /** The form as a browser sends it: the fields, then the file. */
  async function formOf(fields: Fields, file = "a,b\n1,2\n", fileName = "report.csv"): Promise<[string, Buffer]> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([file]), fileName);
    const encoded = new Response(form);
    return [encoded.headers.get("content-type") ?? "", Buffer.from(await encoded.arrayBuffer())];
  }
  const post = (type: string, body: Buffer, target = `/${Bucket}`): Promise<RawAnswer> =>
    sendRaw(
      house.place,
      {
        method: "POST",
        target,
        headers: [
          ["host", hostOf(house.place)],
          ["content-type", type],
        ],
      },
      body,
    );
  const upload = async ({ fields }: PresignedPost, over: Fields = {}, file?: string, target?: string) =>
    await post(...(await formOf({ ...fields, ...over }, file)), target);

  const keys = async (): Promise<string[]> =>
    (await house.clients.s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key ?? "") ?? [];
  /** Refused with this code, and nothing was stored by it. */
  async function refused(answer: RawAnswer, code: string | RegExp, why: string, before: readonly string[] = []) {
    assert.ok(answer.status >= 400, `${why}: HTTP ${answer.status}`);
    assert.match(answer.code, typeof code === "string" ? new RegExp(`^${code}$`) : code, `${why}: ${answer.text}`);
    assert.deepEqual(await keys(), before, why);
  }

  test("a signed policy that breaks: each of its conditions, and what it does not speak of", async () => {
    const plain = await presigned();
    await refused(await upload(plain, { key: "other" }), "AccessDenied", "another key");
    await refused(await upload(plain, {}, undefined, "/elsewhere"), "AccessDenied", "another bucket");
    const anywhere = signed({ key: "new/report.csv" }, [{ key: "new/report.csv" }]);
    const nowhere = await upload(anywhere);
    await refused(nowhere, "AccessDenied", "a policy that names no bucket");
    assert.match(nowhere.text, /<Message>Invalid according to Policy: Extra input fields: bucket<\/Message>/);
    await refused(await upload(plain, { "x-amz-meta-by": "eve" }), "AccessDenied", "a field that nobody vouched for");
    const typed = await presigned({ Conditions: [["starts-with", "$Content-Type", "text/"]] });
    await refused(await upload(typed, { "Content-Type": "image/png" }), "AccessDenied", "another type");
    await refused(await upload(typed, { "Content-Type": "text/csv,image/png" }), "AccessDenied", "one type of two");
    await refused(await upload(typed), "AccessDenied", "no type");
    const sized = await presigned({ Conditions: [["content-length-range", 4, 9]] });
    await refused(await upload(sized, {}, "0123456789"), "EntityTooLarge", "a byte more");
    await refused(await upload(sized, {}, "012"), "EntityTooSmall", "a byte less");
    const twice = await presigned({
      Conditions: [
        ["content-length-range", 0, 90],
        ["content-length-range", 0, 5],
      ],
    });
    await refused(await upload(twice, {}, "0123456789"), "EntityTooLarge", "within one range of two");
    // Beyond what a busy machine took until the form was signed, and within the skew that signatures may have.
    clock.advance(850_000);
    await refused(await upload(plain), "AccessDenied", "expired");
    clock.turnTo(start);
  });

  test("a policy, signature or credential that was changed", async () => {
    const plain = await presigned();
    const { Policy = "" } = plain.fields;
    const wider = JSON.parse(Buffer.from(Policy, "base64").toString()) as { conditions: unknown[] };
    wider.conditions = [["starts-with", "$key", ""], { bucket: Bucket }];
    const changed = Buffer.from(JSON.stringify(wider)).toString("base64");
    await refused(await upload(plain, { Policy: changed }), "SignatureDoesNotMatch", "another policy");
    await refused(
      await upload(plain, { Policy: `${Policy.slice(0, -4)}AAAA` }),
      /SignatureDoesNotMatch|InvalidPolicyDocument/,
      "its end",
    );
    const signature = plain.fields["X-Amz-Signature"] ?? "";
    const flipped = `${signature.startsWith("0") ? "1" : "0"}${signature.slice(1)}`;
    await refused(await upload(plain, { "X-Amz-Signature": flipped }), "SignatureDoesNotMatch", "signature");
    await refused(await upload(plain, { "X-Amz-Signature": "" }), "AuthorizationHeaderMalformed", "no signature");
    const credential = plain.fields["X-Amz-Credential"] ?? "";
    const key = house.clients.credentials.accessKeyId;
    for (const [what, value] of [
      ["nobody's key", credential.replace(key, "AKIAIOSFODNN7EXAMPLE")],
      ["another's key", credential.replace(key, session.credentials.accessKeyId)],
    ] as const) {
      await refused(await upload(plain, { "X-Amz-Credential": value }), /SignatureDoesNotMatch|InvalidToken/, what);
    }
    for (const part of ["us-east-1", "s3", "aws4_request"]) {
      const value = credential.replace(`/${part}`, "/other");
      await refused(await upload(plain, { "X-Amz-Credential": value }), "AuthorizationHeaderMalformed", part);
    }
    // Signed with the text that stands in for the secret of a key which does not exist.
    const stand = createHmac("sha256", "0".repeat(40)).update(Policy).digest("hex");
    await refused(await upload(plain, { "X-Amz-Signature": stand }), "SignatureDoesNotMatch", "the stand-in");
  });

  test("unsigned, or signed in the old way", async () => {
    const { fields } = await presigned();
    const bare = { key: fields["key"] ?? "" };
    await refused(await post(...(await formOf(bare))), "AccessDenied", "no policy");
    const old = { ...bare, policy: fields["Policy"] ?? "", AWSAccessKeyId: "AKIAIOSFODNN7EXAMPLE", signature: "x" };
    await refused(await post(...(await formOf(old))), "InvalidRequest", "Signature Version 2");
  });

  test("session tokens: another's, forged, left out", async () => {
    const mine = await presigned({}, session);
    const token = mine.fields["X-Amz-Security-Token"] ?? "";
    assert.ok(token.length > 50);
    const theirs = other.credentials.sessionToken ?? "";
    const wrong = /^(SignatureDoesNotMatch|InvalidToken|AccessDenied)$/;
    await refused(await upload(mine, { "X-Amz-Security-Token": theirs }), wrong, "another's");
    const at = Math.floor(token.length / 2);
    const forged = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    await refused(await upload(mine, { "X-Amz-Security-Token": forged }), wrong, "forged");
    await refused(await upload(mine, { "X-Amz-Security-Token": "" }), wrong, "empty");
    const without = Object.fromEntries(Object.entries(mine.fields).filter(([name]) => !name.endsWith("-Token")));
    await refused(await upload({ ...mine, fields: without }), wrong, "left out");
    const ours = await presigned();
    await refused(await upload(ours, { "X-Amz-Security-Token": token }), wrong, "with a key that has none");
  });

  test("forms that are not what they should be", async () => {
    const plain = await presigned();
    const [type, body] = await formOf(plain.fields);
    await refused(await post(type, body.subarray(0, body.length - 20)), "MalformedPOSTRequest", "broken off");
    await refused(
      await post(type, body.subarray(0, body.length - 60)),
      "MalformedPOSTRequest",
      "broken off in the file",
    );
    await refused(await post(type.replace(/boundary=.*/, "boundary=other"), body), /./, "another boundary");
    await refused(await post("multipart/form-data; x=1", body), "MalformedPOSTRequest", "no boundary");
    const form = new FormData();
    for (const [name, value] of Object.entries(plain.fields)) form.append(name, value);
    const fileless = new Response(form);
    const bytes = Buffer.from(await fileless.arrayBuffer());
    const none = await post(fileless.headers.get("content-type") ?? "", bytes);
    await refused(none, "IncorrectNumberOfFilesInPostRequest", "no file");
    form.append("key", "again");
    form.append("file", new Blob(["x"]), "x");
    const doubled = new Response(form);
    const twice = await post(doubled.headers.get("content-type") ?? "", Buffer.from(await doubled.arrayBuffer()));
    await refused(twice, "MalformedPOSTRequest", "a key twice");
    const wide = await upload(plain, { "x-ignore-much": "x".repeat(30_000) });
    await refused(wide, "MaxPostPreDataLengthExceededError", "too much before the file");
    const long = await formOf(plain.fields, "x", "n".repeat(1025));
    await refused(await post(...long), "MaxPostPreDataLengthExceededError", "a file's name longer than any key");
    const cut = await formOf(plain.fields, "x", `${"n".repeat(20_000)}/report.csv`);
    await refused(await post(...cut), "MaxPostPreDataLengthExceededError", "a longer path than is read");
    const nameless = Buffer.from("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n");
    await refused(await post("multipart/form-data; boundary=b", nameless), "MalformedPOSTRequest", "no name");
    const parts = Buffer.from("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(300));
    const endless = await post("multipart/form-data; boundary=b", Buffer.concat([parts, Buffer.from("--b--\r\n")]));
    await refused(endless, "MaxPostPreDataLengthExceededError", "more parts than fields");
    const before = Buffer.concat([Buffer.from("--b\r\nX: y\r\n\r\n"), Buffer.alloc(400_000, "x")]);
    await refused(
      await post("multipart/form-data; boundary=b", before),
      "MaxPostPreDataLengthExceededError",
      "much that is no field",
    );
    const unsupported = await presigned({ Fields: { "x-amz-grant-read": "id=1" } });
    await refused(await upload(unsupported), "NotImplemented", "a field that is not supported");
    for (const field of ["x-amz-meta-a b", "x-amz-meta-ü", "x-amz-meta-a:b"]) {
      const nameless = await presigned({ Fields: { [field]: "1" } });
      await refused(await upload(nameless), "InvalidArgument", `${field}: no name of a header`);
    }
    for (const field of ["x-amz-meta-by", "Content-Disposition", "Cache-Control"]) {
      const controls = await presigned({ Fields: { [field]: "a\u007fb" } });
      await refused(await upload(controls), "InvalidArgument", `${field}: a control character`);
    }
    for (const tagging of [
      "<Tagging/>",
      "team=credit",
      "<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>",
    ]) {
      await refused(await upload(await presigned({ Fields: { tagging } })), "MalformedXML", tagging);
    }
    const policies = [
      "not json",
      "{}",
      '{"expiration":"tomorrow","conditions":[]}',
      '{"expiration":"2099-01-01T00:00:00Z"}',
      `{"expiration":"2099-01-01T00:00:00Z","conditions":[${"[".repeat(7000)}${"]".repeat(7000)}]}`,
    ];
    for (const policy of policies) {
      const text = Buffer.from(policy).toString("base64");
      await refused(await upload(plain, { Policy: text }), "InvalidPolicyDocument", policy);
    }
  });

  test("a file's name that is to be filled in many times, unsigned and signed", { timeout: 20_000 }, async () => {
    // Each would take its length squared, were what it says taken for a pattern of a replacement.
    const name = "$`".repeat(500);
    const many = { "x-amz-meta-a": `${"p".repeat(5000)}${"${filename}".repeat(100)}` };
    await refused(await post(...(await formOf(many, "x", name))), "AccessDenied", "unsigned");
    const vouched = signed({ key: "k", ...many }, [
      { key: "k" },
      { bucket: Bucket },
      ["starts-with", "$x-amz-meta-a", ""],
    ]);
    const filled = await post(...(await formOf(vouched.fields, "x", name)));
    await refused(filled, "MaxPostPreDataLengthExceededError", "longer by it than fields may be");
  });

  test("who may not put may not upload either", async () => {
    using stranger = await newUser(house.clients, "stranger");
    await refused(await upload(await presigned({}, stranger)), "AccessDenied", "a stranger");
    using reader = await newUser(house.clients, "by-header-only", [
      { Effect: "Allow", Action: "s3:PutObject", Resource: "*" },
      { Effect: "Deny", Action: "s3:*", Resource: "*", Condition: { StringEquals: { "s3:authType": "POST" } } },
    ]);
    await refused(await upload(await presigned({}, reader)), "AccessDenied", "no forms");
    using untagged = await newUser(house.clients, "without-tags", [
      { Effect: "Allow", Action: "s3:PutObject", Resource: "*" },
    ]);
    await refused(await upload(await presigned({ Fields: { tagging: oneTag } }, untagged)), "AccessDenied", "its tags");
  });

  test("what its policy allows is stored, answered as asked for, and on record", async () => {
    const good = { "x-amz-meta-by": "ada", "Content-Type": "text/csv" };
    const wrongSum = await presigned({ Fields: { ...good, "x-amz-checksum-crc32": "AAAAAA==" } });
    await refused(await upload(wrongSum), "BadDigest", "another checksum");
    const plain = await presigned({
      Key: "in/${filename}",
      Fields: good,
      Conditions: [["content-length-range", 8, 8]],
    });
    assert.equal((await upload(plain)).status, 204);
    const stored = await house.clients.s3.send(new GetObjectCommand({ Bucket, Key: "in/report.csv" }));
    assert.equal(await stored.Body?.transformToString(), "a,b\n1,2\n");
    assert.deepEqual([stored.ContentType, stored.Metadata], ["text/csv", { by: "ada" }]);
    const beyond = { "Content-Disposition": 'attachment; filename="€ü.txt"', "x-amz-meta-by": "日😀" };
    assert.equal((await upload(await presigned({ Key: "beyond", Fields: beyond }))).status, 204);
    const read = await house.clients.s3.send(new GetObjectCommand({ Bucket, Key: "beyond" }));
    assert.deepEqual(
      [read.ContentDisposition, read.Metadata?.["by"]].map((bytes) => Buffer.from(bytes ?? "", "latin1").toString()),
      Object.values(beyond),
    );
    await read.Body?.transformToString();
    const dollars = await presigned({ Key: "in/${filename}" });
    assert.equal((await post(...(await formOf(dollars.fields, "x", "C:\\data\\a$$b$&.txt")))).status, 204);
    assert.ok((await keys()).includes("in/a$$b$&.txt"), "a name is what it is");
    const created = await upload(
      await presigned({ Key: "ü & <x>", Fields: { success_action_status: "201" } }, session),
    );
    assert.equal(created.status, 201);
    assert.match(created.text, /<Bucket>uploads<\/Bucket><Key>ü &amp; &lt;x&gt;<\/Key><ETag>/);
    const there = "https://example.org/done?x=1";
    const sent = await upload(await presigned({ Fields: { success_action_redirect: there } }));
    assert.equal(sent.status, 303);
    const tagged = await presigned({ Key: "tagged", Fields: { tagging: oneTag } });
    assert.equal((await upload(tagged)).status, 204);
    const { TagSet } = await house.clients.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }));
    assert.deepEqual(TagSet, [{ Key: "a b", Value: "1+1=2/@" }]);
    const names: string[] = [];
    const lookup = { LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: "PutObject" }] };
    for await (const { Events } of paginateLookupEvents({ client: house.clients.cloudtrail }, lookup)) {
      for (const { CloudTrailEvent = "" } of Events ?? []) {
        if (/"phase":"outcome"/.test(CloudTrailEvent) && !/"errorCode"/.test(CloudTrailEvent))
          names.push(CloudTrailEvent);
      }
    }
    assert.equal(names.length, 6, "each upload is in the trail");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
