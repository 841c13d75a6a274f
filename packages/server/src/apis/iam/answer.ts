import type { ManagedPolicy, PolicyUsage, Role, User } from "../../access/index.ts";
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

export function policyAnswer(policy: ManagedPolicy, usage: PolicyUsage) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policyVersionId,
    AttachmentCount: usage.attachments,
    PermissionsBoundaryUsageCount: usage.boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.createdAt),
  };
}

/** Policies have one version. */
export const policyVersionId = "v1";

export function versionAnswer(policy: ManagedPolicy) {
  return { VersionId: policyVersionId, IsDefaultVersion: true, CreateDate: new Date(policy.createdAt) };
}

function details({ boundaryArn, tags }: User) {
  const boundary = {
    PermissionsBoundaryType: "PermissionsBoundaryPolicy",
    PermissionsBoundaryArn: boundaryArn,
  } as const;
  return {
    ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundary }),
    ...(Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) }),
  };
}
