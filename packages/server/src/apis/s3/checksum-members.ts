import { digestsOf, integer, oneOf, text } from "@strongroom/wire";
import { checksumAlgorithms } from "../../artifacts/index.ts";
import type { BodyClaims, Checksum, ChecksumAlgorithm } from "../../artifacts/index.ts";
import type { ServerCall } from "../operation.ts";
import { s3Error } from "./s3-error.ts";

export const checksumAlgorithmMember = { ChecksumAlgorithm: oneOf(...checksumAlgorithms) };

/** Base64 values, one for an algorithm. */
export const checksumValueMembers = {
  ChecksumCRC32: text(),
  ChecksumCRC32C: text(),
  ChecksumCRC64NVME: text(),
  ChecksumSHA1: text(),
  ChecksumSHA256: text(),
};

/** What a request may say about its body. */
export const bodyClaimMembers = {
  ...checksumAlgorithmMember,
  ...checksumValueMembers,
  ContentLength: integer({ min: 0 }),
  ContentMD5: text(),
};

/** For operations whose small body the wire has verified already. */
export const documentMembers = { ...checksumAlgorithmMember, ContentMD5: text() };

type ChecksumValues = { readonly [Name in keyof typeof checksumValueMembers]?: string };

export interface BodyInput extends ChecksumValues {
  readonly ChecksumAlgorithm?: string;
  readonly ContentLength?: number;
  readonly ContentMD5?: string;
  readonly Body?: AsyncIterable<Uint8Array>;
}

/** For the documents that S3 takes only with a digest beside them. The wire has verified it. */
export function demandDigest(headers: Readonly<Record<string, string>>): void {
  const values = checksumAlgorithms.map((algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`);
  if (["content-md5", "x-amz-trailer", ...values].some((name) => headers[name] !== undefined)) return;
  throw s3Error("InvalidRequest", "Missing required header for this request: Content-MD5");
}

/** The checksum that a request states as a header. */
export function statedChecksum(input: ChecksumValues): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const stated = checksumAlgorithms.flatMap((algorithm) => {
    const value = input[`Checksum${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (stated.length > 1) throw severalChecksums();
  return stated[0];
}

const severalChecksums = () =>
  s3Error("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");

export function algorithmNamed(name: string | undefined): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === name);
}

/** All that is claimed of a body; where the value follows in the trailer, the algorithm to keep. */
export function claimsOf(
  input: BodyInput,
  { headers, authority }: Pick<ServerCall, "headers" | "authority">,
): BodyClaims {
  const stated = statedChecksum(input);
  const trailer = /^x-amz-checksum-(\w+)$/.exec(headers["x-amz-trailer"]?.trim().toLowerCase() ?? "")?.[1];
  const announced = checksumAlgorithms.find((name) => name.toLowerCase() === trailer);
  if (stated !== undefined && announced !== undefined && stated.algorithm !== announced) throw severalChecksums();
  const algorithm = stated?.algorithm ?? announced;
  checkNamed(input.ChecksumAlgorithm, algorithm);
  // In the chunked form Content-Length counts the chunks' frames too.
  const decoded = headers["x-amz-decoded-content-length"];
  const sizeBytes = decoded === undefined ? input.ContentLength : Number(decoded);
  // A form tells the length of all its fields together, not that of the file.
  if (sizeBytes === undefined && authority.request?.isForm !== true) {
    throw s3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  const sha256 = headers["x-amz-content-sha256"];
  const digests = input.Body === undefined ? undefined : digestsOf(input.Body);
  return {
    // ② a request that names its body's digest is signed with it, and the body is held to it on the way here.
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? { verifiedSha256: sha256 } : {}),
    ...(digests === undefined ? {} : { digests }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(stated === undefined ? {} : { checksum: stated.value }),
    ...(input.ContentMD5 === undefined ? {} : { contentMd5: input.ContentMD5 }),
    ...(sizeBytes === undefined || !Number.isSafeInteger(sizeBytes) ? {} : { sizeBytes }),
  };
}

/** The header that names an algorithm says nothing by itself: the checksum that it names has to come as well. */
function checkNamed(named: string | undefined, brought: ChecksumAlgorithm | undefined): void {
  if (named === undefined || named === brought) return;
  throw s3Error(
    "InvalidRequest",
    brought === undefined
      ? "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
      : "Value for x-amz-sdk-checksum-algorithm header is invalid.",
  );
}

/** A checksum as answers tell it: the member is named after the algorithm. */
export function checksumAnswer(checksum: Checksum | undefined) {
  if (checksum === undefined) return {};
  return { ...checksumValue(checksum.algorithm, checksum.value), ChecksumType: checksum.type };
}

/** One checksum value, without saying whether it covers the whole. */
export function checksumValue(algorithm: ChecksumAlgorithm | undefined, value: string | undefined): ChecksumValues {
  return algorithm === undefined || value === undefined ? {} : { [`Checksum${algorithm}`]: value };
}
