import { canonicalRequest, percentEncode, type PathStyle } from "./canonical.ts";
import type { HttpRequestHead } from "../http.ts";
import { splitTarget } from "./request-head.ts";
import { algorithm, scopeText, sha256Hex, signatureOf, signingKey, type Scope } from "./signing-key.ts";
import { timestampOf } from "./timestamp.ts";

/**
 * The client's half of SigV4, for tests and for what the server itself presigns. It signs the head as
 * it is given; the caller has put Host and every other header in.
 */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
  readonly now: Date;
  readonly pathStyle: PathStyle;
}

export interface Signed {
  readonly head: HttpRequestHead;
  readonly signature: string;
  readonly signingKey: Uint8Array;
}

const neverSigned = new Set(["authorization", "user-agent", "expect", "connection", "transfer-encoding"]);

/** Signs in the header form. `payloadHash` is the hash or the sentinel word; S3 wants it as a header too. */
export function signRequest(head: HttpRequestHead, signer: Signer, payloadHash: string): Signed {
  const timestamp = timestampOf(signer.now);
  const headers: [string, string][] = head.headers.map(([name, value]) => [name, value]);
  headers.push(["x-amz-date", timestamp], ["x-amz-content-sha256", payloadHash]);
  if (signer.sessionToken !== undefined) headers.push(["x-amz-security-token", signer.sessionToken]);
  const signedHeaders = namesToSign(headers);
  const scope = scopeOf(signer, timestamp);
  const target = splitTarget(head.target) ?? { path: head.target, query: [] };
  const canonical = canonicalRequest(
    { ...head, headers },
    { ...target, pathStyle: signer.pathStyle, signedHeaders, payloadHash },
  );
  const key = signingKey(signer.secretAccessKey, scope);
  const signature = signatureOf(key, [algorithm, timestamp, scopeText(scope), sha256Hex(canonical)].join("\n"));
  const authorization = `${algorithm} Credential=${signer.accessKeyId}/${scopeText(scope)}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return { head: { ...head, headers: [...headers, ["authorization", authorization]] }, signature, signingKey: key };
}

/** Signs in the query form, good for `expiresSeconds`. */
export function presign(head: HttpRequestHead, signer: Signer, expiresSeconds: number, payloadHash: string): Signed {
  const timestamp = timestampOf(signer.now);
  const scope = scopeOf(signer, timestamp);
  const signedHeaders = namesToSign(head.headers);
  const added: [string, string][] = [
    ["X-Amz-Algorithm", algorithm],
    ["X-Amz-Credential", percentEncode(`${signer.accessKeyId}/${scopeText(scope)}`)],
    ["X-Amz-Date", timestamp],
    ["X-Amz-Expires", String(expiresSeconds)],
    ["X-Amz-SignedHeaders", percentEncode(signedHeaders.join(";"))],
  ];
  if (signer.sessionToken !== undefined) added.push(["X-Amz-Security-Token", percentEncode(signer.sessionToken)]);
  const target = splitTarget(head.target) ?? { path: head.target, query: [] };
  const query = [...target.query, ...added];
  const canonical = canonicalRequest(head, {
    path: target.path,
    query,
    pathStyle: signer.pathStyle,
    signedHeaders,
    payloadHash,
  });
  const key = signingKey(signer.secretAccessKey, scope);
  const signature = signatureOf(key, [algorithm, timestamp, scopeText(scope), sha256Hex(canonical)].join("\n"));
  const pairs = [...query, ["X-Amz-Signature", signature]].map((pair) => pair.join("="));
  return { head: { ...head, target: `${target.path}?${pairs.join("&")}` }, signature, signingKey: key };
}

/** Frames and signs a body in chunks; `trailer` adds a signed checksum trailer. */
export class ChunkSigner {
  readonly #signed: Signed;
  readonly #timestamp: string;
  readonly #scope: Scope;
  #previous: string;

  constructor(signed: Signed, signer: Signer) {
    this.#signed = signed;
    this.#timestamp = timestampOf(signer.now);
    this.#scope = scopeOf(signer, this.#timestamp);
    this.#previous = signed.signature;
  }

  /** One chunk without its closing line where it is the last (empty) one. */
  chunk(data: Uint8Array): Buffer {
    const signature = this.#sign("PAYLOAD", [sha256Hex(""), sha256Hex(data)]);
    const header = Buffer.from(`${data.length.toString(16)};chunk-signature=${signature}\r\n`, "latin1");
    return data.length === 0 ? header : Buffer.concat([header, data, Buffer.from("\r\n")]);
  }

  trailer(name: string, value: string): Buffer {
    const signature = this.#sign("TRAILER", [sha256Hex(`${name}:${value}\n`)]);
    return Buffer.from(`${name}:${value}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`, "latin1");
  }

  #sign(what: "PAYLOAD" | "TRAILER", hashes: readonly string[]): string {
    const lines = [`${algorithm}-${what}`, this.#timestamp, scopeText(this.#scope), this.#previous, ...hashes];
    this.#previous = signatureOf(this.#signed.signingKey, lines.join("\n"));
    return this.#previous;
  }
}

function scopeOf(signer: Signer, timestamp: string): Scope {
  return { date: timestamp.slice(0, 8), region: signer.region, service: signer.service };
}

function namesToSign(headers: readonly (readonly [string, string])[]): string[] {
  return [...new Set(headers.map(([name]) => name))].filter((name) => !neverSigned.has(name)).sort();
}
