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

/** More tagged resources than this are not remembered. */
const rememberedMax = 100_000;

/** The tags of SageMaker's resources, by ARN; they decide requests through aws:ResourceTag. */
export class ResourceTags {
  readonly #db: Db;
  /** Every resource that has tags, and perhaps more: most have none, and each request asks. */
  #mayHaveTags: Set<string> | "too-many" = new Set();

  constructor(db: Db) {
    this.#db = db;
    for (const { arn } of db.all<{ arn: string }>("SELECT DISTINCT arn FROM sagemaker_tag")) this.#remember(arn);
  }

  of(arn: string): ResourceTag[] {
    if (this.#mayHaveTags !== "too-many" && !this.#mayHaveTags.has(arn)) return [];
    const rows = this.#db.all<{ key: string; value: string }>(
      "SELECT key, value FROM sagemaker_tag WHERE arn = ? ORDER BY key",
      arn,
    );
    return rows.map(({ key, value }) => ({ Key: key, Value: value }));
  }

  /** All or none; "too-many" if the resource would have more than 50. */
  put(arn: string, tags: readonly ResourceTag[]): "stored" | "too-many" {
    // ② beforehand: whatever becomes of the transaction, no tag is overlooked.
    this.#remember(arn);
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

  #remember(arn: string): void {
    if (this.#mayHaveTags === "too-many") return;
    if (this.#mayHaveTags.size < rememberedMax) this.#mayHaveTags.add(arn);
    else this.#mayHaveTags = "too-many";
  }
}
