import type {
  Group,
  InstanceProfile,
  ManagedPolicy,
  PolicyUsage,
  PolicyVersion,
  Role,
  Use,
  User,
} from "../../access/index.ts";
import { tagList } from "./permission.ts";

/** How users, roles and policies are told. Documents are percent-encoded: SDKs decode them. */
export function userAnswer(user: User) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdAt),
  };
}

export function userDetails(user: User) {
  return { ...userAnswer(user), ...details(user) };
}

export function roleAnswer(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

export function roleDetails(role: Role) {
  return { ...roleAnswer(role), ...details(role) };
}

/** Empty where the role was never used. */
export function roleLastUsed(use: Use | undefined) {
  return use === undefined ? {} : { LastUsedDate: new Date(use.at), Region: use.region };
}

export function policyAnswer(policy: ManagedPolicy, usage: PolicyUsage) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${policy.defaultVersion}`,
    AttachmentCount: usage.attachments,
    PermissionsBoundaryUsageCount: usage.boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  };
}

/** With what is told about a single policy, and not in lists. */
export function policyDetails(policy: ManagedPolicy, usage: PolicyUsage) {
  const { description, tags } = policy;
  return {
    ...policyAnswer(policy, usage),
    ...(description === undefined ? {} : { Description: description }),
    ...tagDetails(tags),
  };
}

export function versionAnswer({ number, isDefault, createdAt }: Omit<PolicyVersion, "document">) {
  return { VersionId: `v${number}`, IsDefaultVersion: isDefault, CreateDate: new Date(createdAt) };
}

/** The number in a version id that the API's pattern let through. */
export function versionNumber(versionId: string): number {
  return Number.parseInt(versionId.slice(1), 10);
}

export function groupAnswer(group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: new Date(group.createdAt),
  };
}

/** `role` is the one in the profile, where there is one. */
export function instanceProfileAnswer(profile: InstanceProfile, role: Role | undefined) {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: role === undefined ? [] : [roleAnswer(role)],
  };
}

export function instanceProfileDetails(profile: InstanceProfile, role: Role | undefined) {
  return { ...instanceProfileAnswer(profile, role), ...tagDetails(profile.tags) };
}

export function tagDetails(tags: Readonly<Record<string, string>>) {
  return Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) };
}

function details({ boundaryArn, tags }: User) {
  const boundary = {
    PermissionsBoundaryType: "PermissionsBoundaryPolicy",
    PermissionsBoundaryArn: boundaryArn,
  } as const;
  return {
    ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundary }),
    ...tagDetails(tags),
  };
}
