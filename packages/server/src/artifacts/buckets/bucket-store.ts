import type { Db, Migration } from "../../platform/index.ts";
import type { BucketLifecycle } from "../lifecycle/lifecycle-rule.ts";
import type { CorsRule } from "./cors.ts";

export const bucketMigrations: readonly Migration[] = [
  {
    name: "artifacts-001-buckets",
    sql: `
      CREATE TABLE bucket (
        name TEXT PRIMARY KEY,
        account_id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        versioning TEXT CHECK (versioning IN ('Enabled', 'Suspended')),
        encryption TEXT,
        policy TEXT,
        tags TEXT,
        public_access_block TEXT
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** Run behind all others of this domain, so that data folders of before get them too. */
export const bucketConfigurationMigrations: readonly Migration[] = [
  {
    name: "artifacts-005-bucket-configuration",
    sql: `
      ALTER TABLE bucket ADD COLUMN object_lock TEXT;
      ALTER TABLE bucket ADD COLUMN cors TEXT;
      ALTER TABLE bucket ADD COLUMN lifecycle TEXT;
    `,
  },
];

/** What a bucket does with an object that names no encryption itself. */
export type BucketEncryption = ({ readonly kind: "AES256" } | { readonly kind: "aws:kms"; readonly keyId?: string }) & {
  /** Whether data keys are wrapped under a key of the bucket where a KMS key is used. */
  readonly bucketKey?: boolean;
  /** Whether writes under keys that customers keep (SSE-C) are refused. */
  readonly blocksCustomerKeys?: boolean;
};

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** Exactly one of days and years. */
export interface DefaultRetention {
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  readonly days?: number;
  readonly years?: number;
}

/** Present on a bucket whose objects can be locked; it never goes away again. */
export interface ObjectLockSettings {
  readonly defaultRetention?: DefaultRetention;
}

export type Tags = Readonly<Record<string, string>>;

export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly createdAt: Date;
  /** Absent until versioning was set for the first time. */
  readonly versioning?: "Enabled" | "Suspended";
  readonly encryption: BucketEncryption;
  /** The bucket policy, as the JSON text that was put. */
  readonly policy?: string;
  readonly tags?: Tags;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly objectLock?: ObjectLockSettings;
  readonly cors?: readonly CorsRule[];
  readonly lifecycle?: BucketLifecycle;
  /** What happens to its objects is told to rules on events. */
  readonly notifiesEventBridge?: boolean;
}

interface BucketRow {
  name: string;
  account_id: string;
  created_at: number;
  versioning: "Enabled" | "Suspended" | null;
  encryption: string | null;
  policy: string | null;
  tags: string | null;
  public_access_block: string | null;
  object_lock: string | null;
  cors: string | null;
  lifecycle: string | null;
  notifications: string | null;
}

export type BucketColumn =
  | "versioning"
  | "encryption"
  | "policy"
  | "tags"
  | "public_access_block"
  | "object_lock"
  | "cors"
  | "lifecycle"
  | "notifications";

const rememberedMax = 1000;

/** The only one that writes buckets: what it remembers of them, it forgets with each write. */
export class BucketStore {
  readonly #db: Db;
  readonly #remembered = new Map<string, Bucket>();

  constructor(db: Db) {
    this.#db = db;
  }

  find(name: string): Bucket | undefined {
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined) return remembered;
    const row = this.#db.get<BucketRow>("SELECT * FROM bucket WHERE name = ?", name);
    const bucket = row === undefined ? undefined : bucketOf(row);
    if (bucket !== undefined) this.#remember(bucket);
    return bucket;
  }

  insert(bucket: Pick<Bucket, "name" | "accountId" | "createdAt" | "versioning" | "objectLock">): void {
    this.#db.run(
      "INSERT INTO bucket (name, account_id, created_at, versioning, object_lock) VALUES (?, ?, ?, ?, ?)",
      bucket.name,
      bucket.accountId,
      bucket.createdAt.getTime(),
      bucket.versioning,
      bucket.objectLock === undefined ? undefined : JSON.stringify(bucket.objectLock),
    );
  }

  set(name: string, column: BucketColumn, value: string | undefined): void {
    this.#remembered.clear();
    this.#db.run(`UPDATE bucket SET ${column} = ? WHERE name = ?`, value, name);
  }

  list(from: { after: string; prefix: string; max: number }): Bucket[] {
    return this.#db
      .all<BucketRow>(
        "SELECT * FROM bucket WHERE name > ? AND substr(name, 1, length(?)) = ? ORDER BY name LIMIT ?",
        from.after,
        from.prefix,
        from.prefix,
        from.max,
      )
      .map(bucketOf);
  }

  /**
   * Deletes the bucket, and the uploads that are under way in it, if it holds no version and no delete marker. Returns
   * the ids of the files of their parts, which nothing names any more.
   */
  deleteEmpty(name: string): { kind: "deleted"; fileIds: readonly string[] } | { kind: "not-empty" } {
    this.#remembered.clear();
    return this.#db.transaction(() => {
      const used = this.#db.get("SELECT 1 FROM object_version WHERE bucket = ? LIMIT 1", name);
      if (used !== undefined) return { kind: "not-empty" as const };
      const parts = this.#db.all<{ file_id: string }>(
        "SELECT file_id FROM upload_part WHERE upload_seq IN (SELECT seq FROM upload WHERE bucket = ?)",
        name,
      );
      this.#db.run("DELETE FROM upload WHERE bucket = ?", name);
      this.#db.run("DELETE FROM bucket WHERE name = ?", name);
      return { kind: "deleted" as const, fileIds: parts.map((part) => part.file_id) };
    });
  }

  /** ② what is read inside a transaction may be taken back: it is not remembered. */
  #remember(bucket: Bucket): void {
    if (this.#db.isInTransaction) return;
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    this.#remembered.set(bucket.name, bucket);
  }
}

function bucketOf(row: BucketRow): Bucket {
  return {
    name: row.name,
    accountId: row.account_id,
    createdAt: new Date(row.created_at),
    encryption: row.encryption === null ? { kind: "AES256" } : (JSON.parse(row.encryption) as BucketEncryption),
    ...(row.versioning === null ? {} : { versioning: row.versioning }),
    ...(row.policy === null ? {} : { policy: row.policy }),
    ...(row.tags === null ? {} : { tags: JSON.parse(row.tags) as Tags }),
    ...(row.public_access_block === null
      ? {}
      : { publicAccessBlock: JSON.parse(row.public_access_block) as PublicAccessBlock }),
    ...(row.object_lock === null ? {} : { objectLock: JSON.parse(row.object_lock) as ObjectLockSettings }),
    ...(row.cors === null ? {} : { cors: JSON.parse(row.cors) as CorsRule[] }),
    ...(row.lifecycle === null ? {} : { lifecycle: lifecycleOf(row.lifecycle) }),
    ...(row.notifications === null ? {} : { notifiesEventBridge: true }),
  };
}

/** Lifecycles that were read; a thousand rules are not read anew for every request. */
const lifecycles = new Map<string, BucketLifecycle>();
const lifecyclesMax = 100;

function lifecycleOf(text: string): BucketLifecycle {
  const known = lifecycles.get(text);
  if (known !== undefined) return known;
  if (lifecycles.size >= lifecyclesMax) lifecycles.clear();
  const lifecycle = JSON.parse(text) as BucketLifecycle;
  lifecycles.set(text, lifecycle);
  return lifecycle;
}
