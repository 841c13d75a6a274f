import type { Access, Group, ManagedPolicy, Owner, Role, User } from "../../../access/index.ts";
import {
  groupAnswer,
  instanceProfileAnswer,
  policyAnswer,
  roleDetails,
  roleLastUsed,
  userDetails,
  versionAnswer,
} from "../answer.ts";
import { settled } from "../raise.ts";

export type DetailFaces = Pick<Access, "users" | "groups" | "roles" | "policies" | "instanceProfiles" | "lastUsed">;

export function userDetail(access: DetailFaces, user: User) {
  const { inline, attached } = policiesOf(access, { kind: "user", name: user.name });
  return {
    ...userDetails(user),
    UserPolicyList: inline,
    GroupList: access.groups.of(user.name).map(({ name }) => name),
    AttachedManagedPolicies: attached,
  };
}

export function groupDetail(access: DetailFaces, group: Group) {
  const { inline, attached } = policiesOf(access, { kind: "group", name: group.name });
  return { ...groupAnswer(group), GroupPolicyList: inline, AttachedManagedPolicies: attached };
}

export function roleDetail(access: DetailFaces, role: Role) {
  const { inline, attached } = policiesOf(access, { kind: "role", name: role.name });
  const profiles = access.instanceProfiles.ofRole(role.name);
  return {
    ...roleDetails(role),
    InstanceProfileList: profiles.map((profile) => instanceProfileAnswer(profile, role)),
    RolePolicyList: inline,
    AttachedManagedPolicies: attached,
    RoleLastUsed: roleLastUsed(access.lastUsed.last(role.id)),
  };
}

export function policyDetail({ policies }: DetailFaces, policy: ManagedPolicy) {
  const versions = settled(policies.versions.list(policy.arn));
  return {
    ...policyAnswer(policy, policies.usage(policy.arn)),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    PolicyVersionList: versions.map((version) => ({
      ...versionAnswer(version),
      Document: encodeURIComponent(version.document),
    })),
  };
}

function policiesOf({ policies }: DetailFaces, owner: Owner) {
  return {
    inline: policies.inlineOf(owner).map(({ name, document }) => {
      return { PolicyName: name, PolicyDocument: encodeURIComponent(document) };
    }),
    attached: policies.attachedTo(owner).map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
  };
}
