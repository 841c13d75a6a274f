import { createHash } from "node:crypto";
import type { ChecksumAlgorithm } from "./checksum.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadedPart } from "./upload-store.ts";

const partSizeBytesMin = 5 * 1024 * 1024;
export const partNumberMax = 10_000;

/** A part as the client names it to complete an upload. */
export interface NamedPart {
  readonly part: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** The parts that the client named, in its order, if they may make an object; `kept`: the upload's checksum. */
export function chooseParts(
  named: readonly NamedPart[],
  uploaded: readonly UploadedPart[],
  kept: Upload["checksum"],
): { kind: "parts"; parts: readonly UploadedPart[] } | Refusal {
  const byNumber = new Map(uploaded.map((part) => [part.part, part]));
  const parts: UploadedPart[] = [];
  let before = 0;
  for (const { part: number, etag, checksum } of named) {
    if (number <= before) {
      return refuse(
        "invalid-part-order",
        "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
      );
    }
    before = number;
    const part = byNumber.get(number);
    // A checksum of the parts' checksums is only worth something where the client knows each of them.
    if (kept?.type === "COMPOSITE" && checksum === undefined) {
      return refuse(
        "invalid-request",
        `The upload was created using a ${kept.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    const checksumHolds =
      checksum === undefined || (checksum.algorithm === kept?.algorithm && checksum.value === part?.checksum);
    if (part?.etag !== etag || !checksumHolds) {
      return refuse(
        "invalid-part",
        `One or more of the specified parts could not be found: part ${number}. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.`,
      );
    }
    parts.push(part);
  }
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < partSizeBytesMin);
  if (small !== undefined) {
    return refuse(
      "part-too-small",
      `Your proposed upload is smaller than the minimum allowed size: part ${small.part} has ${small.sizeBytes} of ${partSizeBytesMin} bytes`,
    );
  }
  if (parts.length === 0) return refuse("invalid-part", "You must specify at least one part");
  return { kind: "parts", parts };
}

/** MD5 of the parts' tags, a dash, and their number. */
export function multipartEtag(parts: readonly Pick<UploadedPart, "etag">[]): string {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  return `${md5.digest("hex")}-${parts.length}`;
}
