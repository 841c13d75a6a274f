import type { Db, Migration } from "../../platform/index.ts";
import type { Checksum } from "./checksum.ts";
import type { ObjectLock } from "./object-lock.ts";
import { keyDetailsOf, sealedOf } from "./sealed-under.ts";
import type { SealedColumns, SealedUnder } from "./sealed-under.ts";
import type { Tags } from "../buckets/bucket-store.ts";

export const objectMigrations: readonly Migration[] = [
  {
    name: "artifacts-002-objects",
    // A key is a BLOB, so that keys are ordered by their UTF-8 bytes, as S3 orders them.
    sql: `
      CREATE TABLE object_version (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        bucket TEXT NOT NULL REFERENCES bucket (name),
        key BLOB NOT NULL,
        version_id TEXT NOT NULL,
        is_latest INTEGER NOT NULL,
        is_delete_marker INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        etag TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        description TEXT NOT NULL,
        content_id TEXT,
        encryption TEXT,
        kms_key_arn TEXT,
        wrapped_key BLOB,
        UNIQUE (bucket, key, version_id)
      ) STRICT;
      CREATE INDEX object_version_by_key ON object_version (bucket, key, seq DESC);
      CREATE UNIQUE INDEX object_version_latest ON object_version (bucket, key) WHERE is_latest = 1;
      CREATE INDEX object_version_current ON object_version (bucket, key)
        WHERE is_latest = 1 AND is_delete_marker = 0;
      CREATE TABLE object_file (
        version_seq INTEGER NOT NULL REFERENCES object_version (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        file_id TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        checksum TEXT,
        PRIMARY KEY (version_seq, part)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX object_file_by_id ON object_file (file_id);
    `,
  },
];

/** Run behind all others of this domain, so that data folders of before get them too. */
export const objectKeyMigrations: readonly Migration[] = [
  {
    name: "artifacts-025-key-details",
    sql: `
      ALTER TABLE object_version ADD COLUMN key_details TEXT;
      ALTER TABLE upload ADD COLUMN key_details TEXT;
    `,
  },
];

/** The headers that S3 stores with an object and gives back as they came. */
export interface ContentHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly expires?: string;
}

/** What somebody says about an object: it changes nothing about its bytes. */
export interface Description {
  readonly headers: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Tags;
  readonly checksum?: Checksum;
  /** Read it with lockOf(), which holds what cannot be read for locked. */
  readonly lock?: ObjectLock;
  /** Present for an object that was uploaded in parts. */
  readonly partsCount?: number;
}

/** One sealed file of an object; part is 0 for an object that was put in one piece. */
export interface ObjectFile {
  readonly part: number;
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly checksum?: string;
}

interface VersionBase {
  readonly seq: number;
  readonly bucket: string;
  readonly key: string;
  /** "null" in a bucket whose versioning was off when the object was put. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly createdAt: Date;
}
export interface StoredVersion extends VersionBase {
  readonly kind: "object";
  readonly sizeBytes: number;
  readonly etag: string;
  /** SHA-256 of the whole content, hexadecimal; empty where a customer keeps the key, as nothing is known without it. */
  readonly sha256: string;
  readonly description: Description;
  readonly sealed: SealedUnder;
  /** Its one file, where it was put in one piece and was read by its name; filesOf() tells all files of any version. */
  readonly wholeFile?: ObjectFile;
}
export interface DeleteMarker extends VersionBase {
  readonly kind: "delete-marker";
}
export type ObjectVersion = StoredVersion | DeleteMarker;

export interface VersionRow extends Nullable<SealedColumns> {
  seq: number;
  bucket: string;
  key: Uint8Array;
  version_id: string;
  is_latest: number;
  is_delete_marker: number;
  created_at: number;
  size_bytes: number;
  etag: string;
  sha256: string;
  description: string;
  /** Of part 0, where the row was read together with it. */
  file_id?: string | null;
  file_size_bytes?: number | null;
  file_checksum?: string | null;
}
type Nullable<T> = { [Name in keyof T]: T[Name] | null };

/** What is read of one version, whose name is known. */
type NamedRow = Omit<VersionRow, "bucket" | "key">;

const namedColumns = {
  seq: "v.seq",
  version_id: "v.version_id",
  is_latest: "v.is_latest",
  is_delete_marker: "v.is_delete_marker",
  created_at: "v.created_at",
  size_bytes: "v.size_bytes",
  etag: "v.etag",
  sha256: "v.sha256",
  description: "v.description",
  content_id: "v.content_id",
  encryption: "v.encryption",
  kms_key_arn: "v.kms_key_arn",
  wrapped_key: "v.wrapped_key",
  key_details: "v.key_details",
  file_id: "f.file_id",
  file_size_bytes: "f.size_bytes",
  file_checksum: "f.checksum",
} satisfies Record<keyof NamedRow, string>;

/** A version with its file, where it was put in one piece: one statement takes half the time of two. */
const selectNamed = `
  SELECT ${Object.entries(namedColumns)
    .map(([name, column]) => `${column} AS ${name}`)
    .join(", ")}
  FROM object_version v LEFT JOIN object_file f ON f.version_seq = v.seq AND f.part = 0
  WHERE v.bucket = ? AND v.key = ?`;

export type NewVersion = {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly createdAt: Date;
} & (
  | { readonly kind: "delete-marker" }
  | (Pick<StoredVersion, "sizeBytes" | "etag" | "sha256" | "description" | "sealed"> & {
      readonly kind: "object";
      readonly files: readonly ObjectFile[];
    })
);

interface LatestRead {
  readonly atDbVersion: number;
  readonly bucket: string;
  readonly key: string;
  readonly found: ObjectVersion | undefined;
}

export class ObjectStore {
  readonly #db: Db;
  /** The last answer of latest(): what a permission looked at, its operation reads next. */
  #latestRead: LatestRead | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  latest(bucket: string, key: string): ObjectVersion | undefined {
    const atDbVersion = this.#db.version;
    const read = this.#latestRead;
    if (read?.atDbVersion === atDbVersion && read.key === key && read.bucket === bucket) return read.found;
    const row = this.#db.get<NamedRow>(`${selectNamed} AND v.is_latest = 1`, bucket, Buffer.from(key));
    const found = row === undefined ? undefined : namedVersion(bucket, key, row);
    this.#latestRead = { atDbVersion, bucket, key, found };
    return found;
  }

  find(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const row = this.#db.get<NamedRow>(`${selectNamed} AND v.version_id = ?`, bucket, Buffer.from(key), versionId);
    return row === undefined ? undefined : namedVersion(bucket, key, row);
  }

  filesOf(version: StoredVersion): readonly ObjectFile[] {
    if (version.wholeFile !== undefined) return [version.wholeFile];
    return this.#db
      .all<{ part: number; file_id: string; size_bytes: number; checksum: string | null }>(
        "SELECT part, file_id, size_bytes, checksum FROM object_file WHERE version_seq = ? ORDER BY part",
        version.seq,
      )
      .map((row) => ({
        part: row.part,
        fileId: row.file_id,
        sizeBytes: row.size_bytes,
        ...(row.checksum === null ? {} : { checksum: row.checksum }),
      }));
  }

  /**
   * Makes a version the latest of its key. A version with the same id (that is the null version) is
   * replaced. Returns the ids of the files that nothing names any longer.
   */
  add(version: NewVersion): string[] {
    return this.#db.transaction(() => {
      const key = Buffer.from(version.key);
      const replaced = this.#drop(version.bucket, key, version.versionId);
      this.#db.run(
        "UPDATE object_version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1",
        version.bucket,
        key,
      );
      this.#insert(version, key);
      return replaced;
    });
  }

  /** Removes one version for good; the newest of the others becomes the latest. Returns its files' ids. */
  remove(bucket: string, key: string, versionId: string): string[] {
    return this.#db.transaction(() => {
      const keyBytes = Buffer.from(key);
      const files = this.#drop(bucket, keyBytes, versionId);
      this.#db.run(
        `UPDATE object_version SET is_latest = 1 WHERE seq =
           (SELECT seq FROM object_version WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1)`,
        bucket,
        keyBytes,
      );
      return files;
    });
  }

  describe(seq: number, description: Description): void {
    this.#db.run("UPDATE object_version SET description = ? WHERE seq = ?", JSON.stringify(description), seq);
  }

  namesFile(fileId: string): boolean {
    return this.#db.get("SELECT 1 FROM object_file WHERE file_id = ?", fileId) !== undefined;
  }

  #drop(bucket: string, key: Buffer, versionId: string): string[] {
    const row = this.#db.get<{ seq: number }>(
      "SELECT seq FROM object_version WHERE bucket = ? AND key = ? AND version_id = ?",
      bucket,
      key,
      versionId,
    );
    if (row === undefined) return [];
    const files = this.#db.all<{ file_id: string }>("SELECT file_id FROM object_file WHERE version_seq = ?", row.seq);
    this.#db.run("DELETE FROM object_version WHERE seq = ?", row.seq);
    return files.map((file) => file.file_id);
  }

  #insert(version: NewVersion, key: Buffer): void {
    const stored = version.kind === "object" ? version : undefined;
    const row = this.#db.get<{ seq: number }>(
      `INSERT INTO object_version (bucket, key, version_id, is_latest, is_delete_marker, created_at,
         size_bytes, etag, sha256, description, content_id, encryption, kms_key_arn, wrapped_key,
         key_details)
       VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
      version.bucket,
      key,
      version.versionId,
      stored === undefined,
      version.createdAt.getTime(),
      stored?.sizeBytes ?? 0,
      stored?.etag ?? "",
      stored?.sha256 ?? "",
      stored === undefined ? "{}" : JSON.stringify(stored.description),
      stored?.sealed.contentId,
      stored?.sealed.encryption,
      stored?.sealed.kmsKeyArn,
      stored?.sealed.wrappedKey,
      stored && keyDetailsOf(stored.sealed),
    );
    for (const file of stored?.files ?? []) {
      this.#db.run(
        "INSERT INTO object_file (version_seq, part, file_id, size_bytes, checksum) VALUES (?, ?, ?, ?, ?)",
        row?.seq,
        file.part,
        file.fileId,
        file.sizeBytes,
        file.checksum,
      );
    }
  }
}

export function versionOf(row: VersionRow): ObjectVersion {
  return namedVersion(row.bucket, Buffer.from(row.key).toString("utf8"), row);
}

function namedVersion(bucket: string, key: string, row: NamedRow): ObjectVersion {
  const base = {
    seq: row.seq,
    bucket,
    key,
    versionId: row.version_id,
    isLatest: row.is_latest === 1,
    createdAt: new Date(row.created_at),
  };
  const { content_id, encryption, wrapped_key, kms_key_arn, key_details } = row;
  if (row.is_delete_marker === 1 || content_id === null || encryption === null || wrapped_key === null) {
    return { kind: "delete-marker", ...base };
  }
  return {
    kind: "object",
    ...base,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    sha256: row.sha256,
    description: JSON.parse(row.description) as Description,
    sealed: sealedOf({ content_id, encryption, wrapped_key, kms_key_arn, key_details }),
    ...wholeFileOf(row),
  };
}

function wholeFileOf({ file_id: fileId, file_size_bytes: sizeBytes, file_checksum: checksum }: NamedRow) {
  if (typeof fileId !== "string" || typeof sizeBytes !== "number") return {};
  const known = typeof checksum === "string" ? { checksum } : {};
  return { wholeFile: { part: 0, fileId, sizeBytes, ...known } };
}
