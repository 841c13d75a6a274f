import type { Db, Migration } from "../../platform/index.ts";
import { versionOf } from "./object-store.ts";
import type { StoredVersion, VersionRow } from "./object-store.ts";
import type { UploadName } from "./open-uploads.ts";
import type { Upload } from "./upload-store.ts";

export const completedUploadMigrations: readonly Migration[] = [
  {
    name: "artifacts-completed-uploads",
    // The content's id is the upload's own, and stays with the version that was made of it.
    sql: `
      CREATE TABLE completed_upload (
        id TEXT PRIMARY KEY,
        content_id TEXT NOT NULL,
        completed_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX completed_upload_by_time ON completed_upload (completed_at);
    `,
  },
];

/** How long a client that did not hear the answer may ask for it again. */
const rememberedMs = 86_400_000;

/** The uploads that became objects not long ago. */
export class CompletedUploadStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Notes what was completed now, and forgets what was completed long ago. */
  note(upload: Upload, now: Date): void {
    this.#db.run("DELETE FROM completed_upload WHERE completed_at < ?", now.getTime() - rememberedMs);
    this.#db.run(
      "INSERT INTO completed_upload (id, content_id, completed_at) VALUES (?, ?, ?)",
      upload.id,
      upload.sealed.contentId,
      now.getTime(),
    );
  }

  /** The version that an upload became; undefined where it is gone or was replaced, or the upload is forgotten. */
  versionOf({ bucket, key, uploadId }: UploadName): StoredVersion | undefined {
    const row = this.#db.get<VersionRow>(
      `SELECT object_version.* FROM completed_upload
         JOIN object_version ON object_version.content_id = completed_upload.content_id
       WHERE completed_upload.id = ? AND object_version.bucket = ? AND object_version.key = ?`,
      uploadId,
      bucket,
      Buffer.from(key),
    );
    const version = row === undefined ? undefined : versionOf(row);
    return version?.kind === "object" ? version : undefined;
  }
}
