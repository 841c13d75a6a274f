import type { Db, Migration } from "../platform/index.ts";
import type { WrappingAlgorithm } from "./import-wrapping.ts";
import type { RotationKind } from "./key-store.ts";

/**
 * One version of a key's material. That of imported material stays when the material is deleted, so that the same
 * one can be told again.
 */
export interface BroughtRow {
  /** The one behind the key's current version waits for a rotation. */
  readonly version: number;
  /** Of imported material. */
  readonly materialId: string | null;
  readonly isThere: boolean;
  readonly madeAt: number | null;
  readonly rotation: RotationKind | null;
  /** Epoch milliseconds; null where it stays. */
  readonly expiresAt: number | null;
  readonly description: string | null;
}

interface MaterialPlace {
  readonly keyId: string;
  readonly version: number;
  readonly materialId: string;
}

/** The private half of a wrapping key that was given out. */
export interface WrappingKeyRow {
  readonly tokenId: string;
  readonly keyId: string;
  readonly algorithm: WrappingAlgorithm;
  readonly wrapped: Uint8Array;
  /** Epoch milliseconds. */
  readonly validTo: number;
}

export const importMigrations: readonly Migration[] = [
  {
    name: "encryption-4-imported-material",
    sql: `
      ALTER TABLE kms_key_material ADD COLUMN material_id TEXT;
      ALTER TABLE kms_key_material ADD COLUMN expires_at INTEGER;
      ALTER TABLE kms_key_material ADD COLUMN description TEXT;
      CREATE INDEX kms_key_material_by_expiry ON kms_key_material (expires_at) WHERE expires_at IS NOT NULL;
      CREATE TABLE kms_wrapping_key (
        token_id TEXT PRIMARY KEY,
        key_id TEXT NOT NULL REFERENCES kms_key (key_id),
        algorithm TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        valid_to INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX kms_wrapping_key_by_key ON kms_wrapping_key (key_id, valid_to);
    `,
  },
];

const broughtColumns = `version, material_id AS materialId, length(wrapped) > 0 AS isThere, made_at AS madeAt, rotation,
  expires_at AS expiresAt, description`;

/** Imported material, and the wrapping keys for it, in the metadata database. */
export class ImportStore {
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

  /** All versions of a key, oldest first. */
  brought(keyId: string): BroughtRow[] {
    return this.broughtBetween(keyId, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  /** The versions behind `from` up to `to`. */
  broughtBetween(keyId: string, from: number, to: number, limit: number): BroughtRow[] {
    const sql = `SELECT ${broughtColumns} FROM kms_key_material
      WHERE key_id = ? AND version > ? AND version <= ? ORDER BY version LIMIT ?`;
    const rows = this.#db.all<Omit<BroughtRow, "isThere"> & { isThere: number }>(sql, ...[keyId, from, to, limit]);
    return rows.map((row) => ({ ...row, isThere: row.isThere === 1 }));
  }

  /** `description` undefined: as it was. */
  putMaterial(
    keyId: string,
    x: {
      version: number;
      materialId: string;
      wrapped: Uint8Array;
      madeAt: number;
      expiresAt: number | null;
      description: string | undefined;
    },
  ): void {
    this.#db.run(
      `INSERT INTO kms_key_material (key_id, version, wrapped, made_at, material_id, expires_at, description)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key_id, version) DO UPDATE SET wrapped = excluded.wrapped, expires_at = excluded.expires_at,
         description = coalesce(excluded.description, description)`,
      ...[keyId, x.version, x.wrapped, x.madeAt, x.materialId, x.expiresAt, x.description],
    );
  }

  /** Overwrites a material; the row stays. */
  wipeMaterial(keyId: string, version: number): void {
    const at = [keyId, version];
    this.#db.run(
      "UPDATE kms_key_material SET wrapped = zeroblob(length(wrapped)) WHERE key_id = ? AND version = ?",
      ...at,
    );
    this.#db.run(
      "UPDATE kms_key_material SET wrapped = x'', expires_at = NULL WHERE key_id = ? AND version = ?",
      ...at,
    );
  }

  forgetMaterial(keyId: string, version: number): void {
    this.#db.run("DELETE FROM kms_key_material WHERE key_id = ? AND version = ?", ...[keyId, version]);
  }

  /** Makes the material that waits the current one. */
  promote(keyId: string, version: number, now: number): void {
    const sql = "UPDATE kms_key_material SET rotation = 'ON_DEMAND', made_at = ? WHERE key_id = ? AND version = ?";
    this.#db.run(sql, ...[now, keyId, version]);
    this.#db.run("UPDATE kms_key SET current_version = ? WHERE key_id = ?", ...[version, keyId]);
  }

  /** Says of the key what its materials say: whether all that it ever encrypted with are there, and until when. */
  settle(keyId: string): void {
    this.#db.run(
      `UPDATE kms_key SET
         has_material = (SELECT count(*) > 0 AND min(length(m.wrapped)) > 0 FROM kms_key_material m
           WHERE m.key_id = kms_key.key_id AND m.version <= kms_key.current_version),
         material_expires_at = (SELECT min(m.expires_at) FROM kms_key_material m
           WHERE m.key_id = kms_key.key_id AND m.version <= kms_key.current_version)
       WHERE key_id = ?`,
      keyId,
    );
  }

  enable(keyId: string): void {
    this.#db.run("UPDATE kms_key SET state = 'Enabled' WHERE key_id = ?", keyId);
  }

  /** Imported materials whose day is over. `keyId` undefined: of all keys. */
  materialsDue(now: number, keyId?: string): MaterialPlace[] {
    const sql = `SELECT key_id AS keyId, version, material_id AS materialId FROM kms_key_material
      WHERE expires_at <= ? AND (? IS NULL OR key_id = ?)`;
    return this.#db.all<MaterialPlace>(sql, ...[now, keyId, keyId]);
  }

  /** Keeps a wrapping key, and no more than `countMax` of one key: the oldest go first. */
  putWrappingKey(row: WrappingKeyRow, countMax: number): void {
    this.#db.transaction(() => {
      this.#db.run(
        "INSERT INTO kms_wrapping_key (token_id, key_id, algorithm, wrapped, valid_to) VALUES (?, ?, ?, ?, ?)",
        ...[row.tokenId, row.keyId, row.algorithm, row.wrapped, row.validTo],
      );
      this.#db.run(
        `DELETE FROM kms_wrapping_key WHERE key_id = ? AND token_id NOT IN
           (SELECT token_id FROM kms_wrapping_key WHERE key_id = ? ORDER BY valid_to DESC, rowid DESC LIMIT ?)`,
        ...[row.keyId, row.keyId, countMax],
      );
    });
  }

  wrappingKey(tokenId: string): WrappingKeyRow | undefined {
    const sql = `SELECT token_id AS tokenId, key_id AS keyId, algorithm, wrapped, valid_to AS validTo
      FROM kms_wrapping_key WHERE token_id = ?`;
    return this.#db.get<WrappingKeyRow>(sql, tokenId);
  }

  deleteWrappingKeys(x: { validBefore: number }): number {
    return this.#db.run("DELETE FROM kms_wrapping_key WHERE valid_to <= ?", x.validBefore).changes;
  }
}
