import { integer, oneOf, text, timestamp } from "@strongroom/wire";
import { getObjectPermission, listPermission } from "../../../artifacts/index.ts";
import type { Checksum, Conditions, FoundObject, Objects, Refusal } from "../../../artifacts/index.ts";
import type { ServerCall } from "../../operation.ts";
import { ownerMember } from "../bucket-owner.ts";
import { checksumAnswer } from "../checksum-members.ts";
import { descriptionAnswer } from "../description-members.ts";
import { customerKeyAnswer, customerKeyMembers } from "../customer-key-members.ts";
import type { CustomerKeyInput } from "../customer-key-members.ts";
import { refuseUnsendableOverrides } from "../header-values.ts";
import { encryptionAnswer } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { expirationAnswer } from "../lifecycle/due-headers.ts";
import { refusalError, s3Error } from "../s3-error.ts";

/** What GetObject and HeadObject take. */
export const readMembers = {
  Bucket: text(),
  Key: text(),
  VersionId: text({ min: 1, max: 1024 }),
  Range: text(),
  PartNumber: integer({ min: 1, max: 10_000 }),
  IfMatch: text(),
  IfNoneMatch: text(),
  IfModifiedSince: timestamp(),
  IfUnmodifiedSince: timestamp(),
  ChecksumMode: oneOf("ENABLED"),
  ResponseCacheControl: text(),
  ResponseContentDisposition: text(),
  ResponseContentEncoding: text(),
  ResponseContentLanguage: text(),
  ResponseContentType: text(),
  ResponseExpires: timestamp(),
  ...customerKeyMembers,
  ...ownerMember,
};

interface ReadInput extends CustomerKeyInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly Range?: string;
  readonly PartNumber?: number;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date;
  readonly IfUnmodifiedSince?: Date;
  readonly ChecksumMode?: string;
  readonly ResponseCacheControl?: string;
  readonly ResponseContentDisposition?: string;
  readonly ResponseContentEncoding?: string;
  readonly ResponseContentLanguage?: string;
  readonly ResponseContentType?: string;
  readonly ResponseExpires?: Date;
}

export const readPermission = (input: ReadInput) =>
  getObjectPermission({ bucket: input.Bucket, key: input.Key, versionId: input.VersionId });

export function readRequest(input: ReadInput) {
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw s3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  // They are sent as ISO 8859-1, other than what is stored, whose bytes are kept.
  refuseUnsendableOverrides({
    "response-cache-control": input.ResponseCacheControl,
    "response-content-disposition": input.ResponseContentDisposition,
    "response-content-encoding": input.ResponseContentEncoding,
    "response-content-language": input.ResponseContentLanguage,
    "response-content-type": input.ResponseContentType,
  });
  return {
    bucket: input.Bucket,
    key: input.Key,
    versionId: input.VersionId,
    range: input.Range,
    partNumber: input.PartNumber,
    conditions: conditionsOf(input),
  };
}

function conditionsOf({ IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: ReadInput): Conditions {
  return {
    ...(IfMatch === undefined ? {} : { ifMatch: IfMatch }),
    ...(IfNoneMatch === undefined ? {} : { ifNoneMatch: IfNoneMatch }),
    ...(IfModifiedSince === undefined ? {} : { ifModifiedSince: IfModifiedSince }),
    ...(IfUnmodifiedSince === undefined ? {} : { ifUnmodifiedSince: IfUnmodifiedSince }),
  };
}

/**
 * The object that was found. ② Whoever may not list the bucket does not learn which keys it lacks:
 * a missing key is answered like a denied one.
 */
export function foundFor<T extends FoundObject>(found: T | Refusal, input: ReadInput, call: ServerCall): T {
  if (found.kind === "object") return found;
  if (found.reason === "no-such-key" && !call.authority.decide(listPermission(input.Bucket)).allowed) {
    throw s3Error("AccessDenied", "Access Denied");
  }
  throw refusalError(found);
}

/** What only a write can say. S3 refuses a read that says it, since its answer would not be held to it. */
export function refuseWriteHeaders({ headers }: ServerCall): void {
  const met = Object.keys(headers).find(
    (name) => name.startsWith("x-amz-server-side-encryption") && !name.includes("-customer-"),
  );
  if (met !== undefined) throw s3Error("InvalidArgument", `${met} header is not supported for this operation.`);
}

/**
 * The headers of an answer, as GetObject and HeadObject give them. Of one part, its own checksum is told, where it
 * was kept.
 */
export function objectAnswer(found: FoundObject, input: ReadInput, objects: Pick<Objects, "partsOf">) {
  const { version, range } = found;
  const { description } = version;
  const size = version.sizeBytes;
  const described = descriptionAnswer(description);
  return {
    ...described,
    CacheControl: input.ResponseCacheControl ?? described.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? described.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? described.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? described.ContentLanguage,
    ContentType: input.ResponseContentType ?? described.ContentType,
    Expires: input.ResponseExpires ?? described.Expires,
    AcceptRanges: "bytes",
    LastModified: version.createdAt,
    ETag: quoted(version.etag),
    ContentLength: range === undefined ? size : range.end - range.from,
    ContentRange: range === undefined ? undefined : `bytes ${range.from}-${range.end - 1}/${size}`,
    VersionId: found.bucketIsVersioned ? version.versionId : undefined,
    PartsCount: input.PartNumber === undefined ? undefined : description.partsCount,
    ...(input.ChecksumMode === "ENABLED" ? checksumAnswer(checksumRead(found, input, objects)) : {}),
    ...encryptionAnswer(version.sealed),
    ...customerKeyAnswer(input),
    ...expirationAnswer(found.expiration),
  };
}

function checksumRead(
  found: FoundObject,
  { PartNumber: part }: ReadInput,
  objects: Pick<Objects, "partsOf">,
): Checksum | undefined {
  const { checksum } = found.version.description;
  if (found.range === undefined) return checksum;
  const value = part === undefined ? undefined : objects.partsOf(found)[part - 1]?.checksum;
  return checksum === undefined || value === undefined ? undefined : { ...checksum, value };
}
