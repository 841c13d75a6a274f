import type { Permission } from "../../access/index.ts";
import { bucketArn, objectArn } from "../buckets/bucket-name.ts";

/*
 * What each use of an object or a bucket demands. The S3 API and the platform's own transfers take
 * their permissions from here, so that neither is a way around the other.
 */

/** Source: "Actions, resources, and condition keys for Amazon S3", Service Authorization Reference. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

const versioned = (name: ObjectName, action: string): Permission => {
  const resource = objectArn(name.bucket, name.key);
  if (name.versionId === undefined) return { action: `s3:${action}`, resource };
  return {
    action: `s3:${action}Version`,
    resource,
    context: { "s3:VersionId": name.versionId },
  };
};

export const getObjectPermission = (name: ObjectName): Permission => versioned(name, "GetObject");
/** `ifMatch`: the condition under which it is deleted, as it was sent. */
function deleteObjectPermission(name: ObjectName, ifMatch: string | undefined): Permission {
  const permission = versioned(name, "DeleteObject");
  if (ifMatch === undefined) return permission;
  return { ...permission, context: { ...permission.context, "s3:if-match": ifMatch } };
}

/**
 * ② a condition on an entity tag tells something about the object: a write or a deletion that has one takes the right
 * to read the object as well. `ifMatch`: as it was sent.
 */
export function conditionPermissions({ bucket, key }: ObjectName, ifMatch: string | undefined): Permission[] {
  return ifMatch === undefined || ifMatch === "*" ? [] : [getObjectPermission({ bucket, key })];
}

export function deletePermissions(name: ObjectName, ifMatch: string | undefined): Permission[] {
  return [deleteObjectPermission(name, ifMatch), ...conditionPermissions(name, ifMatch)];
}

/** What a write says about encryption, access control and conditions, as it was sent. */
export interface WriteHeaders {
  readonly encryption?: string | undefined;
  /** By ARN, however the request spells the key. */
  readonly kmsKeyArn?: string | undefined;
  /** Of a key that the customer keeps. */
  readonly customerAlgorithm?: string | undefined;
  readonly acl?: string | undefined;
  readonly storageClass?: string | undefined;
  readonly copySource?: string | undefined;
  readonly metadataDirective?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** Whether an object is there afterwards: not for the beginning of an upload, and not for its parts. */
  readonly creates: boolean;
}

export function putObjectPermission(name: ObjectName, headers: WriteHeaders): Permission {
  const named: [string, string | undefined][] = [
    ["s3:x-amz-server-side-encryption", headers.encryption],
    ["s3:x-amz-server-side-encryption-aws-kms-key-id", headers.kmsKeyArn],
    ["s3:x-amz-server-side-encryption-customer-algorithm", headers.customerAlgorithm],
    ["s3:x-amz-acl", headers.acl],
    ["s3:x-amz-storage-class", headers.storageClass],
    ["s3:x-amz-copy-source", headers.copySource],
    ["s3:x-amz-metadata-directive", headers.metadataDirective],
    ["s3:if-match", headers.ifMatch],
    ["s3:if-none-match", headers.ifNoneMatch],
    ["s3:ObjectCreationOperation", String(headers.creates)],
  ];
  const context: Record<string, string> = {};
  for (const [key, value] of named) if (value !== undefined) context[key] = value;
  return { action: "s3:PutObject", resource: objectArn(name.bucket, name.key), context };
}

export interface ListHeaders {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly maxKeys?: number | undefined;
}

export function listPermission(bucket: string, headers: ListHeaders = {}, action = "ListBucket"): Permission {
  const context: Record<string, string> = {};
  if (headers.prefix !== undefined) context["s3:prefix"] = headers.prefix;
  if (headers.delimiter !== undefined) context["s3:delimiter"] = headers.delimiter;
  if (headers.maxKeys !== undefined) context["s3:max-keys"] = String(headers.maxKeys);
  return { action: `s3:${action}`, resource: bucketArn(bucket), context };
}

export function bucketPermission(bucket: string, action: string, context?: Permission["context"]): Permission {
  return { action: `s3:${action}`, resource: bucketArn(bucket), ...(context === undefined ? {} : { context }) };
}
