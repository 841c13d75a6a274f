import type { PolicyPrincipals } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { BucketLifecycle } from "../lifecycle/lifecycle-rule.ts";
import { isBucketName } from "./bucket-name.ts";
import { bucketPolicyFault, unknownPrincipal, type PolicyFault } from "./bucket-policy.ts";
import type { CorsRule } from "./cors.ts";
import { isPublicPolicy } from "./public-policy.ts";
import type {
  Bucket,
  BucketColumn,
  BucketEncryption,
  BucketStore,
  DefaultRetention,
  PublicAccessBlock,
  Tags,
} from "./bucket-store.ts";

/** The buckets of the account: made, configured, listed and removed. Permissions are the caller's to demand. */
export interface Buckets {
  create(x: {
    name: string;
    accountId: string;
    /** Its objects can be locked, and it is versioned, from the start and for good. */
    objectLock?: boolean;
  }): { kind: "created"; bucket: Bucket } | { kind: "already-owned" | "invalid-name" };
  find(name: string): Bucket | undefined;
  /** In order of their names; `next` is where the following page starts. */
  list(x: { after?: string; prefix?: string; max: number }): { buckets: readonly Bucket[]; next?: string };
  /** Uploads that are under way do not keep a bucket: they end with it. */
  delete(name: string): Promise<"deleted" | "no-such-bucket" | "not-empty">;
  /** A bucket whose objects can be locked stays versioned. */
  setVersioning(name: string, status: "Enabled" | "Suspended"): BucketSet | { kind: "object-lock" };
  /** Makes locks possible, where the bucket is versioned, and sets or removes the default. */
  setObjectLock(name: string, defaultRetention: DefaultRetention | undefined): BucketSet | { kind: "not-versioned" };
  setEncryption(name: string, encryption: BucketEncryption | undefined): BucketSet;
  /** Stores the policy once it was checked, with users and roles by their ids; undefined removes it. */
  setPolicy(
    name: string,
    document: string | undefined,
  ): BucketSet | ({ kind: "malformed" } & PolicyFault) | { kind: "public-policy-blocked" };
  /** The policy as it was written, with the ARNs that its principals have now. */
  policy(bucket: Bucket): string | undefined;
  setTags(name: string, tags: Tags | undefined): BucketSet;
  setCors(name: string, rules: readonly CorsRule[] | undefined): BucketSet;
  setLifecycle(name: string, lifecycle: BucketLifecycle | undefined): BucketSet;
  /** Whether what happens to its objects is told to rules on events. */
  setNotifications(name: string, toEventBridge: boolean): BucketSet;
  setPublicAccessBlock(name: string, block: PublicAccessBlock | undefined): BucketSet;
}
export type BucketSet = { kind: "set" } | { kind: "no-such-bucket" };

export function openBuckets(x: {
  store: BucketStore;
  clock: Clock;
  policyPrincipals: Pick<PolicyPrincipals, "bound" | "told">;
  /** Removes files that nothing names. */
  discard: (fileIds: readonly string[]) => Promise<void>;
}): Buckets {
  const { store, clock, policyPrincipals, discard } = x;

  const set = (name: string, column: BucketColumn, value: unknown): BucketSet => {
    if (store.find(name) === undefined) return { kind: "no-such-bucket" };
    const text = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    store.set(name, column, text);
    return { kind: "set" };
  };

  return {
    create({ name, accountId, objectLock = false }) {
      if (!isBucketName(name)) return { kind: "invalid-name" };
      if (store.find(name) !== undefined) return { kind: "already-owned" };
      const locking = objectLock ? { versioning: "Enabled" as const, objectLock: {} } : {};
      const bucket = { name, accountId, createdAt: clock.now(), ...locking };
      store.insert(bucket);
      return { kind: "created", bucket: { ...bucket, encryption: { kind: "AES256" } } };
    },
    find: (name) => store.find(name),
    list({ after = "", prefix = "", max }) {
      const buckets = store.list({ after, prefix, max: max + 1 });
      const last = buckets[max - 1];
      return buckets.length > max && last !== undefined
        ? { buckets: buckets.slice(0, max), next: last.name }
        : { buckets };
    },
    async delete(name) {
      if (store.find(name) === undefined) return "no-such-bucket";
      const outcome = store.deleteEmpty(name);
      if (outcome.kind === "deleted") await discard(outcome.fileIds);
      return outcome.kind;
    },
    setVersioning(name, status) {
      // ③ without versions a lock would keep nothing: a later write would replace what is locked.
      if (status !== "Enabled" && store.find(name)?.objectLock !== undefined) return { kind: "object-lock" };
      return set(name, "versioning", status);
    },
    setObjectLock(name, defaultRetention) {
      const bucket = store.find(name);
      if (bucket !== undefined && bucket.versioning !== "Enabled") return { kind: "not-versioned" };
      return set(name, "object_lock", defaultRetention === undefined ? {} : { defaultRetention });
    },
    setEncryption: (name, encryption) => set(name, "encryption", encryption),
    setPolicy(name, document) {
      const bucket = store.find(name);
      if (bucket === undefined) return { kind: "no-such-bucket" };
      if (document === undefined) return set(name, "policy", undefined);
      const fault = bucketPolicyFault(document, name);
      if (fault !== undefined) return { kind: "malformed", ...fault };
      if (bucket.publicAccessBlock?.blockPublicPolicy === true && isPublicPolicy(document)) {
        return { kind: "public-policy-blocked" };
      }
      const bound = policyPrincipals.bound(document);
      if (bound.kind === "unknown") return { kind: "malformed", ...unknownPrincipal(bound.principal) };
      return set(name, "policy", bound.document);
    },
    policy: ({ policy }) => (policy === undefined ? undefined : policyPrincipals.told(policy)),
    setTags: (name, tags) => set(name, "tags", tags),
    setCors: (name, rules) => set(name, "cors", rules),
    setLifecycle: (name, lifecycle) => set(name, "lifecycle", lifecycle),
    setNotifications: (name, toEventBridge) => set(name, "notifications", toEventBridge ? "EventBridge" : undefined),
    setPublicAccessBlock: (name, block) => set(name, "public_access_block", block),
  };
}
