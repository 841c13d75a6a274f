import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { TurnableClock } from "@strongroom/server";
import { hostLacks, newRole, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { ChunkSigner, presign, signRequest, type HttpRequestHead, type Signer } from "@strongroom/wire";
import { hostOf, sendRaw, sha256, signerOf, type RawAnswer } from "./raw-request.ts";

const Bucket = "guarded";
const minuteMs = 60_000;

describe("requests that are not what their signer signed", { skip: await hostLacks() }, () => {
  const start = new Date();
  const clock = new TurnableClock(start);
  let house: TestHouse;
  let session: Clients;
  let other: Clients;
  before(async () => {
    house = await startHouse({ clock });
    await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
    await house.clients.s3.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "kept" }));
    const allowed = [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] as const;
    session = await (await newRole(house.clients, "writer", allowed)).assume();
    other = await (await newRole(house.clients, "other-writer", allowed)).assume();
  });
  after(async () => {
    session[Symbol.dispose]();
    other[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const signer = (over: Partial<Signer> = {}) =>
    signerOf(house.place, house.clients.credentials, { now: start, ...over });
  const put = (key: string, headers: readonly (readonly [string, string])[] = []): HttpRequestHead => ({
    method: "PUT",
    target: `/${Bucket}/${key}`,
    headers: [["host", hostOf(house.place)], ...headers],
  });
  const send = (head: HttpRequestHead, body?: string | Uint8Array) => sendRaw(house.place, head, body);
  /** The same, as the server has it so many minutes later. */
  const later = async (minutes: number, head: HttpRequestHead, body = "body"): Promise<RawAnswer> => {
    clock.advance(minutes * minuteMs);
    const answer = await send(head, body);
    clock.turnTo(start);
    return answer;
  };
  const signed = (over?: Partial<Signer>, body = "body", head = put("new")) =>
    signRequest(head, signer(over), sha256(body)).head;

  /** Refused with this code, and nothing was stored by it. */
  async function refused(answer: RawAnswer, code: string | RegExp, why: string): Promise<void> {
    assert.ok(answer.status >= 400 || answer.status === 0, `${why}: HTTP ${answer.status}`);
    if (code instanceof RegExp) assert.match(answer.code, code, `${why}: ${answer.text}`);
    else assert.equal(answer.code, code, `${why}: ${answer.text}`);
    const { Contents } = await house.clients.s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["kept"],
      why,
    );
  }

  test("the same request, untouched, is answered", async () => {
    assert.equal((await send(signed(), "body")).status, 200);
    const gone = signRequest({ ...put("new"), method: "DELETE" }, signer(), sha256("")).head;
    assert.equal((await send(gone)).status, 204);
    assert.equal((await send(signed({ ...session.credentials }), "body")).status, 200);
    assert.equal((await send(gone)).status, 204);
  });

  test("unsigned", async () => {
    await refused(await send(put("new"), "body"), "AccessDenied", "S3");
    for (const target of ["TrentService.CreateKey", "SageMaker.ListTrainingJobs", "Strongroom.VerifyAudit"]) {
      const head = {
        method: "POST",
        target: "/",
        headers: [
          ["host", hostOf(house.place)],
          ["content-type", "application/x-amz-json-1.1"],
          ["x-amz-target", target],
        ] as const,
      };
      await refused(await send(head, "{}"), /^(MissingAuthenticationTokenException|AccessDenied)$/, target);
    }
  });

  test("replayed after its window, or signed for the future", async () => {
    const request = signed();
    await refused(await later(16, request), "RequestTimeTooSkewed", "16 minutes later");
    await refused(await later(-16, request), "RequestTimeTooSkewed", "16 minutes ahead");
  });

  test("changed on the way: method, path, query, header", async () => {
    const meant = signed({}, "body", put("new", [["x-amz-meta-by", "ada"]]));
    const changes: [string, HttpRequestHead][] = [
      ["method", { ...meant, method: "DELETE" }],
      ["path", { ...meant, target: `/${Bucket}/kept` }],
      ["path that reads the same", { ...meant, target: `/${Bucket}//new` }],
      ["query", { ...meant, target: `${meant.target}?tagging` }],
      ["header", { ...meant, headers: meant.headers.map(([n, v]) => (n === "x-amz-meta-by" ? [n, "eve"] : [n, v])) }],
      ["host", { ...meant, headers: meant.headers.map(([n, v]) => (n === "host" ? [n, "other"] : [n, v])) }],
      ["a header less", { ...meant, headers: meant.headers.filter(([name]) => name !== "x-amz-meta-by") }],
      ["a header more", { ...meant, headers: [...meant.headers, ["x-amz-copy-source", `${Bucket}/kept`]] }],
    ];
    for (const [what, head] of changes) await refused(await send(head, "body"), "SignatureDoesNotMatch", what);
  });

  test("another body, a longer one, a shorter one", async () => {
    await refused(await send(signed(), "BODY"), "XAmzContentSHA256Mismatch", "another");
    await refused(await send(signed(), "body and more"), "XAmzContentSHA256Mismatch", "longer");
    await refused(await send(signed(), "bod"), "XAmzContentSHA256Mismatch", "shorter");
    const declared = (length: number) => signed({}, "body", put("new", [["content-length", String(length)]]));
    await refused(await send(declared(10), "body"), "", "declared longer than sent");
    await refused(await send(declared(2), "body"), /^(XAmzContentSHA256Mismatch|)$/, "declared shorter than sent");
  });

  test("signed chunks: changed, swapped, cut off, or of another length than declared", async () => {
    const chunked = (decodedLength: number) => {
      const head = put("new", [
        ["content-encoding", "aws-chunked"],
        ["x-amz-decoded-content-length", String(decodedLength)],
      ]);
      const whole = signRequest(head, signer(), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
      const chunks = new ChunkSigner(whole, signer());
      const one = chunks.chunk(Buffer.alloc(8192, "a"));
      const two = chunks.chunk(Buffer.alloc(8192, "b"));
      const end = Buffer.concat([chunks.chunk(Buffer.alloc(0)), Buffer.from("\r\n")]);
      return { head: whole.head, one, two, end };
    };
    const { head, one, two, end } = chunked(16_384);
    const changed = Buffer.from(two);
    changed[changed.length - 10] = "c".charCodeAt(0);
    const wrong =
      /^(SignatureDoesNotMatch|IncompleteBody|InvalidRequest|InvalidArgument|MalformedTrailerError|InvalidChunkSizeError)$/;
    await refused(await send(head, Buffer.concat([one, changed, end])), "SignatureDoesNotMatch", "changed");
    await refused(await send(head, Buffer.concat([two, one, end])), "SignatureDoesNotMatch", "swapped");
    await refused(await send(head, Buffer.concat([one, end])), wrong, "one left out");
    await refused(await send(head, Buffer.concat([one, two])), wrong, "no end");
    await refused(await send(head, Buffer.concat([one, two.subarray(0, 100)])), wrong, "cut off");
    const less = chunked(10);
    await refused(await send(less.head, Buffer.concat([less.one, less.two, less.end])), wrong, "declared shorter");
    const more = chunked(20_000);
    await refused(await send(more.head, Buffer.concat([more.one, more.two, more.end])), wrong, "declared longer");
  });

  test("an unsigned body with another checksum in its trailer", async () => {
    const head = put("new", [
      ["content-encoding", "aws-chunked"],
      ["x-amz-decoded-content-length", "4"],
      ["x-amz-trailer", "x-amz-checksum-crc32"],
    ]);
    const whole = signRequest(head, signer(), "STREAMING-UNSIGNED-PAYLOAD-TRAILER").head;
    const body = (crc: string) => `4\r\nbody\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;
    await refused(await send(whole, body("AAAAAA==")), "BadDigest", "another checksum");
    await refused(await send(whole, "4\r\nbody\r\n0\r\n\r\n"), /./, "no checksum");
  });

  test("session tokens: forged, another session's, left out, or with a key that has none", async () => {
    const { sessionToken: token = "", ...key } = session.credentials;
    const theirs = other.credentials.sessionToken ?? "";
    const at = Math.floor(token.length / 2);
    const forged = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    const code = /^(InvalidToken|SignatureDoesNotMatch|InvalidAccessKeyId)$/;
    await refused(await send(signed({ ...key, sessionToken: forged }), "body"), code, "forged");
    await refused(await send(signed({ ...key, sessionToken: theirs }), "body"), code, "another session's");
    await refused(await send(signed({ ...key, sessionToken: "" }), "body"), code, "empty");
    await refused(await send(signed(key), "body"), code, "left out");
    await refused(await send(signed({ sessionToken: token }), "body"), code, "with the administrator's key");
    const late = signed({ ...session.credentials, now: new Date(start.getTime() + 61 * minuteMs) });
    await refused(await later(61, late), "ExpiredToken", "after its end");
  });

  test("another's secret, and a key that nobody has, are told alike", async () => {
    using someone = await newUser(house.clients, "someone");
    const { secretAccessKey } = someone.credentials;
    const wrongSecret = await send(signed({ secretAccessKey }), "body");
    await refused(wrongSecret, "SignatureDoesNotMatch", "another's secret");
    const noSuchKey = await send(signed({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" }), "body");
    await refused(noSuchKey, "SignatureDoesNotMatch", "no such key");
    const message = (answer: RawAnswer) => /<Message>[^<]*<\/Message>/.exec(answer.text)?.[0];
    assert.equal(message(noSuchKey), message(wrongSecret));
    // The stand-in that a missing key is verified with opens nothing either.
    const standIn = signed({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "0".repeat(40) });
    await refused(await send(standIn, "body"), "SignatureDoesNotMatch", "the stand-in");
  });

  test("a scope of another region, service or day", async () => {
    await refused(await send(signed({ region: "eu-central-1" }), "body"), "AuthorizationHeaderMalformed", "region");
    await refused(await send(signed({ service: "kms" }), "body"), /./, "service");
    const whole = signed();
    const day = start.toISOString().slice(0, 10).replaceAll("-", "");
    const headers = whole.headers.map(([n, v]) => [n, v.replace(`/${day}/`, "/20200101/")] as const);
    await refused(await send({ ...whole, headers }, "body"), "AuthorizationHeaderMalformed", "day");
  });

  test("two hosts, two signatures", async () => {
    const whole = signed();
    const twice = { ...whole, headers: [...whole.headers, ["host", "other"] as const] };
    await refused(await send(twice, "body"), /^(AuthorizationHeaderMalformed|)$/, "two hosts");
    const inQuery = presign(put("new"), signer(), 60, "UNSIGNED-PAYLOAD").head;
    const both = { ...inQuery, headers: [...inQuery.headers, ...whole.headers.filter(([name]) => name !== "host")] };
    await refused(await send(both, "body"), "AuthorizationHeaderMalformed", "header and query");
  });

  test("presigned addresses: expired, prolonged, turned to something else, or good for too long", async () => {
    const get: HttpRequestHead = { ...put("kept"), method: "GET" };
    const address = (expiresSeconds: number) => presign(get, signer(), expiresSeconds, "UNSIGNED-PAYLOAD").head;
    assert.equal((await send(address(60))).text, "kept");
    const minute = address(60);
    await refused(await later(2, minute, ""), "AccessDenied", "expired");
    const prolonged = { ...minute, target: minute.target.replace("X-Amz-Expires=60", "X-Amz-Expires=3600") };
    await refused(await later(2, prolonged, ""), "SignatureDoesNotMatch", "prolonged");
    await refused(await send({ ...minute, method: "DELETE" }), "SignatureDoesNotMatch", "another method");
    const elsewhere = { ...minute, target: minute.target.replace("/kept?", "/other?") };
    await refused(await send(elsewhere), "SignatureDoesNotMatch", "another key");
    const further = { ...minute, target: `${minute.target}&versionId=null` };
    await refused(await send(further), "SignatureDoesNotMatch", "another version");
    await refused(await send(address(604_801)), /^Authorization/, "more than seven days");
  });

  test("keys that look like paths are keys, and reach no file", async () => {
    const keys = ["../../escape", "..", "/absolute", "a/../../b", ".", "a//b", "nul\u0001"];
    for (const Key of keys) {
      const target = `/${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
      const head = signRequest({ ...put(""), target }, signer(), sha256(Key)).head;
      assert.equal((await send(head, Key)).status, 200, Key);
    }
    for (const Key of keys) {
      const target = `/${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
      const read = signRequest({ ...put(""), method: "GET", target }, signer(), sha256("")).head;
      assert.equal((await send(read)).text, Key);
    }
    const kept = await house.clients.s3.send(new GetObjectCommand({ Bucket, Key: "kept" }));
    assert.equal(await kept.Body?.transformToString(), "kept");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
