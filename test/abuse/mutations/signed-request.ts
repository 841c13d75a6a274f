import { createHash } from "node:crypto";
import type { Credentials, Place } from "@strongroom/testkit";
import { checksum, ChunkSigner, presign, signRequest, type HttpRequestHead } from "@strongroom/wire";
import { hostOf, sha256, signerOf } from "../raw-request.ts";

/** A request as its signer made it; the parts of a body that is signed in pieces stand apart. */
export interface SignedRequest {
  readonly form: Form;
  readonly head: HttpRequestHead;
  readonly parts: readonly Buffer[];
  /** Whether anything vouches for the body's bytes. */
  readonly bodyIsCovered: boolean;
}

export const forms = [
  "header",
  "header with a token",
  "list",
  "presigned get",
  "presigned put",
  "signed chunks",
  "signed chunks and trailer",
  "unsigned chunks and trailer",
  "unsigned payload",
  "json",
  "form",
] as const;
export type Form = (typeof forms)[number];

export interface Signing {
  readonly place: Place;
  readonly credentials: Credentials;
  readonly session: Credentials;
  readonly bucket: string;
}

/** What the requests carry; no character of it means the same when it is changed. */
const body = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz".repeat(20));
const chunkBytes = 240;

/** A signed request of this form; every one of them is allowed, and answered, as it stands. */
export function signedRequest(form: Form, signing: Signing): SignedRequest {
  const { place, bucket } = signing;
  const credentials = /token|chunks|presigned/.test(form) ? signing.session : signing.credentials;
  const signer = signerOf(place, credentials);
  const host = ["host", hostOf(place)] as const;
  const meta = ["x-amz-meta-purpose", "training-set"] as const;
  const put = (more: readonly (readonly [string, string])[] = []): HttpRequestHead => ({
    method: "PUT",
    target: `/${bucket}/mutated/object`,
    headers: [host, meta, ...more],
  });
  switch (form) {
    case "header":
    case "header with a token":
      return covered(form, signRequest(put(), signer, sha256(body)).head, [body]);
    case "list": {
      const target = `/${bucket}?list-type=2&prefix=kept&max-keys=5`;
      return covered(form, signRequest({ method: "GET", target, headers: [host] }, signer, sha256("")).head, []);
    }
    case "presigned get": {
      const get = { method: "GET", target: `/${bucket}/kept?response-content-type=text`, headers: [host] };
      return uncovered(form, presign(get, signer, 600, "UNSIGNED-PAYLOAD").head, []);
    }
    case "presigned put":
      return uncovered(form, presign(put(), signer, 600, "UNSIGNED-PAYLOAD").head);
    case "unsigned payload":
      return uncovered(form, signRequest(put(), signer, "UNSIGNED-PAYLOAD").head);
    case "signed chunks":
    case "signed chunks and trailer":
    case "unsigned chunks and trailer":
      return chunked(form, put, signing);
    case "json": {
      const headers = [
        host,
        ["content-type", "application/x-amz-json-1.1"],
        ["x-amz-target", "TrentService.ListKeys"],
      ] as const;
      return service(form, "kms", { method: "POST", target: "/", headers }, '{"Limit":7}', signing);
    }
    case "form": {
      const headers = [host, ["content-type", "application/x-www-form-urlencoded"]] as const;
      const text = "Action=ListUsers&Version=2010-05-08&MaxItems=7";
      return service(form, "iam", { method: "POST", target: "/", headers }, text, signing);
    }
  }
}

function service(form: Form, name: string, head: HttpRequestHead, text: string, signing: Signing): SignedRequest {
  const signer = signerOf(signing.place, signing.credentials, { service: name, pathStyle: "normalized" });
  return covered(form, signRequest(head, signer, sha256(text)).head, [Buffer.from(text)]);
}

function chunked(
  form: Form,
  put: (more: readonly (readonly [string, string])[]) => HttpRequestHead,
  { place, session }: Signing,
): SignedRequest {
  const signer = signerOf(place, session);
  const trailer = form.endsWith("trailer");
  const isSigned = form.startsWith("signed");
  const mode = `STREAMING-${isSigned ? "AWS4-HMAC-SHA256" : "UNSIGNED"}-PAYLOAD${trailer ? "-TRAILER" : ""}`;
  const head = put([
    ["content-encoding", "aws-chunked"],
    ["x-amz-decoded-content-length", String(body.length)],
    ...(trailer ? [["x-amz-trailer", "x-amz-checksum-crc32"] as const] : []),
  ]);
  const signed = signRequest(head, signer, mode);
  const chunks = new ChunkSigner(signed, signer);
  const plain = (data: Buffer) =>
    Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from(data.length > 0 ? "\r\n" : "")]);
  const pieces = Array.from({ length: body.length / chunkBytes }, (_, i) =>
    // No two of them are alike: in unsigned chunks, alike ones could change places unseen.
    Buffer.from(body.subarray(i * chunkBytes, (i + 1) * chunkBytes).map((byte, at) => (at === 0 ? 65 + i : byte))),
  );
  const parts = [...pieces, Buffer.alloc(0)].map((piece) => (isSigned ? chunks.chunk(piece) : plain(piece)));
  const running = checksum("crc32");
  for (const piece of pieces) running.update(piece);
  const crc = Buffer.from(running.digest()).toString("base64");
  if (!trailer) parts.push(Buffer.from("\r\n"));
  else if (isSigned) parts.push(chunks.trailer("x-amz-checksum-crc32", crc));
  else parts.push(Buffer.from(`x-amz-checksum-crc32:${crc}\r\n\r\n`));
  return covered(form, signed.head, parts);
}

const covered = (form: Form, head: HttpRequestHead, parts: readonly Buffer[]): SignedRequest => ({
  form,
  head,
  parts,
  bodyIsCovered: true,
});
const uncovered = (form: Form, head: HttpRequestHead, parts = [body]): SignedRequest => ({
  form,
  head,
  parts,
  bodyIsCovered: false,
});

/** A digest of everything that a request says, to tell a change that changes nothing. */
export function fingerprint({ head, parts }: SignedRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([head.method, head.target, [...head.headers].sort()]))
    .update(Buffer.concat(parts))
    .digest("hex");
}
