import type { HttpRequestHead } from "@strongroom/wire";
import type { Random } from "./random.ts";
import type { SignedRequest } from "./signed-request.ts";

type Header = HttpRequestHead["headers"][number];

/** One way to change a signed request; undefined where this request has nothing to change that way. */
type Mutation = (request: SignedRequest, random: Random, other: SignedRequest) => SignedRequest | undefined;

/** A character of the same kind, so that the change is one of content, not of spelling. */
function otherCharacter(character: string, random: Random): string {
  const alphabet = /[0-9a-f]/.test(character) ? "0123456789abcdef" : "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-_";
  return random.pick(alphabet.split("").filter((one) => one.toLowerCase() !== character.toLowerCase()));
}

function flipped(text: string, random: Random): string | undefined {
  // Spaces and separators may be spelled in several ways that mean the same.
  const places = text.split("").flatMap((character, at) => (/[A-Za-z0-9]/.test(character) ? [at] : []));
  if (places.length === 0) return undefined;
  const at = random.pick(places);
  return text.slice(0, at) + otherCharacter(text[at] ?? "", random) + text.slice(at + 1);
}

const withHeaders = (request: SignedRequest, headers: readonly Header[]): SignedRequest => ({
  ...request,
  head: { ...request.head, headers },
});

const named = (request: SignedRequest, name: string): string | undefined =>
  request.head.headers.find(([one]) => one === name)?.[1];

function replaced(request: SignedRequest, name: string, value: string): SignedRequest {
  return withHeaders(
    request,
    request.head.headers.map(([one, old]): Header => [one, one === name ? value : old]),
  );
}

/** The name of a header; a request always has a host, so that one is left alone. */
function signedName(request: SignedRequest, random: Random): string | undefined {
  const names = request.head.headers.flatMap(([name]) => (name === "host" ? [] : [name]));
  return names.length === 0 ? undefined : random.pick(names);
}

const flipHeader: Mutation = (request, random) => {
  const [name, value] = random.pick(request.head.headers);
  const changed = flipped(value, random);
  return changed === undefined ? undefined : replaced(request, name, changed);
};

const flipHeaderName: Mutation = (request, random) => {
  const name = signedName(request, random);
  if (name === undefined) return undefined;
  const changed = flipped(name, random);
  return withHeaders(
    request,
    request.head.headers.map(([one, value]): Header => [one === name ? (changed ?? "x-y") : one, value]),
  );
};

const flipTarget: Mutation = (request, random) => {
  const target = flipped(request.head.target, random);
  return target === undefined ? undefined : { ...request, head: { ...request.head, target } };
};

const otherMethod: Mutation = (request, random) => ({
  ...request,
  head: {
    ...request.head,
    method: random.pick(["GET", "PUT", "POST", "DELETE", "HEAD"].filter((one) => one !== request.head.method)),
  },
});

const flipBody: Mutation = (request, random) => {
  if (!request.bodyIsCovered || request.parts.length === 0) return undefined;
  const at = random.below(request.parts.length);
  const part = Buffer.from(request.parts[at] ?? "");
  const byte = random.below(part.length);
  // Hexadecimal sizes and names of trailers may be written in either case.
  part[byte] = (part[byte] ?? 0) ^ (1 << random.pick([0, 1, 2, 3, 4, 6]));
  return { ...request, parts: request.parts.map((one, i) => (i === at ? part : one)) };
};

const dropHeader: Mutation = (request, random) => {
  const name = signedName(request, random);
  if (name === undefined) return undefined;
  return withHeaders(
    request,
    request.head.headers.filter(([one]) => one !== name),
  );
};

const repeatHeader: Mutation = (request, random) => {
  const header = random.pick(request.head.headers);
  const value = flipped(header[1], random) ?? header[1];
  return withHeaders(request, [...request.head.headers, [header[0], value]]);
};

const addHeader: Mutation = (request, random) => {
  const header = random.pick<Header>([
    ["x-amz-acl", "public-read"],
    ["x-amz-copy-source", "guarded/kept"],
    ["x-amz-meta-more", "more"],
    ["x-amz-security-token", "token"],
    ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
    ["x-amz-server-side-encryption", "AES256"],
    ["authorization", named(request, "authorization") ?? "AWS4-HMAC-SHA256 Credential=a"],
  ]);
  return withHeaders(request, [...request.head.headers, header]);
};

/** The values of two headers change places. */
const moveHeader: Mutation = (request, random) => {
  const [first, second] = [random.pick(request.head.headers), random.pick(request.head.headers)];
  if (first[1] === second[1]) return undefined;
  return replaced(replaced(request, first[0], second[1]), second[0], first[1]);
};

/** A header's value goes into the query, where another form of request would have it. */
const headerToQuery: Mutation = (request, random) => {
  const headers = request.head.headers.filter(([one]) => one.startsWith("x-amz-"));
  if (headers.length === 0) return undefined;
  const [name, value] = random.pick(headers);
  const target = `${request.head.target}${request.head.target.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
  const left = request.head.headers.filter(([one]) => one !== name);
  return { ...request, head: { ...request.head, target, headers: left } };
};

const addQuery: Mutation = (request, random) => {
  const pair = random.pick(["tagging", "acl", "versionId=null", "uploads", "X-Amz-Signature=0", "x-id=PutObject"]);
  const { target } = request.head;
  return { ...request, head: { ...request.head, target: `${target}${target.includes("?") ? "&" : "?"}${pair}` } };
};

const dropQuery: Mutation = (request, random) => {
  const [path = "", query] = request.head.target.split("?");
  if (query === undefined) return undefined;
  const pairs = query.split("&");
  pairs.splice(random.below(pairs.length), 1);
  return { ...request, head: { ...request.head, target: `${path}?${pairs.join("&")}` } };
};

const signatureOfAnother: Mutation = (request, _random, other) => {
  const theirs = named(other, "authorization");
  return named(request, "authorization") === undefined || theirs === undefined
    ? undefined
    : replaced(request, "authorization", theirs);
};

const tokenOfAnother: Mutation = (request, _random, other) => {
  const theirs = named(other, "x-amz-security-token") ?? "";
  if (theirs === "" || named(request, "x-amz-security-token") === theirs) return undefined;
  return named(request, "x-amz-security-token") === undefined
    ? withHeaders(request, [...request.head.headers, ["x-amz-security-token", theirs]])
    : replaced(request, "x-amz-security-token", theirs);
};

const bodyOfAnother: Mutation = (request, _random, other) =>
  request.bodyIsCovered && other.parts.length > 0 ? { ...request, parts: other.parts } : undefined;

const hasChunks = (request: SignedRequest): boolean => request.parts.length > 2;

const reorderChunks: Mutation = (request, random) => {
  if (!hasChunks(request)) return undefined;
  const parts = [...request.parts];
  const [from, to] = [random.below(parts.length), random.below(parts.length)];
  const [moved] = parts.splice(from, 1);
  if (moved !== undefined) parts.splice(to, 0, moved);
  return { ...request, parts };
};

const dropChunk: Mutation = (request, random) => {
  if (!hasChunks(request)) return undefined;
  const at = random.below(request.parts.length);
  return { ...request, parts: request.parts.filter((_, i) => i !== at) };
};

const repeatChunk: Mutation = (request, random) => {
  if (!hasChunks(request)) return undefined;
  const at = random.below(request.parts.length);
  return { ...request, parts: request.parts.flatMap((part, i) => (i === at ? [part, part] : [part])) };
};

const cutBody: Mutation = (request, random) => {
  if (!request.bodyIsCovered || request.parts.length === 0) return undefined;
  const whole = Buffer.concat(request.parts);
  return { ...request, parts: [whole.subarray(0, random.below(whole.length))] };
};

const lengthenBody: Mutation = (request) =>
  request.bodyIsCovered && request.parts.length > 0
    ? { ...request, parts: [...request.parts, Buffer.from("more")] }
    : undefined;

/** The word that says how the body is vouched for, exchanged for one that vouches for less. */
const otherMode: Mutation = (request, random) =>
  named(request, "x-amz-content-sha256") === undefined
    ? undefined
    : replaced(
        request,
        "x-amz-content-sha256",
        random.pick([
          "UNSIGNED-PAYLOAD",
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
          "STREAMING-SOMETHING-ELSE",
          "",
        ]),
      );

const fewerSignedHeaders: Mutation = (request, random) => {
  const authorization = named(request, "authorization");
  const list = /SignedHeaders=([^,]+)/.exec(authorization ?? "")?.[1]?.split(";");
  if (authorization === undefined || list === undefined) return undefined;
  const less = list.filter((_, at) => at !== random.below(list.length)).join(";");
  return replaced(request, "authorization", authorization.replace(/SignedHeaders=[^,]+/, `SignedHeaders=${less}`));
};

export const mutations: Readonly<Record<string, Mutation>> = {
  flipHeader,
  flipHeaderName,
  flipTarget,
  otherMethod,
  flipBody,
  dropHeader,
  repeatHeader,
  addHeader,
  moveHeader,
  headerToQuery,
  addQuery,
  dropQuery,
  signatureOfAnother,
  tokenOfAnother,
  bodyOfAnother,
  reorderChunks,
  dropChunk,
  repeatChunk,
  cutBody,
  lengthenBody,
  otherMode,
  fewerSignedHeaders,
};
