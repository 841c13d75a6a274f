import type { Access, Owner, Permission } from "../../access/index.ts";
import { AwsError } from "@strongroom/wire";
import { isRefused } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";

type Context = NonNullable<Permission["context"]>;

/** The ARN that an owner has, with its path; the one it would have at the root where there is none. */
function ownerArn(access: Pick<Access, "users" | "roles">, owner: Owner, call: ServerCall): string {
  const found = owner.kind === "user" ? access.users.get(owner.name) : access.roles.get(owner.name);
  return isRefused(found) ? arnOf(call, owner.kind, "/", owner.name) : found.arn;
}

export function arnOf({ accountId }: ServerCall, kind: "user" | "role" | "policy", path: string, name: string): string {
  return `arn:aws:iam::${accountId}:${kind}${path}${name}`;
}

/** A permission about a user or role; policies on it can ask for the boundary that it has. */
export function ownerPermission(
  access: Pick<Access, "users" | "roles">,
  action: string,
  owner: Owner,
  call: ServerCall,
  more: Context = {},
): Permission {
  const found = owner.kind === "user" ? access.users.get(owner.name) : access.roles.get(owner.name);
  const boundary = isRefused(found) ? undefined : found.boundaryArn;
  const context = { ...boundaryContext(boundary), ...more };
  return { action: `iam:${action}`, resource: ownerArn(access, owner, call), context };
}

export function boundaryContext(arn: string | undefined): Context {
  return arn === undefined ? {} : { "iam:PermissionsBoundary": arn };
}

interface TagInput {
  readonly Key: string;
  readonly Value: string;
}

/** ② tagging at creation is an action of its own, and the tags are part of what is asked. */
export function creationPermissions(
  kind: "user" | "role",
  resource: string,
  { tags, boundaryArn }: { readonly tags: readonly TagInput[] | undefined; readonly boundaryArn: string | undefined },
): Permission[] {
  const noun = kind === "user" ? "User" : "Role";
  const context = { ...boundaryContext(boundaryArn), ...tagContext(tags) };
  const create = { action: `iam:Create${noun}`, resource, context };
  return tags === undefined || tags.length === 0 ? [create] : [create, { action: `iam:Tag${noun}`, resource, context }];
}

export function tagContext(tags: readonly TagInput[] | undefined): Context {
  if (tags === undefined || tags.length === 0) return {};
  const request = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const);
  return { ...Object.fromEntries(request), "aws:TagKeys": tags.map(({ Key }) => Key) };
}

export function tagRecord(tags: readonly TagInput[] | undefined): Record<string, string> {
  const record = Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
  if (Object.keys(record).length === (tags ?? []).length) return record;
  throw new AwsError({
    code: "InvalidInput",
    message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    status: 400,
  });
}

export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The user that a call without UserName is about: the caller. */
export function callerOr(userName: string | undefined, { authority }: ServerCall): string {
  if (userName !== undefined) return userName;
  if (authority.principal.kind === "user") return authority.principal.userName;
  throw new AwsError({
    code: "ValidationError",
    message: "Must specify userName when calling with non-User credentials",
    status: 400,
  });
}
