import type { Authority, Permission } from "../../access/index.ts";
import type { BucketEncryption } from "../buckets/bucket-store.ts";
import type { Listings } from "./listings.ts";
import type { Objects } from "./objects.ts";
import { getObjectPermission, listPermission, putObjectPermission } from "./permissions.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

export type StoreRefusal = Refusal;

/**
 * The platform's own transfers on somebody's behalf. They demand what the S3 API demands, of the same
 * policies, and use the same keys: there is no way around.
 */
export interface Store {
  put(x: {
    authority: Authority;
    bucket: string;
    key: string;
    body: AsyncIterable<Uint8Array> | Uint8Array;
    contentType?: string;
    /** Absent: as the bucket says. */
    kmsKeyId?: string;
    metadata?: Readonly<Record<string, string>>;
  }): Promise<{ kind: "stored"; versionId: string; etag: string; sha256: string; sizeBytes: number } | StoreRefusal>;
  get(x: {
    authority: Authority;
    bucket: string;
    key: string;
    versionId?: string;
    /** Inclusive on both sides, in bytes, as in HTTP. */
    range?: { from: number; to?: number };
  }): Promise<
    | {
        kind: "object";
        body: AsyncIterable<Uint8Array>;
        sizeBytes: number;
        versionId: string;
        sha256: string;
        etag: string;
        contentType?: string;
      }
    | StoreRefusal
  >;
  /** All objects below a prefix, in the order of their keys' bytes. */
  list(x: {
    authority: Authority;
    bucket: string;
    prefix: string;
  }): Promise<{ kind: "keys"; keys: readonly StoreKey[] } | StoreRefusal>;
}

export interface StoreKey {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly etag: string;
}

const listPageMax = 1000;

export function openStore(x: { objects: Objects; listings: Listings }): Store {
  const { objects, listings } = x;
  return {
    async put({ authority, bucket, key, body, contentType, kmsKeyId, metadata = {} }) {
      // ② policies compare the key's ARN, however the transfer names it, and that key is used.
      const keyArn = kmsKeyId === undefined ? undefined : objects.kmsKeyArn(kmsKeyId);
      const encryption: BucketEncryption | undefined =
        keyArn === undefined ? undefined : { kind: "aws:kms", keyId: keyArn };
      const headers = { encryption: encryption?.kind, kmsKeyArn: keyArn, creates: true };
      const denied = demand(authority, putObjectPermission({ bucket, key }, headers));
      if (denied !== undefined) return denied;
      const stored = await objects.put({
        authority,
        bucket,
        key,
        body: body instanceof Uint8Array ? once(body) : body,
        description: { headers: contentType === undefined ? {} : { contentType }, metadata },
        ...(encryption === undefined ? {} : { encryption }),
      });
      if (stored.kind === "refused") return stored;
      const { versionId = "null", etag, sha256, sizeBytes } = stored;
      return { kind: "stored", versionId, etag, sha256, sizeBytes };
    },

    async get({ authority, bucket, key, versionId, range }) {
      const denied = demand(authority, getObjectPermission({ bucket, key, versionId }));
      if (denied !== undefined) return denied;
      const found = await objects.get({
        authority,
        bucket,
        key,
        versionId,
        range: range === undefined ? undefined : `bytes=${range.from}-${range.to ?? ""}`,
      });
      if (found.kind === "refused") return found;
      const { version, body, bodyBytes } = found;
      const { contentType } = version.description.headers;
      return {
        kind: "object",
        body,
        sizeBytes: bodyBytes,
        versionId: version.versionId,
        sha256: version.sha256,
        etag: version.etag,
        ...(contentType === undefined ? {} : { contentType }),
      };
    },

    list({ authority, bucket, prefix }) {
      const denied = demand(authority, listPermission(bucket, { prefix }));
      if (denied !== undefined) return Promise.resolve(denied);
      const keys: StoreKey[] = [];
      let token: string | undefined;
      do {
        const page = listings.objects({ bucket, prefix, token, max: listPageMax });
        if (page.kind === "refused") return Promise.resolve(page);
        if (page.kind === "bad-token") throw new Error("a listing did not take its own token");
        for (const { key, versionId, sizeBytes, sha256, etag } of page.items) {
          keys.push({ key, versionId, sizeBytes, sha256, etag });
        }
        token = page.token;
      } while (token !== undefined);
      return Promise.resolve({ kind: "keys", keys });
    },
  };
}

/** ③ ② a transfer for somebody is refused with the statement that refuses them. */
function demand(authority: Authority, permission: Permission): Refusal | undefined {
  const decision = authority.decide(permission);
  return decision.allowed ? undefined : refuse("access-denied", decision.message);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
