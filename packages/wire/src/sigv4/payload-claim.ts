import { checksumAlgorithms, type ChecksumAlgorithm } from "./checksum.ts";
import type { HttpRequestHead } from "../http.ts";
import { headerValues, type Target } from "./request-head.ts";

/**
 * How a body is vouched for. `hash-of-body` is the form of requests without `x-amz-content-sha256`
 * (boto3 outside S3): the signature covers the body's hash, so the body is read before verifying.
 */
export type PayloadMode =
  | { readonly kind: "hash"; readonly sha256: string }
  | { readonly kind: "hash-of-body" }
  | { readonly kind: "unsigned" }
  | { readonly kind: "signed-chunks"; readonly trailer: boolean }
  | { readonly kind: "unsigned-trailer" };

/** What the head says about the body beside the signature. All of it is verified. */
export interface PayloadClaim {
  readonly mode: PayloadMode;
  /** `x-amz-decoded-content-length`; always there in the chunked modes. */
  readonly decodedLength: number | undefined;
  /** Base64 digests that the head carries (`x-amz-checksum-…`, `content-md5`). */
  readonly checksums: readonly (readonly [ChecksumAlgorithm | "md5", string])[];
  /** The checksum that the trailer will carry. */
  readonly trailer: ChecksumAlgorithm | undefined;
}

/** A fault of the head, in words. */
interface PayloadFault {
  readonly fault: string;
  readonly malformed: boolean;
}

const sha256Hex = /^[0-9a-f]{64}$/;
const lengthText = /^(0|[1-9][0-9]{0,14})$/;
const checksumPrefix = "x-amz-checksum-";
/** Headers of that prefix that name a choice, not a digest. */
const checksumChoices = new Set(["algorithm", "mode", "type"]);

/** Reads the payload's claim; `declared` is what `x-amz-content-sha256` says, `otherwise` the mode without it. */
export function readPayloadClaim(
  head: HttpRequestHead,
  target: Target,
  declared: string | undefined,
  otherwise: PayloadMode,
): PayloadClaim | PayloadFault {
  const mode = declared === undefined ? otherwise : modeNamed(declared);
  if (mode === undefined)
    return { fault: "x-amz-content-sha256 is not a known payload mode or a SHA-256 in hexadecimal.", malformed: true };
  const chunked = mode.kind === "signed-chunks" || mode.kind === "unsigned-trailer";
  if (!chunked && headerValues(head, "content-encoding").some((value) => value.includes("aws-chunked"))) {
    return { fault: "aws-chunked needs a streaming payload mode in x-amz-content-sha256.", malformed: true };
  }
  const decodedLength = readDecodedLength(head);
  if (decodedLength === "malformed" || (chunked && decodedLength === undefined)) {
    return { fault: "x-amz-decoded-content-length must stand once, as a number of bytes.", malformed: true };
  }
  const trailer = readTrailer(
    head,
    mode.kind === "unsigned-trailer" || (mode.kind === "signed-chunks" && mode.trailer),
  );
  if (typeof trailer === "object") return trailer;
  const checksums = readChecksums(head, target);
  if ("fault" in checksums) return checksums;
  return { mode, decodedLength: chunked ? decodedLength : undefined, checksums, trailer };
}

function modeNamed(declared: string): PayloadMode | undefined {
  switch (declared) {
    case "UNSIGNED-PAYLOAD":
      return { kind: "unsigned" };
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
      return { kind: "signed-chunks", trailer: false };
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return { kind: "signed-chunks", trailer: true };
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return { kind: "unsigned-trailer" };
    default:
      return sha256Hex.test(declared) ? { kind: "hash", sha256: declared } : undefined;
  }
}

function readDecodedLength(head: HttpRequestHead): number | undefined | "malformed" {
  const [first, ...more] = headerValues(head, "x-amz-decoded-content-length");
  if (first === undefined) return undefined;
  return more.length === 0 && lengthText.test(first) ? Number(first) : "malformed";
}

function readTrailer(head: HttpRequestHead, expected: boolean): ChecksumAlgorithm | undefined | PayloadFault {
  const names = headerValues(head, "x-amz-trailer").flatMap((value) =>
    value.split(",").map((name) => name.trim().toLowerCase()),
  );
  if (!expected) {
    if (names.length === 0) return undefined;
    return { fault: "x-amz-trailer needs a payload mode with a trailer in x-amz-content-sha256.", malformed: true };
  }
  const [name, ...more] = names;
  const algorithm = checksumAlgorithms.find((known) => name === checksumPrefix + known);
  if (algorithm === undefined || more.length > 0) {
    return { fault: `x-amz-trailer must name one checksum of ${checksumAlgorithms.join(", ")}.`, malformed: true };
  }
  return algorithm;
}

function readChecksums(head: HttpRequestHead, target: Target): [ChecksumAlgorithm | "md5", string][] | PayloadFault {
  const found: [ChecksumAlgorithm | "md5", string][] = [];
  const seen = new Set<string>();
  // Completing an upload names the checksum of the object, not of this body (an XML list of parts).
  const ofBody = !(head.method === "POST" && target.query.some(([name]) => name === "uploadId"));
  for (const [name, value] of head.headers) {
    const isMd5 = name === "content-md5";
    if (!isMd5 && !(ofBody && name.startsWith(checksumPrefix))) continue;
    const suffix = isMd5 ? "md5" : name.slice(checksumPrefix.length);
    if (!isMd5 && checksumChoices.has(suffix)) continue;
    const algorithm = isMd5 ? "md5" : checksumAlgorithms.find((known) => known === suffix);
    if (algorithm === undefined) return { fault: `The checksum ${name} is not supported.`, malformed: false };
    if (seen.has(name)) return { fault: `${name} must stand once.`, malformed: true };
    seen.add(name);
    found.push([algorithm, value.trim()]);
  }
  return found;
}
