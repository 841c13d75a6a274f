import type { Access, Owner, Permission } from "../../access/index.ts";
import { AwsError } from "@strongroom/wire";
import { isRefused } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";

type Context = NonNullable<Permission["context"]>;

/** Users and roles: they have boundaries, groups have none. */
type Person = Owner & { readonly kind: "user" | "role" };

/** The ARN that an owner has, with its path; the one it would have at the root where there is none. */
function ownerArn(access: Pick<Access, "users" | "roles">, owner: Person, call: ServerCall): string {
  if (owner.kind === "role") return roleArn(access, owner.name, call);
  const found = access.users.get(owner.name);
  return isRefused(found) ? arnOf(call, "user", "/", owner.name) : found.arn;
}

type Named = "user" | "role" | "group" | "policy" | "instance-profile";

export function arnOf({ accountId }: ServerCall, kind: Named, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:${kind}${path}${name}`;
}

/** A permission about a user or role; policies on it can ask for the boundary that it has. */
export function ownerPermission(
  access: Pick<Access, "users" | "roles">,
  action: string,
  owner: Person,
  call: ServerCall,
  more: Context = {},
): Permission {
  const found = owner.kind === "user" ? access.users.get(owner.name) : access.roles.get(owner.name);
  const boundary = isRefused(found) ? undefined : found.boundaryArn;
  const context = { ...boundaryContext(boundary), ...more };
  return { action: `iam:${action}`, resource: ownerArn(access, owner, call), context };
}

/** The ARN of a role, with its path; the one it would have at the root where there is none. */
export function roleArn(access: Pick<Access, "roles">, name: string, call: ServerCall): string {
  const found = access.roles.get(name);
  return isRefused(found) ? arnOf(call, "role", "/", name) : found.arn;
}

/** ② who gives something another name or path needs the permission on what it is and on what it becomes. */
export function renamePermissions(
  permission: Permission,
  kind: "user" | "group",
  to: { readonly name: string | undefined; readonly path: string | undefined },
  call: ServerCall,
): Permission[] {
  const last = permission.resource.lastIndexOf("/");
  const path = to.path ?? permission.resource.slice(permission.resource.indexOf("/"), last + 1);
  const resource = arnOf(call, kind, path, to.name ?? permission.resource.slice(last + 1));
  return resource === permission.resource ? [permission] : [permission, { ...permission, resource }];
}

export function groupPermission(
  access: Pick<Access, "groups">,
  action: string,
  name: string,
  call: ServerCall,
  context: Context = {},
): Permission {
  const found = access.groups.get(name);
  const resource = isRefused(found) ? arnOf(call, "group", "/", name) : found.arn;
  return { action: `iam:${action}`, resource, context };
}

export function instanceProfilePermission(
  access: Pick<Access, "instanceProfiles">,
  action: string,
  name: string,
  call: ServerCall,
  context: Context = {},
): Permission {
  const found = access.instanceProfiles.get(name);
  const resource = isRefused(found) ? arnOf(call, "instance-profile", "/", name) : found.arn;
  return { action: `iam:${action}`, resource, context };
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
  noun: "User" | "Role" | "Policy" | "InstanceProfile" | "OpenIDConnectProvider",
  resource: string,
  { tags, boundaryArn }: { readonly tags: readonly TagInput[] | undefined; readonly boundaryArn?: string | undefined },
): Permission[] {
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
