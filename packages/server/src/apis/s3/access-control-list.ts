import { given } from "@strongroom/wire";
import { s3Error } from "./s3-error.ts";

/** Permissions stand in policies alone: an ACL that gives nothing beyond ownership is accepted. */
export const aclMember = { ACL: given };

const harmless = new Set(["private", "bucket-owner-full-control"]);

export function checkAcl(input: { readonly ACL?: string }): void {
  if (input.ACL === undefined || harmless.has(input.ACL)) return;
  throw s3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");
}
