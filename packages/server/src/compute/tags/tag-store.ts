import type { Db, Migration } from "../../platform/index.ts";

export const tagMigrations: readonly Migration[] = [
  {
    name: "compute-tags-1",
    sql: `
      CREATE TABLE sagemaker_tag (
        arn TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (arn, key)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

export interface ResourceTag {
  readonly Key: string;
  readonly Value: string;
}

export const tagsMax = 50;

/** The tags of SageMaker's resources, by ARN; they decide requests through aws:ResourceTag. */
export class ResourceTags {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  of(arn: string): ResourceTag[] {
    const rows = this.#db.all<{ key: string; value: string }>(
      "SELECT key, value FROM sagemaker_tag WHERE arn = ? ORDER BY key",
      arn,
    );
    return rows.map(({ key, value }) => ({ Key: key, Value: value }));
  }

  /** All or none; "too-many" if the resource would have more than 50. */
  put(arn: string, tags: readonly ResourceTag[]): "stored" | "too-many" {
    return this.#db.transaction(() => {
      const keys = new Set([...this.of(arn), ...tags].map(({ Key }) => Key));
      if (keys.size > tagsMax) return "too-many";
      for (const { Key, Value } of tags) {
        this.#db.run("INSERT OR REPLACE INTO sagemaker_tag (arn, key, value) VALUES (?, ?, ?)", arn, Key, Value);
      }
      return "stored";
    });
  }

  remove(arn: string, keys: readonly string[]): void {
    this.#db.transaction(() => {
      for (const key of keys) this.#db.run("DELETE FROM sagemaker_tag WHERE arn = ? AND key = ?", arn, key);
    });
  }

  /** For a resource that is gone. */
  clear(arn: string): void {
    this.#db.run("DELETE FROM sagemaker_tag WHERE arn = ?", arn);
  }
}
