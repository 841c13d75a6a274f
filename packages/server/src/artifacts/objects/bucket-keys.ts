import { createHash } from "node:crypto";
import type { Authority } from "../../access/index.ts";
import type { DataKeys, KeyRefusal } from "../../encryption/index.ts";
import type { Clock } from "../../platform/index.ts";
import { bucketArn } from "../buckets/bucket-name.ts";

/** How long a bucket's key is used, how many data keys it wraps, and how many are held at once. */
const lifeMs = 5 * 60 * 1000;
const wrapsMax = 10_000;
const heldMax = 64;

interface HeldKey {
  readonly key: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly expiresAt: number;
  readonly timer: NodeJS.Timeout;
  wraps: number;
}

interface BucketKey {
  readonly kind: "bucket-key";
  /** Lent until the caller's turn ends: it is wiped by whoever holds it. */
  readonly key: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly keyArn: string;
}

interface Asked {
  readonly authority: Authority;
  readonly bucket: string;
  readonly context: Readonly<Record<string, string>> | undefined;
}

/**
 * Keys between a KMS key and the data keys of a bucket's objects, so that the KMS key's material is used once for
 * many objects. Each is made under one version of a KMS key for one bucket and encryption context, serves a short
 * time and a bounded number of objects, and is stored wrapped with every object that it serves.
 *
 * ④ Having one saves no permission: whoever writes or reads is asked for the use of the KMS key each time, and a key
 * that is disabled, or on its way to deletion, stops the next request.
 */
export class BucketKeys {
  readonly #dataKeys: DataKeys;
  readonly #clock: Clock;
  /** By the digest of the wrapped key, the one used longest ago first. */
  readonly #held = new Map<string, HeldKey>();
  /** Which of them wraps new data keys: by KMS key, version, bucket and context. */
  readonly #current = new Map<string, string>();

  constructor(x: { dataKeys: DataKeys; clock: Clock }) {
    this.#dataKeys = x.dataKeys;
    this.#clock = x.clock;
  }

  /** The key that wraps a new data key. `keyId`: any of the KMS key's names. */
  forWriting(x: Asked & { readonly keyId: string }): BucketKey | KeyRefusal {
    const use = { keyId: x.keyId, ...this.#useOf(x) };
    const admitted = this.#dataKeys.mayGenerate(use);
    if (admitted.kind === "refused") return admitted;
    const { keyArn, version } = admitted;
    const slot = JSON.stringify([keyArn, version, x.bucket, sortedPairs(x.context)]);
    const held = this.#find(this.#current.get(slot));
    if (held !== undefined && held.wraps < wrapsMax) {
      held.wraps += 1;
      return { kind: "bucket-key", key: held.key, wrapped: held.wrapped, keyArn };
    }
    const made = this.#dataKeys.generate(use);
    if (made.kind === "refused") return made;
    const id = idOf(made.wrapped, x);
    this.#hold(id, made.plaintext, made.wrapped);
    this.#current.set(slot, id);
    return { kind: "bucket-key", key: made.plaintext, wrapped: made.wrapped, keyArn };
  }

  /** The key that a stored data key was wrapped under. */
  forReading(x: Asked & { readonly wrapped: Uint8Array }): BucketKey | KeyRefusal {
    const use = { wrapped: x.wrapped, ...this.#useOf(x) };
    const id = idOf(x.wrapped, x);
    const held = this.#find(id);
    if (held === undefined) {
      const opened = this.#dataKeys.unwrap(use);
      if (opened.kind === "refused") return opened;
      this.#hold(id, opened.plaintext, x.wrapped);
      return { kind: "bucket-key", key: opened.plaintext, wrapped: x.wrapped, keyArn: opened.keyArn };
    }
    const admitted = this.#dataKeys.mayUnwrap(use);
    if (admitted.kind === "refused") return admitted;
    return { kind: "bucket-key", key: held.key, wrapped: held.wrapped, keyArn: admitted.keyArn };
  }

  #useOf({ authority, bucket, context }: Asked) {
    return { authority, context: { ...context, "aws:s3:arn": bucketArn(bucket) }, via: "s3" as const };
  }

  #find(id: string | undefined): HeldKey | undefined {
    const held = id === undefined ? undefined : this.#held.get(id);
    if (id === undefined || held === undefined) return undefined;
    if (held.expiresAt <= this.#clock.now().getTime()) {
      this.#drop(id);
      return undefined;
    }
    this.#held.delete(id);
    this.#held.set(id, held);
    return held;
  }

  #hold(id: string, key: Uint8Array, wrapped: Uint8Array): void {
    // ④ wiped when its time is over, although nobody may ask for it again.
    const timer = setTimeout(() => {
      this.#drop(id);
    }, lifeMs).unref();
    this.#held.set(id, { key, wrapped, expiresAt: this.#clock.now().getTime() + lifeMs, timer, wraps: 1 });
    const [oldest] = this.#held.keys();
    if (this.#held.size > heldMax && oldest !== undefined) this.#drop(oldest);
  }

  #drop(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    clearTimeout(held.timer);
    held.key.fill(0);
    this.#held.delete(id);
    for (const [slot, current] of this.#current) if (current === id) this.#current.delete(slot);
  }
}

/** ④ with bucket and context: a wrapped key that was moved elsewhere is another one, and is opened anew, in vain. */
function idOf(wrapped: Uint8Array, { bucket, context }: Pick<Asked, "bucket" | "context">): string {
  const place = JSON.stringify([bucket, sortedPairs(context)]);
  return createHash("sha256").update(place).update("\0").update(wrapped).digest("base64");
}

function sortedPairs(context: Asked["context"]): [string, string][] {
  return Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
