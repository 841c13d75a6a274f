import { checksum as runningChecksum } from "@strongroom/wire";
import type { BodyDigests, RunningChecksum } from "@strongroom/wire";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** As S3 spells them in XML and in `x-amz-checksum-algorithm`. */
export const checksumAlgorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** As the wire names them. */
const digestNames = {
  CRC32: "crc32",
  CRC32C: "crc32c",
  CRC64NVME: "crc64nvme",
  SHA1: "sha1",
  SHA256: "sha256",
  MD5: "md5",
} as const satisfies Record<ChecksumAlgorithm | "MD5", string>;

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; with `-<number of parts>` behind it where it is a checksum of checksums. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** What the client says about a body before sending it. All that is said is verified. */
export interface BodyClaims {
  /** The checksum to compute and keep. */
  readonly algorithm?: ChecksumAlgorithm;
  /** Base64 of that algorithm; absent where only the trailer, already verified, carries it. */
  readonly checksum?: string;
  /** Base64. */
  readonly contentMd5?: string;
  /** Hexadecimal, and already sure: the body throws before its end unless it has this digest. */
  readonly verifiedSha256?: string;
  /** What the body computes of itself while it is read; it is not computed again. */
  readonly digests?: BodyDigests;
  readonly sizeBytes?: number;
}

export function checksumHasher(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case "CRC32":
      return runningChecksum("crc32");
    case "CRC32C":
      return runningChecksum("crc32c");
    case "CRC64NVME":
      return runningChecksum("crc64nvme");
    case "SHA1":
      return runningChecksum("sha1");
    case "SHA256":
      return runningChecksum("sha256");
  }
}

/** Base64 of the algorithm, of a body that was read to its end; undefined where the body does not compute it. */
export function ownDigest(digests: BodyDigests | undefined, name: keyof typeof digestNames): string | undefined {
  return digests?.checksums.get(digestNames[name]);
}

/** Whether the body computes the digest itself. */
export function hasOwnDigest(digests: BodyDigests | undefined, name: keyof typeof digestNames): boolean {
  return digests?.claimed.has(digestNames[name]) === true;
}

/** Compares what was received with what was claimed; `md5` is hexadecimal, `checksum` base64; a claim needs its digest. */
export function checkBody(
  claims: BodyClaims,
  received: { readonly sizeBytes: number; readonly md5?: string; readonly checksum?: string },
): { kind: "checked"; checksum?: Checksum } | Refusal {
  if (claims.sizeBytes !== undefined && claims.sizeBytes !== received.sizeBytes) {
    return refuse(
      "incomplete-body",
      `You did not provide the number of bytes specified by the Content-Length HTTP header: ${received.sizeBytes} of ${claims.sizeBytes}`,
    );
  }
  const md5 = received.md5 === undefined ? undefined : Buffer.from(received.md5, "hex").toString("base64");
  if (claims.contentMd5 !== undefined && claims.contentMd5 !== md5) {
    return refuse("bad-digest", "The Content-MD5 you specified did not match what we received.");
  }
  const { algorithm } = claims;
  if (algorithm === undefined || received.checksum === undefined) return { kind: "checked" };
  if (claims.checksum !== undefined && claims.checksum !== received.checksum) {
    return refuse("checksum-mismatch", `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { kind: "checked", checksum: { algorithm, value: received.checksum, type: "FULL_OBJECT" } };
}

/** The checksum of the parts' checksums, as S3 makes it for COMPOSITE uploads. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const hasher = checksumHasher(algorithm);
  for (const part of parts) hasher.update(Buffer.from(part, "base64"));
  const value = `${Buffer.from(hasher.digest()).toString("base64")}-${parts.length}`;
  return { algorithm, value, type: "COMPOSITE" };
}
