import { flag, given, text } from "@strongroom/wire";
import type { Permission } from "../../access/index.ts";
import { lockOf, objectArn } from "../../artifacts/index.ts";
import type { FoundObject, ObjectLock, ObjectName, Retention } from "../../artifacts/index.ts";
import type { ServerCall } from "../operation.ts";
import { s3Error } from "./s3-error.ts";

const dayMs = 86_400_000;

/** What a write may say about the lock of the version that it makes. */
export const lockMembers = {
  // Read below, since S3 has errors of its own for them.
  ObjectLockMode: given,
  ObjectLockRetainUntilDate: given,
  ObjectLockLegalHoldStatus: given,
};

export interface LockInput {
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: string;
}

/** The lock that a write asks for; undefined where it asks for none. */
export function lockNamed(input: LockInput, now: Date): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if ((mode === undefined) !== (until === undefined)) {
    throw s3Error(
      "InvalidArgument",
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
    );
  }
  if (hold !== undefined && hold !== "ON" && hold !== "OFF") {
    throw s3Error("InvalidArgument", "Legal Hold must be either of 'ON' or 'OFF'");
  }
  if (until !== undefined && until.getTime() <= now.getTime()) {
    throw s3Error("InvalidArgument", "The retain until date must be in the future!");
  }
  if (mode === undefined && hold === undefined) return undefined;
  return {
    ...(mode === undefined || until === undefined
      ? {}
      : { retention: { mode: modeNamed(mode), until: until.getTime() } }),
    ...(hold === undefined ? {} : { legalHold: hold === "ON" }),
  };
}

function modeNamed(mode: string): Retention["mode"] {
  if (mode === "GOVERNANCE" || mode === "COMPLIANCE") return mode;
  throw s3Error("InvalidArgument", "Unknown wormMode directive.");
}

/** A retention, as condition keys tell it; days count as begun. */
export function retentionConditions(mode: string | undefined, until: Date | undefined, now: Date) {
  return {
    ...(mode === undefined ? {} : { "s3:object-lock-mode": mode }),
    ...(until === undefined
      ? {}
      : {
          "s3:object-lock-retain-until-date": until.toISOString(),
          "s3:object-lock-remaining-retention-days": String(Math.ceil((until.getTime() - now.getTime()) / dayMs)),
        }),
  };
}

/** ② What a write needs beside s3:PutObject where it brings a lock; policies see the lock with each. */
export function withLockPermissions(demanded: readonly Permission[], input: LockInput, now: Date): Permission[] {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  const [put, ...others] = demanded;
  if (put === undefined) return [];
  const retained = retentionConditions(mode, until, now);
  const held = hold === undefined ? {} : { "s3:object-lock-legal-hold": hold };
  const { resource } = put;
  const more: Permission[] = [];
  if (mode !== undefined || until !== undefined) {
    more.push({ action: "s3:PutObjectRetention", resource, context: retained });
  }
  if (hold !== undefined) more.push({ action: "s3:PutObjectLegalHold", resource, context: held });
  return [{ ...put, context: { ...put.context, ...retained, ...held } }, ...others, ...more];
}

/** A permission about the lock of one version. */
export function lockPermission(
  action: "GetObjectRetention" | "GetObjectLegalHold" | "PutObjectLegalHold" | "PutObjectRetention",
  { bucket, key, versionId }: ObjectName,
  context: Readonly<Record<string, string>> = {},
): Permission {
  const version = versionId === undefined ? {} : { "s3:VersionId": versionId };
  return { action: `s3:${action}`, resource: objectArn(bucket, key), context: { ...context, ...version } };
}

/** ② To remove what governance keeps is a right of its own, and only who says so in the request uses it. */
export const bypassMember = { BypassGovernanceRetention: flag() };

export function bypassPermissions(
  input: { readonly BypassGovernanceRetention?: boolean },
  { bucket, key }: ObjectName,
  context: Readonly<Record<string, string>> = {},
): Permission[] {
  if (input.BypassGovernanceRetention !== true) return [];
  return [{ action: "s3:BypassGovernanceRetention", resource: objectArn(bucket, key), context }];
}

/** The lock of an object that was read, as far as the caller may know of it. */
export function lockAnswer({ version }: FoundObject, call: ServerCall) {
  const { bucket, key, description } = version;
  if (description.lock === undefined) return {};
  const lock = lockOf(description);
  if (lock === "unreadable") return {};
  const { retention, legalHold } = lock;
  const seesRetention = call.authority.sees(lockPermission("GetObjectRetention", { bucket, key }));
  const seesHold = call.authority.sees(lockPermission("GetObjectLegalHold", { bucket, key }));
  return {
    ...(retention !== undefined && seesRetention
      ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: new Date(retention.until) }
      : {}),
    ...(legalHold !== undefined && seesHold
      ? { ObjectLockLegalHoldStatus: legalHold ? ("ON" as const) : ("OFF" as const) }
      : {}),
  };
}

/** What the operations on one version's lock take. */
export const lockedVersionMembers = { Bucket: text(), Key: text(), VersionId: text({ min: 1, max: 1024 }) };

export const noLockConfiguration = () =>
  s3Error("NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration");
