import type { Db, Migration } from "../../platform/index.ts";
import { pageOf, type Page, type PageRequest, type Tags } from "../identity.ts";

export const mfaDeviceMigrations: readonly Migration[] = [
  {
    name: "access-0032-mfa-devices",
    sql: `
      CREATE TABLE access_mfa_device (
        serial TEXT PRIMARY KEY, created_at INTEGER NOT NULL, sealed_seed BLOB NOT NULL, tags TEXT NOT NULL,
        user_id TEXT, enabled_at INTEGER, drift_steps INTEGER NOT NULL DEFAULT 0, last_step INTEGER
      ) STRICT;
      CREATE INDEX access_mfa_device_of ON access_mfa_device (user_id);
    `,
  },
];

/** An authenticator. Times are epoch milliseconds. */
export interface MfaDevice {
  /** arn:aws:iam::<account>:mfa/<path><name> */
  readonly serial: string;
  readonly createdAt: number;
  readonly sealedSeed: Uint8Array;
  readonly tags: Tags;
  /** Whom it is enabled for; undefined while it is nobody's. */
  readonly userId: string | undefined;
  readonly enabledAt: number | undefined;
  /** How far its clock is from the server's, in steps of 30 seconds. */
  readonly driftSteps: number;
  /** The step of the last code that was taken: none of it or before it is taken again. */
  readonly lastStep: number | undefined;
}

interface Row {
  serial: string;
  created_at: number;
  sealed_seed: Uint8Array | ArrayBuffer;
  tags: string;
  user_id: string | null;
  enabled_at: number | null;
  drift_steps: number;
  last_step: number | null;
}

export type Assignment = "Any" | "Assigned" | "Unassigned";

const having: Readonly<Record<Assignment, string>> = {
  Any: "",
  Assigned: "AND user_id IS NOT NULL",
  Unassigned: "AND user_id IS NULL",
};

/** Authenticators, their seeds sealed. Every change that matters to sessions calls `forget` before it returns. */
export class MfaDeviceStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(serial: string): MfaDevice | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_mfa_device WHERE serial = ?", serial);
    return row && deviceOf(row);
  }

  of(userId: string): MfaDevice[] {
    const sql = "SELECT * FROM access_mfa_device WHERE user_id = ? ORDER BY serial";
    return this.#db.all<Row>(sql, userId).map(deviceOf);
  }

  list(assignment: Assignment, { after = "", limit }: PageRequest): Page<MfaDevice> {
    const sql = `SELECT * FROM access_mfa_device WHERE serial > ? ${having[assignment]} ORDER BY serial LIMIT ?`;
    return pageOf(this.#db.all<Row>(sql, after, limit + 1).map(deviceOf), limit);
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_mfa_device")?.count ?? 0;
  }

  add({ serial, createdAt, sealedSeed, tags }: Pick<MfaDevice, "serial" | "createdAt" | "sealedSeed" | "tags">): void {
    const sql = "INSERT INTO access_mfa_device (serial, created_at, sealed_seed, tags) VALUES (?, ?, ?, ?)";
    this.#db.run(sql, serial, createdAt, sealedSeed, JSON.stringify(tags));
  }

  enable(serial: string, userId: string, enabledAt: number, lastStep: number): void {
    this.#db.run(
      "UPDATE access_mfa_device SET user_id = ?, enabled_at = ?, drift_steps = 0, last_step = ? WHERE serial = ?",
      ...[userId, enabledAt, lastStep, serial],
    );
    this.#forget();
  }

  /** What was taken stays taken, whoever has the device next. */
  disable(serial: string): void {
    this.#db.run("UPDATE access_mfa_device SET user_id = NULL, enabled_at = NULL WHERE serial = ?", serial);
    this.#forget();
  }

  /** ② false where a code of this step, or of a later one, was taken already. */
  take(serial: string, step: number): boolean {
    const sql = "UPDATE access_mfa_device SET last_step = ? WHERE serial = ? AND (last_step IS NULL OR last_step < ?)";
    return this.#db.run(sql, step, serial, step).changes === 1;
  }

  setDrift(serial: string, driftSteps: number): void {
    this.#db.run("UPDATE access_mfa_device SET drift_steps = ? WHERE serial = ?", driftSteps, serial);
  }

  setTags(serial: string, tags: Tags): void {
    this.#db.run("UPDATE access_mfa_device SET tags = ? WHERE serial = ?", JSON.stringify(tags), serial);
    this.#forget();
  }

  remove(serial: string): void {
    this.#db.run("DELETE FROM access_mfa_device WHERE serial = ?", serial);
  }
}

function deviceOf(row: Row): MfaDevice {
  return {
    serial: row.serial,
    createdAt: row.created_at,
    // The driver gives bytes of single rows as a Buffer, those of several as an ArrayBuffer.
    sealedSeed: new Uint8Array(row.sealed_seed),
    tags: JSON.parse(row.tags) as Tags,
    userId: row.user_id ?? undefined,
    enabledAt: row.enabled_at ?? undefined,
    driftSteps: row.drift_steps,
    lastStep: row.last_step ?? undefined,
  };
}
