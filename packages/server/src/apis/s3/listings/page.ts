import type { Listings, StoredVersion } from "../../../artifacts/index.ts";
import { quoted } from "../entity-tag.ts";
import { s3Error } from "../s3-error.ts";
import type { keyWriter } from "./listing-members.ts";

type Outcome = ReturnType<Listings["objects"]>;
type Page = Extract<Outcome, { kind: "listing" }>;

export function pageOf(outcome: Exclude<Outcome, { kind: "refused" }>): Page {
  if (outcome.kind === "listing") return outcome;
  throw s3Error("InvalidArgument", "The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}

export function contentsOf(
  items: readonly StoredVersion[],
  write: ReturnType<typeof keyWriter>,
  owner: { ID: string } | undefined,
) {
  return items.map((item) => ({
    Key: write(item.key),
    LastModified: item.createdAt,
    ETag: quoted(item.etag),
    Size: item.sizeBytes,
    StorageClass: "STANDARD" as const,
    Owner: owner,
    ...checksumFacts(item),
  }));
}

/** Listings tell which checksum an object has, not its value. */
export function checksumFacts({ description: { checksum } }: StoredVersion) {
  return checksum === undefined ? {} : { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type };
}
