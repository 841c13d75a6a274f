import { given } from "@strongroom/wire";
import type { Permission } from "../../access/index.ts";
import { objectArn } from "../../artifacts/index.ts";
import { ownerOf } from "./owner.ts";
import { s3Error } from "./s3-error.ts";

/** What says a list beside a new object or bucket. */
export const aclMembers = {
  ACL: given,
  GrantFullControl: given,
  GrantRead: given,
  GrantReadACP: given,
  GrantWriteACP: given,
};

const harmless = new Set(["private", "bucket-owner-full-control"]);
const grants = ["GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"] as const;

/** Permissions stand in policies alone: an ACL that gives nothing beyond ownership is accepted. */
export function checkAcl(input: { readonly ACL?: string } & { readonly [Grant in (typeof grants)[number]]?: string }) {
  const isHarmless = input.ACL === undefined || harmless.has(input.ACL);
  if (!isHarmless || grants.some((grant) => input[grant] !== undefined)) throw aclsNotSupported();
}

export const aclsNotSupported = () => s3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");

/** Everything that says a list: it is read to be refused under the name that AWS gives. */
export const aclDocumentMembers = {
  ACL: given,
  AccessControlPolicy: given,
  GrantFullControl: given,
  GrantRead: given,
  GrantReadACP: given,
  GrantWrite: given,
  GrantWriteACP: given,
};

/** What every list says: full control of the account that owns the bucket. */
export function ownersAcl(accountId: string) {
  const owner = ownerOf(accountId);
  const Grantee = { Type: "CanonicalUser" as const, ID: owner.ID };
  return { Owner: owner, Grants: [{ Grantee, Permission: "FULL_CONTROL" as const }] };
}

/** The permission to read or set an object's list, version-aware. */
export function aclPermission(
  verb: "Get" | "Put",
  input: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string; readonly ACL?: string },
): Permission {
  const { VersionId: versionId, ACL: acl } = input;
  const context = {
    ...(versionId === undefined ? {} : { "s3:VersionId": versionId }),
    ...(acl === undefined ? {} : { "s3:x-amz-acl": acl }),
  };
  const action = versionId === undefined ? "ObjectAcl" : "ObjectVersionAcl";
  return { action: `s3:${verb}${action}`, resource: objectArn(input.Bucket, input.Key), context };
}
