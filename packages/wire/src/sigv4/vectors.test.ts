import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";
import { payloadOf, readClaim, verifyClaim } from "./index.ts";
import type { HttpRequestHead } from "../http.ts";
import { sha256Hex } from "./signing-key.ts";

// The signing test suite of awslabs/aws-c-auth, replayed as a server sees it.
const folder = join(import.meta.dirname, "../../../../../shared/vectors/sigv4");
const missing = existsSync(folder) ? false : "the folder shared/vectors/sigv4 is not beside the checkout";
const names = missing === false ? readdirSync(folder) : [];

interface Context {
  credentials: { access_key_id: string; secret_access_key: string };
  normalize: boolean;
  omit_session_token?: boolean;
  region: string;
  service: string;
  timestamp: string;
}

/** Parses as Node's HTTP parser hands it over: one character a byte, continuation lines joined. */
function parse(text: string): { head: HttpRequestHead; body: string } {
  const end = text.indexOf("\n\n");
  const lines = (end < 0 ? text : text.slice(0, end)).replace(/\n(?=[ \t])/g, " ").split("\n");
  const requestLine = lines[0] ?? "";
  const method = requestLine.slice(0, requestLine.indexOf(" "));
  const target = requestLine.slice(method.length + 1, requestLine.lastIndexOf(" "));
  const headers = lines
    .slice(1)
    .filter((line) => line !== "")
    .map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1)];
    });
  return { head: { method, target, headers }, body: end < 0 ? "" : text.slice(end + 2) };
}

async function accepted(text: string, context: Context, unsignedSessionToken: boolean): Promise<boolean> {
  const { head, body } = parse(text);
  const claim = readClaim(head);
  if ("refused" in claim) return false;
  if (claim.accessKeyId !== context.credentials.access_key_id) return false;
  const verdict = verifyClaim(head, claim, context.credentials.secret_access_key, {
    now: new Date(context.timestamp),
    region: context.region,
    service: context.service,
    pathStyle: context.normalize ? "normalized" : "s3",
    bodySha256: sha256Hex(body),
    unsignedSessionToken,
  });
  if ("refused" in verdict) return false;
  try {
    for await (const bytes of payloadOf(claim, verdict.signingKey, oneChunk(body))) assert.ok(bytes.length > 0);
    return true;
  } catch {
    return false;
  }
}

async function* oneChunk(body: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  if (body !== "") yield Buffer.from(body, "latin1");
}

function load(name: string, form: "header" | "query"): { text: string; context: Context } {
  return {
    text: readFileSync(join(folder, name, `${form}-signed-request.txt`), "latin1"),
    context: JSON.parse(readFileSync(join(folder, name, "context.json"), "utf8")) as Context,
  };
}

test("the signing suite has its 38 cases", { skip: missing }, () => {
  assert.equal(names.length, 38);
});

for (const name of names) {
  for (const form of ["header", "query"] as const) {
    const { text, context } = load(name, form);
    const tokenUnsigned = context.omit_session_token === true;

    test(`${name} (${form}) is accepted as signed`, async () => {
      assert.ok(await accepted(text, context, tokenUnsigned));
      // A token that was added after signing is taken only where a service asks for that.
      if (tokenUnsigned) assert.ok(!(await accepted(text, context, false)));
    });

    test(`${name} (${form}) is refused after any byte of what is signed changes`, async () => {
      for (const index of signedPositions(text, tokenUnsigned)) {
        for (const bit of [1, 2, 16, 32]) {
          const changed =
            text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ bit) + text.slice(index + 1);
          if (sameMeaning(text, changed, context.normalize)) continue;
          assert.ok(
            !(await accepted(changed, context, tokenUnsigned)),
            `byte ${index} ^ ${bit}: ${JSON.stringify(changed)}`,
          );
        }
      }
    });
  }
}

/** Every byte but the protocol version, and but a token that the case leaves unsigned. */
function signedPositions(text: string, tokenUnsigned: boolean): number[] {
  const version = text.indexOf(" HTTP/1.1\n") + 1;
  const token = tokenUnsigned ? /X-Amz-Security-Token[:=]([^\n&]*)[\n&]/.exec(text) : null;
  const tokenFrom = token === null ? text.length : token.index;
  const tokenTo = tokenFrom + (token?.[0].length ?? 0);
  return Array.from({ length: text.trimEnd().length }, (_, index) => index).filter((index) => {
    if (index >= version && index < version + 8) return false;
    return index < tokenFrom || index >= tokenTo;
  });
}

/**
 * Whether two requests are one and the same to every reader: the case of header names and the blanks
 * around and between the words of a value carry no meaning in HTTP, an empty query is no query, and
 * outside S3 a path means what it normalises to.
 */
function sameMeaning(a: string, b: string, normalize: boolean): boolean {
  const plain = (text: string) => {
    const { head, body } = parse(text);
    const headers = head.headers.map(([name, value]) =>
      name === "authorization" ? [name, value] : [name, value.replace(/[ \t\r]+/g, " ").replace(/^ | $/g, "")],
    );
    const [path = "", query = "", ...more] = head.target.split("?");
    return JSON.stringify([head.method, normalize ? posix.normalize(path) : path, query, more, headers, body]);
  };
  return plain(a) === plain(b);
}
