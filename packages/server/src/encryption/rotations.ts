import { isSymmetric } from "./key-kind.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { FoundKey, KeyRing } from "./key-ring.ts";
import type { BroughtRow, ImportStore } from "./import-store.ts";
import type { KeyRow, KeyStore, RotationKind } from "./key-store.ts";

interface RotationStatus {
  readonly kind: "status";
  readonly keyArn: string;
  /** Undefined: the key is not rotated by itself. */
  readonly automatic?: { readonly days: number; readonly nextAt: Date };
}

/** One version of a key's material; the first one came about by no rotation. */
interface MaterialVersion {
  readonly materialId: string;
  readonly state: "CURRENT" | "NON_CURRENT" | "PENDING_ROTATION";
  readonly madeAt: Date;
  readonly rotation?: RotationKind;
  /** Of imported material. */
  readonly brought?: { readonly isThere: boolean; readonly expiresAt?: Date; readonly description?: string };
}

interface RotationPage {
  readonly kind: "rotations";
  readonly keyArn: string;
  readonly versions: readonly MaterialVersion[];
  readonly next?: string;
}

type Rotated = { readonly kind: "rotated"; readonly keyArn: string };
type Unsupported = Refusal<"unsupported">;

export const rotationDaysDefault = 365;
const onDemandRotationsMax = 25;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * New material for a key, by and by or on demand. All older material stays, so that whatever was encrypted
 * opens; every ciphertext names the version that it was made with.
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class Rotations {
  readonly #ring: KeyRing;
  readonly #store: KeyStore;
  readonly #imports: ImportStore;

  constructor(ring: KeyRing, store: KeyStore, imports: ImportStore) {
    this.#ring = ring;
    this.#store = store;
    this.#imports = imports;
  }

  /** `days` undefined: as it was, or 365. The days count from now, unless nothing changes. */
  enable(keyId: string, days?: number): Rotated | KeyNotFound | KeyUnusable | Unsupported {
    const found = this.#rotatable(keyId);
    if (found.kind === "refused") return found;
    const { row, keyArn } = found;
    const wanted = this.daysOf(found, days);
    if (wanted !== row.rotationDays) {
      this.#store.setRotation(row.keyId, wanted, this.#ring.now() + wanted * dayMs);
    }
    return { kind: "rotated", keyArn };
  }

  /** The period that a request to rotate a key means. */
  daysOf(found: FoundKey | undefined, days: number | undefined): number {
    return days ?? found?.row.rotationDays ?? rotationDaysDefault;
  }

  disable(keyId: string): Rotated | KeyNotFound | KeyUnusable | Unsupported {
    const found = this.#rotatable(keyId);
    if (found.kind === "refused") return found;
    this.#store.setRotation(found.row.keyId, null, null);
    return { kind: "rotated", keyArn: found.keyArn };
  }

  /** While a key waits for its deletion it is not rotated, whatever was set; a key that cannot be rotated never is. */
  status(keyId: string): RotationStatus | KeyNotFound {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    const { row, keyArn } = found;
    const { rotationDays: days, nextRotationAt } = row;
    if (days === null || nextRotationAt === null || row.state === "PendingDeletion") return { kind: "status", keyArn };
    return { kind: "status", keyArn, automatic: { days, nextAt: new Date(nextRotationAt) } };
  }

  /** New material at once; the days until the next automatic rotation stay as they are. */
  now(keyId: string): Rotated | KeyNotFound | KeyUnusable | Unsupported | Refusal<"limit" | "no-material-waits"> {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    const { row, keyArn } = found;
    if (!isSymmetric(row)) return unsupported(found);
    const unusable = this.#ring.unusable(row);
    if (unusable !== undefined) return unusable;
    if (this.#store.rotationsOf(row.keyId, "ON_DEMAND") >= onDemandRotationsMax) {
      const message = `${keyArn} was rotated on demand ${onDemandRotationsMax} times, and can be no more.`;
      return refused("limit", message, keyArn);
    }
    return row.origin === "EXTERNAL" ? this.#promote(found) : this.#renew(found);
  }

  #renew({ row, keyArn }: FoundKey): Rotated {
    this.#ring.rotate(row, "ON_DEMAND");
    return { kind: "rotated", keyArn };
  }

  /** A key whose material is imported is rotated to what was imported for that. */
  #promote({ row, keyArn }: FoundKey): Rotated | Refusal<"no-material-waits"> {
    this.#ring.wipeExpired(row.keyId);
    const waiting = this.#imports.brought(row.keyId).find(({ version }) => version > row.currentVersion);
    if (waiting === undefined) {
      return refused("no-material-waits", `${keyArn} has no key material that waits for a rotation.`, keyArn);
    }
    this.#imports.transaction(() => {
      this.#imports.promote(row.keyId, waiting.version, this.#ring.now());
      this.#imports.settle(row.keyId);
    });
    return { kind: "rotated", keyArn };
  }

  /** `all`: the first material and one that waits too, not only what rotations made. `after`: a page's `next`. */
  list(x: { keyId: string; all: boolean; after?: string; limit: number }): RotationPage | KeyNotFound | Unsupported {
    const found = this.#ring.find(x.keyId);
    if (found.kind === "absent") return found.refusal;
    const { row, keyArn } = found;
    if (!isSymmetric(row)) return unsupported(found);
    if (row.origin === "EXTERNAL") this.#ring.wipeExpired(row.keyId);
    const from = Math.max(Number(x.after ?? 0), x.all ? 0 : 1);
    const to = x.all ? row.currentVersion + 1 : row.currentVersion;
    const rows = this.#imports.broughtBetween(row.keyId, from, to, x.limit + 1);
    const shown = rows.slice(0, x.limit);
    const last = rows.length > x.limit ? shown.at(-1)?.version : undefined;
    const versions = shown.map((one) => this.#shown(row, one));
    return { kind: "rotations", keyArn, versions, ...(last !== undefined && { next: String(last) }) };
  }

  #shown(row: KeyRow, { version, rotation, madeAt, isThere, expiresAt, description }: BroughtRow): MaterialVersion {
    const past = version < row.currentVersion ? "NON_CURRENT" : "CURRENT";
    return {
      materialId: this.#ring.materialIdOf(row, version),
      state: version > row.currentVersion ? "PENDING_ROTATION" : past,
      madeAt: new Date(madeAt ?? row.createdAt),
      ...(rotation !== null && { rotation }),
      ...(row.origin === "EXTERNAL" && {
        brought: {
          isThere,
          ...(expiresAt !== null && { expiresAt: new Date(expiresAt) }),
          ...(description !== null && { description }),
        },
      }),
    };
  }

  #rotatable(keyId: string): FoundKey | KeyNotFound | KeyUnusable | Unsupported {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    if (!isSymmetric(found.row) || found.row.origin !== "AWS_KMS") return unsupported(found);
    return this.#ring.unusable(found.row) ?? found;
  }
}

function unsupported({ row, keyArn }: FoundKey): Unsupported {
  const message = `${keyArn} key spec is ${row.spec} and its origin is ${row.origin}, which is not valid for this operation.`;
  return refused("unsupported", message, keyArn);
}
