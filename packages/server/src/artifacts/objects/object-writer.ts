import type { Authority } from "../../access/index.ts";
import { isDiskFull } from "../../platform/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { Bucket, BucketStore } from "../buckets/bucket-store.ts";
import { expirationIn } from "../lifecycle/due.ts";
import type { Due } from "../lifecycle/due.ts";
import type { Notices } from "../notifications/notices.ts";
import { causeOf } from "../notifications/object-notice.ts";
import type { CreationReason } from "../notifications/object-notice.ts";
import type { BodyClaims, Checksum } from "./checksum.ts";
import { writeRefusal } from "./conditions.ts";
import type { Conditions } from "./conditions.ts";
import { GroupCommit } from "./group-commit.ts";
import type { ObjectFiles } from "./object-files.ts";
import { lockedByDefault } from "./object-lock.ts";
import type { ObjectLock } from "./object-lock.ts";
import type { Description, NewVersion, ObjectStore } from "./object-store.ts";
import { conditionPermissions } from "./permissions.ts";
import { lockNotEnabled, noSuchBucket, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-under.ts";
import type { WantedEncryption } from "./wanted-encryption.ts";
import { newVersionId } from "./version-id.ts";

export interface PutRequest {
  readonly authority: Authority;
  readonly bucket: string;
  readonly key: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly description: Description;
  /** Absent: as the bucket says. */
  readonly encryption?: WantedEncryption;
  readonly claims?: BodyClaims;
  readonly conditions?: Pick<Conditions, "ifMatch" | "ifNoneMatch">;
}

export interface StoredObject {
  readonly kind: "stored";
  /** Absent where versioning was never enabled. */
  readonly versionId?: string;
  readonly etag: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
  readonly checksum?: Checksum;
  /** When a rule of the bucket ends it, where one does. */
  readonly expiration?: Due;
  readonly sealed: SealedUnder;
}

/** Who creates an object, and by which way. */
export interface Creation {
  readonly authority: Authority;
  readonly reason: CreationReason;
}

const keyBytesMax = 1024;

/** Publishes a version whose files are durable: what both a put and a completed upload end with. */
export class ObjectWriter {
  readonly #buckets: BucketStore;
  readonly #store: ObjectStore;
  readonly #files: ObjectFiles;
  readonly #clock: Clock;
  readonly #isNamed: (fileId: string) => boolean;
  readonly #commits: GroupCommit;
  readonly #notices: Notices;

  constructor(x: {
    buckets: BucketStore;
    store: ObjectStore;
    files: ObjectFiles;
    clock: Clock;
    isNamed: (fileId: string) => boolean;
    notices: Notices;
  }) {
    this.#notices = x.notices;
    this.#isNamed = x.isNamed;
    this.#buckets = x.buckets;
    this.#store = x.store;
    this.#files = x.files;
    this.#clock = x.clock;
    this.#commits = new GroupCommit((body) => x.store.transaction(body));
  }

  /** Runs what will end with publish(). */
  expecting<T>(write: () => Promise<T>): Promise<T> {
    return this.#commits.expecting(write);
  }

  /**
   * Whether a write may start; asked again, in the same transaction, when it is published. ② what a condition would
   * tell of is what is there now, so whether the caller may read it is decided now too.
   */
  admits({
    authority,
    bucket: name,
    key,
    conditions = {},
    lock,
  }: {
    readonly authority: Authority;
    readonly bucket: string;
    readonly key: string;
    readonly conditions?: PutRequest["conditions"] | undefined;
    readonly lock?: ObjectLock | undefined;
  }): { kind: "bucket"; bucket: Bucket } | Refusal {
    const bucket = this.#buckets.find(name);
    if (bucket === undefined) return noSuchBucket(name);
    if (lock !== undefined && bucket.objectLock === undefined) return lockNotEnabled;
    if (Buffer.byteLength(key) > keyBytesMax) return refuse("key-too-long", "Your key is too long");
    for (const permission of conditionPermissions({ bucket: name, key }, conditions.ifMatch)) {
      const decision = authority.decide(permission);
      if (!decision.allowed) return refuse("access-denied", decision.message);
    }
    return writeRefusal(conditions, key, this.#store.latest(name, key)) ?? { kind: "bucket", bucket };
  }

  /** Commits the version's record; `also` runs in the same transaction. On a refusal the files are the caller's to remove. */
  async publish(
    version: Omit<Extract<NewVersion, { kind: "object" }>, "versionId" | "createdAt">,
    conditions: PutRequest["conditions"],
    by: Creation,
    also: () => readonly string[] | Refusal = () => [],
  ): Promise<StoredObject | Refusal> {
    const published = await this.#commits.commit(() => {
      const { bucket, key, description: described } = version;
      const { authority } = by;
      const admitted = this.admits({ authority, bucket, key, conditions, lock: described.lock });
      if (admitted.kind === "refused") return admitted;
      const more = also();
      if ("kind" in more) return more;
      const versioning = admitted.bucket.versioning;
      const versionId = versioning === "Enabled" ? newVersionId() : "null";
      const createdAt = this.#clock.now();
      // ③ the default counts from now, in the same transaction as the version that it keeps.
      const description = lockedByDefault(described, admitted.bucket.objectLock, createdAt);
      const unnamed = [...more, ...this.#store.add({ ...version, description, versionId, createdAt })];
      this.#notices.note(admitted.bucket, () => ({
        type: "Object Created",
        key: version.key,
        sizeBytes: version.sizeBytes,
        etag: version.etag,
        reason: by.reason,
        cause: causeOf(by.authority, createdAt),
        ...(versioning === undefined ? {} : { versionId }),
      }));
      const expiration = expirationIn(admitted.bucket.lifecycle, { ...version, createdAt });
      return {
        unnamed,
        createdAt,
        ...(versioning === undefined ? {} : { versionId }),
        ...(expiration === undefined ? {} : { expiration }),
      };
    });
    if ("kind" in published) return published;
    const { unnamed, ...when } = published;
    await this.discard(unnamed);
    const { etag, sha256, sizeBytes, sealed, description } = version;
    const { checksum } = description;
    return {
      kind: "stored",
      ...when,
      etag,
      sha256,
      sizeBytes,
      sealed,
      ...(checksum === undefined ? {} : { checksum }),
    };
  }

  /**
   * Runs what names a file in the metadata. Where that throws, the file is removed, unless the metadata
   * name it after all: then the write is there, although nobody was told. Where the database is broken, only the next
   * start knows, and asking throws: the file stays.
   */
  async discardingOnThrow<T>(fileId: string, publish: () => Promise<T>): Promise<T> {
    try {
      return await publish();
    } catch (error) {
      if (!this.#isNamed(fileId)) await this.discard([fileId]);
      throw error;
    }
  }

  /** Removes files that nothing names; what cannot be removed now is an orphan for the next start. */
  async discard(fileIds: readonly string[]): Promise<void> {
    await this.#files.remove(fileIds).catch(() => undefined);
  }
}

/** Runs a write; a full disk, or one whose rest is kept for other things, becomes a refusal, and nothing of the write is left. */
export async function refusingFullDisk<T>(write: () => Promise<T> | T): Promise<T | Refusal> {
  try {
    return await write();
  } catch (error) {
    if (isDiskFull(error)) return refuse("disk-full", "The disk of this environment is full; nothing was stored.");
    throw error;
  }
}
