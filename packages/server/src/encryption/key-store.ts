import type { Db, Migration } from "../platform/index.ts";
import { grantMigrations } from "./grant-store.ts";
import { importMigrations } from "./import-store.ts";
import type { KeyOrigin, KeySpec, KeyUsage } from "./key-kind.ts";

/** PendingImport: a key without material, whatever was last said of it but that it is to be deleted. */
export type KeyState = "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport";
export type KeyManager = "CUSTOMER" | "AWS";

export interface KeyRow {
  readonly keyId: string;
  readonly description: string;
  readonly policy: string;
  readonly state: KeyState;
  readonly manager: KeyManager;
  /** Epoch milliseconds, as are all times here. */
  readonly createdAt: number;
  readonly deletionAt: number | null;
  /** The newest version of the material, which encrypts; versions count from 1. */
  readonly currentVersion: number;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: KeyOrigin;
  /** Days between two automatic rotations; null where there are none. */
  readonly rotationDays: number | null;
  readonly nextRotationAt: number | null;
  /** When imported material is wiped; null where it stays. */
  readonly materialExpiresAt: number | null;
}

/** How a version of the material came about; null for the first one. */
export type RotationKind = "AUTOMATIC" | "ON_DEMAND";

export interface AliasRow {
  readonly alias: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface TagRow {
  readonly tagKey: string;
  readonly tagValue: string;
}

export const keyMigrations: readonly Migration[] = [
  {
    name: "encryption-1-keys",
    sql: `
      CREATE TABLE kms_key (
        key_id TEXT PRIMARY KEY,
        description TEXT NOT NULL,
        policy TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('Enabled', 'Disabled', 'PendingDeletion')),
        manager TEXT NOT NULL CHECK (manager IN ('CUSTOMER', 'AWS')),
        created_at INTEGER NOT NULL,
        deletion_at INTEGER,
        current_version INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE kms_key_material (
        key_id TEXT NOT NULL REFERENCES kms_key (key_id),
        version INTEGER NOT NULL,
        wrapped BLOB NOT NULL,
        PRIMARY KEY (key_id, version)
      ) STRICT;
      CREATE TABLE kms_alias (
        alias TEXT PRIMARY KEY,
        key_id TEXT NOT NULL REFERENCES kms_key (key_id),
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX kms_alias_by_key ON kms_alias (key_id);
      CREATE TABLE kms_key_tag (
        key_id TEXT NOT NULL REFERENCES kms_key (key_id),
        tag_key TEXT NOT NULL,
        tag_value TEXT NOT NULL,
        PRIMARY KEY (key_id, tag_key)
      ) STRICT;
    `,
  },
  {
    name: "encryption-2-kinds-rotation-import",
    // Keys that services keep for themselves are rotated every year, as in AWS.
    sql: `
      ALTER TABLE kms_key ADD COLUMN spec TEXT NOT NULL DEFAULT 'SYMMETRIC_DEFAULT';
      ALTER TABLE kms_key ADD COLUMN usage TEXT NOT NULL DEFAULT 'ENCRYPT_DECRYPT';
      ALTER TABLE kms_key ADD COLUMN origin TEXT NOT NULL DEFAULT 'AWS_KMS';
      ALTER TABLE kms_key ADD COLUMN rotation_days INTEGER;
      ALTER TABLE kms_key ADD COLUMN next_rotation_at INTEGER;
      ALTER TABLE kms_key ADD COLUMN has_material INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE kms_key ADD COLUMN material_expires_at INTEGER;
      ALTER TABLE kms_key ADD COLUMN import_digest BLOB;
      ALTER TABLE kms_key_material ADD COLUMN made_at INTEGER;
      ALTER TABLE kms_key_material ADD COLUMN rotation TEXT CHECK (rotation IN ('AUTOMATIC', 'ON_DEMAND'));
      UPDATE kms_key SET rotation_days = 365, next_rotation_at = created_at + 31536000000 WHERE manager = 'AWS';
    `,
  },
  ...grantMigrations,
  ...importMigrations,
];

const keyColumns = `key_id AS keyId, description, policy, manager, created_at AS createdAt,
  CASE WHEN state <> 'PendingDeletion' AND has_material = 0 THEN 'PendingImport' ELSE state END AS state,
  deletion_at AS deletionAt, current_version AS currentVersion, spec, usage, origin, rotation_days AS rotationDays,
  next_rotation_at AS nextRotationAt, material_expires_at AS materialExpiresAt`;
const aliasColumns = "alias, key_id AS keyId, created_at AS createdAt, updated_at AS updatedAt";

/** Keys, wrapped material, aliases and tags in the metadata database. */
export class KeyStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  /** What was overwritten is in no file any more when this returns. */
  shred(): void {
    this.#db.shred();
  }

  /** `wrapped` undefined: a key that waits for its material. */
  insertKey(key: KeyRow, wrapped: Uint8Array | undefined): void {
    const { state } = key;
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO kms_key (key_id, description, policy, state, manager, created_at, current_version, spec, usage,
           origin, rotation_days, next_rotation_at, has_material)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[key.keyId, key.description, key.policy, state === "PendingImport" ? "Enabled" : state, key.manager],
        ...[key.createdAt, key.currentVersion, key.spec, key.usage, key.origin],
        ...[key.rotationDays, key.nextRotationAt, wrapped === undefined ? 0 : 1],
      );
      if (wrapped === undefined) return;
      this.#db.run(
        "INSERT INTO kms_key_material (key_id, version, wrapped, made_at) VALUES (?, ?, ?, ?)",
        ...[key.keyId, key.currentVersion, wrapped, key.createdAt],
      );
    });
  }

  key(keyId: string): KeyRow | undefined {
    return this.#db.get<KeyRow>(`SELECT ${keyColumns} FROM kms_key WHERE key_id = ?`, keyId);
  }

  keysAfter(keyId: string, limit: number): KeyRow[] {
    return this.#db.all<KeyRow>(
      `SELECT ${keyColumns} FROM kms_key WHERE key_id > ? ORDER BY key_id LIMIT ?`,
      ...[keyId, limit],
    );
  }

  keysDueForDeletion(now: number): KeyRow[] {
    return this.#db.all<KeyRow>(
      `SELECT ${keyColumns} FROM kms_key WHERE state = 'PendingDeletion' AND deletion_at <= ?`,
      now,
    );
  }

  setState(keyId: string, state: KeyState, deletionAt: number | null): void {
    this.#db.run("UPDATE kms_key SET state = ?, deletion_at = ? WHERE key_id = ?", state, deletionAt, keyId);
  }

  setPolicy(keyId: string, policy: string): void {
    this.#db.run("UPDATE kms_key SET policy = ? WHERE key_id = ?", policy, keyId);
  }

  setDescription(keyId: string, description: string): void {
    this.#db.run("UPDATE kms_key SET description = ? WHERE key_id = ?", description, keyId);
  }

  material(keyId: string, version: number): Uint8Array | undefined {
    return this.#db.get<{ wrapped: Uint8Array }>(
      "SELECT wrapped FROM kms_key_material WHERE key_id = ? AND version = ? AND wrapped <> x''",
      ...[keyId, version],
    )?.wrapped;
  }

  /** What imported material is called. */
  materialId(keyId: string, version: number): string | undefined {
    const sql = "SELECT material_id AS id FROM kms_key_material WHERE key_id = ? AND version = ?";
    return this.#db.get<{ id: string | null }>(sql, ...[keyId, version])?.id ?? undefined;
  }

  /** Removes a key with all that belongs to it. The material is overwritten first, then its row removed. */
  deleteKey(keyId: string): void {
    this.#db.transaction(() => {
      this.#deleteMaterial(keyId);
      this.#db.run("DELETE FROM kms_wrapping_key WHERE key_id = ?", keyId);
      this.#db.run("DELETE FROM kms_grant WHERE key_id = ?", keyId);
      this.#db.run("DELETE FROM kms_alias WHERE key_id = ?", keyId);
      this.#db.run("DELETE FROM kms_key_tag WHERE key_id = ?", keyId);
      this.#db.run("DELETE FROM kms_key WHERE key_id = ?", keyId);
    });
  }

  #deleteMaterial(keyId: string): void {
    this.#db.run("UPDATE kms_key_material SET wrapped = zeroblob(length(wrapped)) WHERE key_id = ?", keyId);
    this.#db.run("DELETE FROM kms_key_material WHERE key_id = ?", keyId);
  }

  /** `days` null: no automatic rotation from now on. */
  setRotation(keyId: string, days: number | null, nextAt: number | null): void {
    const sql = "UPDATE kms_key SET rotation_days = ?, next_rotation_at = ? WHERE key_id = ?";
    this.#db.run(sql, ...[days, nextAt, keyId]);
  }

  keysDueForRotation(now: number): KeyRow[] {
    const sql = `SELECT ${keyColumns} FROM kms_key WHERE state = 'Enabled' AND next_rotation_at <= ?`;
    return this.#db.all<KeyRow>(sql, now);
  }

  /** Adds a version of the material, with which the key encrypts from now on; the older ones stay. */
  addMaterial(
    keyId: string,
    x: { version: number; wrapped: Uint8Array; rotation: RotationKind; madeAt: number },
  ): void {
    this.#db.transaction(() => {
      this.#db.run(
        "INSERT INTO kms_key_material (key_id, version, wrapped, made_at, rotation) VALUES (?, ?, ?, ?, ?)",
        ...[keyId, x.version, x.wrapped, x.madeAt, x.rotation],
      );
      this.#db.run("UPDATE kms_key SET current_version = ? WHERE key_id = ?", ...[x.version, keyId]);
    });
  }

  rotationsOf(keyId: string, rotation: RotationKind): number {
    const sql = "SELECT count(*) AS n FROM kms_key_material WHERE key_id = ? AND rotation = ?";
    return this.#db.get<{ n: number }>(sql, ...[keyId, rotation])?.n ?? 0;
  }

  alias(alias: string): AliasRow | undefined {
    return this.#db.get<AliasRow>(`SELECT ${aliasColumns} FROM kms_alias WHERE alias = ?`, alias);
  }

  /** All names of one key, in order. */
  aliasesOf(keyId: string): string[] {
    const rows = this.#db.all<{ alias: string }>("SELECT alias FROM kms_alias WHERE key_id = ? ORDER BY alias", keyId);
    return rows.map(({ alias }) => alias);
  }

  /** `keyId` undefined: the aliases of all keys. */
  aliasesAfter(alias: string, keyId: string | undefined, limit: number): AliasRow[] {
    return this.#db.all<AliasRow>(
      `SELECT ${aliasColumns} FROM kms_alias WHERE alias > ? AND (? IS NULL OR key_id = ?) ORDER BY alias LIMIT ?`,
      ...[alias, keyId, keyId, limit],
    );
  }

  insertAlias(row: AliasRow): void {
    this.#db.run(
      "INSERT INTO kms_alias (alias, key_id, created_at, updated_at) VALUES (?, ?, ?, ?)",
      ...[row.alias, row.keyId, row.createdAt, row.updatedAt],
    );
  }

  moveAlias(alias: string, keyId: string, updatedAt: number): void {
    this.#db.run("UPDATE kms_alias SET key_id = ?, updated_at = ? WHERE alias = ?", ...[keyId, updatedAt, alias]);
  }

  deleteAlias(alias: string): void {
    this.#db.run("DELETE FROM kms_alias WHERE alias = ?", alias);
  }

  tags(keyId: string): TagRow[] {
    return this.#db.all<TagRow>(
      "SELECT tag_key AS tagKey, tag_value AS tagValue FROM kms_key_tag WHERE key_id = ? ORDER BY tag_key",
      keyId,
    );
  }

  /** In the order of their keys. */
  tagsAfter(keyId: string, after: string, limit: number): TagRow[] {
    return this.#db.all<TagRow>(
      `SELECT tag_key AS tagKey, tag_value AS tagValue FROM kms_key_tag WHERE key_id = ? AND tag_key > ?
       ORDER BY tag_key LIMIT ?`,
      ...[keyId, after, limit],
    );
  }

  putTag(keyId: string, tag: TagRow): void {
    this.#db.run(
      `INSERT INTO kms_key_tag (key_id, tag_key, tag_value) VALUES (?, ?, ?)
       ON CONFLICT (key_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value`,
      ...[keyId, tag.tagKey, tag.tagValue],
    );
  }

  deleteTag(keyId: string, tagKey: string): void {
    this.#db.run("DELETE FROM kms_key_tag WHERE key_id = ? AND tag_key = ?", keyId, tagKey);
  }
}
