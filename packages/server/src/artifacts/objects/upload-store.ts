import type { Db, Migration } from "../../platform/index.ts";
import type { ChecksumAlgorithm } from "./checksum.ts";
import { afterKey } from "./key-order.ts";
import type { OutlineRequest } from "./listing.ts";
import { outline } from "./listing-store.ts";
import type { ScanStart } from "./listing-store.ts";
import type { Description, ObjectFile } from "./object-store.ts";
import { keyDetailsOf, sealedOf } from "./sealed-under.ts";
import type { SealedColumns, SealedUnder } from "./sealed-under.ts";

export const uploadMigrations: readonly Migration[] = [
  {
    name: "artifacts-003-uploads",
    sql: `
      CREATE TABLE upload (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        bucket TEXT NOT NULL REFERENCES bucket (name),
        key BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        initiator TEXT NOT NULL,
        description TEXT NOT NULL,
        checksum_algorithm TEXT,
        checksum_type TEXT,
        content_id TEXT NOT NULL,
        encryption TEXT NOT NULL,
        kms_key_arn TEXT,
        wrapped_key BLOB NOT NULL
      ) STRICT;
      CREATE INDEX upload_by_key ON upload (bucket, key, seq);
      CREATE TABLE upload_part (
        upload_seq INTEGER NOT NULL REFERENCES upload (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        file_id TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        md5 TEXT NOT NULL,
        checksum TEXT,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (upload_seq, part)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX upload_part_by_file ON upload_part (file_id);
    `,
  },
];

export const partDigestMigrations: readonly Migration[] = [
  { name: "artifacts-part-digests", sql: "ALTER TABLE upload_part ADD COLUMN sha256 TEXT;" },
];

export interface Upload {
  readonly seq: number;
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly createdAt: Date;
  /** ARN of who began it. */
  readonly initiator: string;
  readonly description: Description;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: "FULL_OBJECT" | "COMPOSITE" };
  readonly sealed: SealedUnder;
}

export interface UploadedPart extends ObjectFile {
  /** The entity tag, without quotes. */
  readonly etag: string;
  /** Hexadecimal. Absent under a customer's key, and of a part whose tag is its MD5 whatever it is encrypted under. */
  readonly sha256?: string;
  readonly createdAt: Date;
}

interface UploadRow extends SealedColumns {
  seq: number;
  id: string;
  bucket: string;
  key: Uint8Array;
  created_at: number;
  initiator: string;
  description: string;
  checksum_algorithm: ChecksumAlgorithm | null;
  checksum_type: "FULL_OBJECT" | "COMPOSITE" | null;
}

interface PartRow {
  part: number;
  file_id: string;
  size_bytes: number;
  /** The entity tag, an MD5 or not. */
  md5: string;
  sha256: string | null;
  checksum: string | null;
  created_at: number;
}

export class UploadStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  insert(upload: Omit<Upload, "seq">): void {
    this.#db.run(
      `INSERT INTO upload (id, bucket, key, created_at, initiator, description, checksum_algorithm,
         checksum_type, content_id, encryption, kms_key_arn, wrapped_key, key_details)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      upload.id,
      upload.bucket,
      Buffer.from(upload.key),
      upload.createdAt.getTime(),
      upload.initiator,
      JSON.stringify(upload.description),
      upload.checksum?.algorithm,
      upload.checksum?.type,
      upload.sealed.contentId,
      upload.sealed.encryption,
      upload.sealed.kmsKeyArn,
      upload.sealed.wrappedKey,
      keyDetailsOf(upload.sealed),
    );
  }

  find(bucket: string, key: string, id: string): Upload | undefined {
    const row = this.#db.get<UploadRow>(
      "SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?",
      id,
      bucket,
      Buffer.from(key),
    );
    return row === undefined ? undefined : uploadOf(row);
  }

  /** Adds or replaces a part. Returns the id of the file that it replaces. */
  putPart(upload: Upload, part: UploadedPart): string | undefined {
    return this.#db.transaction(() => {
      const before = this.#db.get<{ file_id: string }>(
        "SELECT file_id FROM upload_part WHERE upload_seq = ? AND part = ?",
        upload.seq,
        part.part,
      );
      this.#db.run(
        `INSERT OR REPLACE INTO upload_part (upload_seq, part, file_id, size_bytes, md5, sha256, checksum, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        upload.seq,
        part.part,
        part.fileId,
        part.sizeBytes,
        part.etag,
        part.sha256,
        part.checksum,
        part.createdAt.getTime(),
      );
      return before?.file_id;
    });
  }

  /** In order of their numbers, from behind `after`. */
  parts(upload: Upload, after: number, max: number): UploadedPart[] {
    return this.#db
      .all<PartRow>(
        "SELECT * FROM upload_part WHERE upload_seq = ? AND part > ? ORDER BY part LIMIT ?",
        upload.seq,
        after,
        max,
      )
      .map(partOf);
  }

  /** Removes the upload and its parts' records. Returns the ids of the parts' files. */
  remove(upload: Upload): string[] {
    return this.#db.transaction(() => {
      const files = this.#db.all<{ file_id: string }>(
        "SELECT file_id FROM upload_part WHERE upload_seq = ?",
        upload.seq,
      );
      this.#db.run("DELETE FROM upload WHERE seq = ?", upload.seq);
      return files.map((file) => file.file_id);
    });
  }

  /** In order of keys, and of their beginning within a key. */
  list(bucket: string, start: ScanStart, end: Uint8Array, max: number): Upload[] {
    const { key, behindSeq } = start;
    const rest = this.#db.all<UploadRow>(
      "SELECT * FROM upload WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, seq LIMIT ?",
      bucket,
      behindSeq === undefined ? key : afterKey(key),
      end,
      max,
    );
    if (behindSeq === undefined) return rest.map(uploadOf);
    const same = this.#db.all<UploadRow>(
      "SELECT * FROM upload WHERE bucket = ? AND key = ? AND seq > ? ORDER BY seq LIMIT ?",
      bucket,
      key,
      behindSeq,
      max,
    );
    return [...same, ...rest].slice(0, max).map(uploadOf);
  }

  outline(bucket: string, request: OutlineRequest): string[] {
    return outline(this.#db, "upload", "TRUE", bucket, request);
  }

  namesFile(fileId: string): boolean {
    return this.#db.get("SELECT 1 FROM upload_part WHERE file_id = ?", fileId) !== undefined;
  }
}

function partOf(row: PartRow): UploadedPart {
  return {
    part: row.part,
    fileId: row.file_id,
    sizeBytes: row.size_bytes,
    etag: row.md5,
    createdAt: new Date(row.created_at),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    ...(row.checksum === null ? {} : { checksum: row.checksum }),
  };
}

function uploadOf(row: UploadRow): Upload {
  return {
    seq: row.seq,
    id: row.id,
    bucket: row.bucket,
    key: Buffer.from(row.key).toString("utf8"),
    createdAt: new Date(row.created_at),
    initiator: row.initiator,
    description: JSON.parse(row.description) as Description,
    sealed: sealedOf(row),
    ...(row.checksum_algorithm === null || row.checksum_type === null
      ? {}
      : { checksum: { algorithm: row.checksum_algorithm, type: row.checksum_type } }),
  };
}
