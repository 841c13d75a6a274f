import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { BucketStore, Tags } from "../buckets/bucket-store.ts";
import type { Notices } from "../notifications/notices.ts";
import { causeOf } from "../notifications/object-notice.ts";
import type { CreationReason } from "../notifications/object-notice.ts";
import { checkBody } from "./checksum.ts";
import type { Checksum } from "./checksum.ts";
import { readConditions, writeRefusal } from "./conditions.ts";
import type { Conditions } from "./conditions.ts";
import { writeContent } from "./content.ts";
import type { CustomerKey } from "./customer-key.ts";
import { entityTag, tagsByMd5 } from "./entity-tag.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectReader, ReadRequest, FoundObject, OpenObject } from "./object-reader.ts";
import type { Description, ObjectFile, ObjectStore, StoredVersion } from "./object-store.ts";
import { refusingFullDisk } from "./object-writer.ts";
import type { ObjectWriter, PutRequest, StoredObject } from "./object-writer.ts";
import { lockOf, retentionRefusal } from "./object-lock.ts";
import type { ObjectLock, Retention } from "./object-lock.ts";
import { addMarker, removeVersion } from "./removal.ts";
import { lockNotEnabled, noSuchBucket, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-under.ts";
import { chosenEncryption } from "./wanted-encryption.ts";
import type { WantedEncryption } from "./wanted-encryption.ts";
import { newVersionId, versionIdFault } from "./version-id.ts";

export interface CopyRequest {
  readonly authority: Authority;
  readonly source: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined };
  readonly sourceConditions?: Conditions;
  /** On what is at the destination. */
  readonly conditions?: PutRequest["conditions"];
  readonly bucket: string;
  readonly key: string;
  /** Absent: the source's. */
  readonly description?: Description;
  /** The copy's; the source's is not taken over. */
  readonly lock?: ObjectLock;
  readonly encryption?: WantedEncryption;
  /** Of the source, where a customer keeps its key. */
  readonly sourceCustomerKey?: CustomerKey | undefined;
  readonly checksumAlgorithm?: Checksum["algorithm"];
}
export type CopiedObject = StoredObject & { readonly sourceVersionId?: string };

export interface Deleted {
  readonly kind: "deleted";
  readonly versionId?: string;
  /** A delete marker was made, or the version removed was one. */
  readonly deleteMarker: boolean;
}

/**
 * Objects: put, read, copied, deleted. A put is durable when it is answered. The caller has demanded
 * the S3 permissions; the use of KMS keys is demanded here, of `authority`.
 */
export interface Objects {
  /** The ARN of the KMS key that any of its names stands for now: what policies about writes compare. */
  kmsKeyArn(name: string): string;
  put(x: PutRequest): Promise<StoredObject | Refusal>;
  get(x: ReadRequest): Promise<OpenObject | Refusal>;
  /** Without a word about a customer's key: for whoever does not tell what is found. */
  head(x: Omit<ReadRequest, "authority" | "customerKey">): FoundObject | Refusal;
  /** As `head`, for whoever holds the key where a customer keeps it. */
  look(x: Omit<ReadRequest, "authority">): FoundObject | Refusal;
  copy(x: CopyRequest): Promise<CopiedObject | Refusal>;
  /** The files of an object in their order: its parts, where it was uploaded in parts. */
  partsOf(x: FoundObject): readonly ObjectFile[];
  /** A version that is locked stays, but for one under governance with `bypassGovernance`. */
  delete(x: DeleteRequest): Promise<Deleted | Refusal>;
  setTags(x: VersionName & { readonly authority: Authority }, tags: Tags | undefined): FoundObject | Refusal;
  setRetention(
    x: VersionName & { readonly bypassGovernance: boolean },
    retention: Retention | undefined,
  ): FoundObject | Refusal;
  setLegalHold(x: VersionName, isOn: boolean): FoundObject | Refusal;
}

interface VersionName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}
type DeleteRequest = VersionName & {
  readonly authority: Authority;
  readonly bypassGovernance?: boolean;
  /** Of the latest version, whichever is to go. */
  readonly ifMatch?: string | undefined;
};

const copyBytesMax = 5 * 1024 ** 3;
const putBytesMax = 5 * 1024 ** 3;

interface Means {
  readonly buckets: BucketStore;
  readonly store: ObjectStore;
  readonly files: ObjectFiles;
  readonly keys: ObjectKeys;
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly notices: Notices;
  readonly clock: Clock;
}

export function openObjects(means: Means): Objects {
  const { reader, keys } = means;
  return {
    kmsKeyArn: (name) => keys.kmsKeyArn(name),
    put: (request) => putObject(means, request),
    copy: (request) => copyObject(means, request),
    delete: (name) => refusingFullDisk(() => deleteObject(means, name)),
    get: (request) => reader.open(request),
    head: (request) => reader.head(request),
    look: (request) => reader.look(request),
    partsOf: ({ version }) => reader.filesOf(version),
    setTags: (name, tags) => setTags(means, name, tags),
    setRetention: (name, retention) => setRetention(means, name, retention),
    setLegalHold: (name, isOn) => setLegalHold(means, name, isOn),
  };
}

async function putObject(
  means: Means,
  request: PutRequest,
  reason: CreationReason = request.authority.request?.isForm === true ? "POST Object" : "PutObject",
): Promise<StoredObject | Refusal> {
  const { writer, keys } = means;
  const { authority, bucket, key, conditions, claims = {} } = request;
  const admitted = writer.admits({ authority, bucket, key, conditions, lock: request.description.lock });
  if (admitted.kind === "refused") return admitted;
  if ((claims.sizeBytes ?? 0) > putBytesMax) {
    return refuse("too-large", "Your proposed upload exceeds the maximum allowed size");
  }
  const chosen = chosenEncryption(admitted.bucket, request.encryption);
  if (chosen.kind === "refused") return chosen;
  const made = keys.make({ authority, bucket, key, encryption: chosen.encryption });
  if (made.kind === "refused") return made;
  try {
    return await refusingFullDisk(() => writer.expecting(() => writeObject(means, request, made, reason)));
  } finally {
    made.dataKey.fill(0);
  }
}

async function writeObject(
  { files, writer }: Means,
  { authority, bucket, key, body, description, conditions, claims = {} }: PutRequest,
  { dataKey, sealed }: { dataKey: Uint8Array; sealed: SealedUnder },
  reason: CreationReason,
): Promise<StoredObject | Refusal> {
  const under = { dataKey, bucket, key, contentId: sealed.contentId };
  const md5 = tagsByMd5(sealed) || claims.contentMd5 !== undefined;
  const written = await writeContent(files, under, 0, body, { ...claims, md5 });
  const { fileId, sizeBytes, sha256 } = written;
  const checked = checkBody(claims, written);
  if (checked.kind === "refused") {
    await writer.discard([fileId]);
    return checked;
  }
  const { checksum } = checked;
  const version = {
    kind: "object" as const,
    bucket,
    key,
    sizeBytes,
    // ④ of what is under a customer's key nothing may be known without that key.
    sha256: sealed.encryption === "SSE-C" ? "" : sha256,
    etag: entityTag(sealed, dataKey, written),
    sealed,
    files: [{ part: 0, fileId, sizeBytes }],
    description: checksum === undefined ? description : { ...description, checksum },
  };
  const published = await writer.discardingOnThrow(fileId, () =>
    writer.publish(version, conditions, { authority, reason }),
  );
  if (published.kind === "refused") await writer.discard([fileId]);
  return published;
}

async function copyObject(means: Means, request: CopyRequest): Promise<CopiedObject | Refusal> {
  const { authority, source, bucket, key, encryption, checksumAlgorithm } = request;
  const found = means.reader.head(source);
  if (found.kind === "refused") return found;
  const { version } = found;
  const refusal = copyRefusal(request, version);
  if (refusal !== undefined) return refusal;
  const { sourceCustomerKey: customerKey } = request;
  const opened = await means.reader.open({ authority, ...source, versionId: version.versionId, customerKey });
  if (opened.kind === "refused") return opened;
  const algorithm = checksumAlgorithm ?? version.description.checksum?.algorithm;
  await using body = opened.body;
  const put = {
    authority,
    bucket,
    key,
    body,
    description: describeCopy(request.description ?? version.description, request.lock),
    claims: { sizeBytes: version.sizeBytes, ...(algorithm === undefined ? {} : { algorithm }) },
    ...(encryption === undefined ? {} : { encryption }),
    ...(request.conditions === undefined ? {} : { conditions: request.conditions }),
  };
  const stored = await putObject(means, put, "CopyObject");
  if (stored.kind === "refused" || !found.bucketIsVersioned) return stored;
  return { ...stored, sourceVersionId: version.versionId };
}

function copyRefusal(request: CopyRequest, version: StoredVersion): Refusal | undefined {
  if (readConditions(request.sourceConditions ?? {}, version) !== "holds") {
    return refuse("precondition-failed", "At least one of the pre-conditions you specified did not hold");
  }
  if (changesNothing(request, version)) {
    return refuse(
      "copy-onto-itself",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (version.sizeBytes > copyBytesMax) {
    return refuse(
      "too-large",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${copyBytesMax}`,
    );
  }
  return undefined;
}

/** Removes the version that is named; without a name, what S3 does in the bucket's state of versioning. */
async function deleteObject(
  means: Means,
  { bucket: bucketName, key, versionId: named, bypassGovernance = false, ifMatch, authority }: DeleteRequest,
): Promise<Deleted | Refusal> {
  const { buckets, store, writer, notices, clock } = means;
  const bucket = buckets.find(bucketName);
  if (bucket === undefined) return noSuchBucket(bucketName);
  const fault = versionIdFault(named);
  if (fault !== undefined) return fault;
  const { versioning } = bucket;
  const deletion = (ofKey: string, versionId: string | undefined) => ({
    key: ofKey,
    reason: "DeleteObject" as const,
    cause: causeOf(authority, clock.now()),
    ...(versionId === undefined ? {} : { versionId }),
  });
  const outcome = store.transaction(() => {
    // ③ looked at in the transaction that removes: nothing can come in between.
    const unmet = ifMatch === undefined ? undefined : writeRefusal({ ifMatch }, key, store.latest(bucketName, key));
    if (unmet !== undefined) return unmet;
    if (named === undefined && versioning !== undefined) {
      const versionId = versioning === "Enabled" ? newVersionId() : "null";
      const marked = addMarker(means, { bucket: bucketName, key, versionId });
      if (marked.kind === "refused") return marked;
      notices.note(bucket, () => ({
        type: "Object Deleted",
        deletionType: "Delete Marker Created",
        ...deletion(key, versionId),
      }));
      return { deleted: { deleteMarker: true, versionId }, unnamed: marked.unnamed };
    }
    const versionId = named ?? "null";
    const removed = removeVersion(means, { bucket: bucketName, key, versionId }, bypassGovernance);
    if (removed.kind === "refused") return removed;
    const { version } = removed;
    if (version !== undefined) {
      notices.note(bucket, () => ({
        type: "Object Deleted",
        deletionType: "Permanently Deleted",
        ...(version.kind === "object" ? { etag: version.etag } : {}),
        ...deletion(key, versioning === undefined ? undefined : versionId),
      }));
    }
    const deleteMarker = version?.kind === "delete-marker";
    const deleted = named === undefined ? { deleteMarker } : { deleteMarker, versionId };
    return { deleted, unnamed: removed.unnamed };
  });
  if ("kind" in outcome) return outcome;
  await writer.discard(outcome.unnamed);
  return { kind: "deleted", ...outcome.deleted };
}

function setTags(
  { store, reader, buckets, notices, clock }: Means,
  { authority, ...name }: VersionName & { readonly authority: Authority },
  tags: Tags | undefined,
): FoundObject | Refusal {
  const found = reader.head(name);
  if (found.kind === "refused") return found;
  const { description, seq, etag, key, versionId } = found.version;
  store.transaction(() => {
    store.describe(seq, tags === undefined ? withoutTags(description) : { ...description, tags });
    const bucket = buckets.find(name.bucket);
    if (bucket === undefined) return;
    notices.note(bucket, () => ({
      type: tags === undefined ? "Object Tags Deleted" : "Object Tags Added",
      key,
      etag,
      cause: causeOf(authority, clock.now()),
      ...(found.bucketIsVersioned ? { versionId } : {}),
    }));
  });
  return found;
}

function setRetention(
  { reader, store, buckets, clock }: Means,
  { bypassGovernance, ...name }: VersionName & { readonly bypassGovernance: boolean },
  retention: Retention | undefined,
): FoundObject | Refusal {
  const found = lockable(reader, buckets, name);
  if (found.kind === "refused") return found;
  const { description, seq } = found.version;
  const now = clock.now();
  const refusal = retentionRefusal(description, retention, now, bypassGovernance);
  if (refusal !== undefined) return refusal;
  if (retention !== undefined && retention.until <= now.getTime()) {
    return refuse("retention-in-the-past", "The retain until date must be in the future!");
  }
  const { legalHold } = description.lock ?? {};
  const lock = {
    ...(legalHold === undefined ? {} : { legalHold }),
    ...(retention === undefined ? {} : { retention }),
  };
  store.describe(seq, { ...description, lock });
  return found;
}

function setLegalHold({ reader, store, buckets }: Means, name: VersionName, isOn: boolean): FoundObject | Refusal {
  const found = lockable(reader, buckets, name);
  if (found.kind === "refused") return found;
  const { description, seq } = found.version;
  if (lockOf(description) === "unreadable") {
    return refuse("locked", "The lock of this object cannot be read, so it is not changed.");
  }
  store.describe(seq, { ...description, lock: { ...description.lock, legalHold: isOn } });
  return found;
}

function lockable(reader: ObjectReader, buckets: BucketStore, name: VersionName): FoundObject | Refusal {
  const bucket = buckets.find(name.bucket);
  return bucket !== undefined && bucket.objectLock === undefined ? lockNotEnabled : reader.head(name);
}

function withoutTags({ headers, metadata, checksum, lock, partsCount }: Description): Description {
  return {
    headers,
    metadata,
    ...(checksum === undefined ? {} : { checksum }),
    ...(lock === undefined ? {} : { lock }),
    ...(partsCount === undefined ? {} : { partsCount }),
  };
}

/** A copy is stored in one piece, whatever its source was, and its checksum is computed anew. */
function describeCopy({ headers, metadata, tags }: Description, lock: ObjectLock | undefined): Description {
  return { headers, metadata, ...(tags === undefined ? {} : { tags }), ...(lock === undefined ? {} : { lock }) };
}

function changesNothing(
  { source, bucket, key, description, encryption }: CopyRequest,
  version: StoredVersion,
): boolean {
  const same = source.bucket === bucket && source.key === key && version.isLatest;
  return same && description === undefined && encryption === undefined;
}
