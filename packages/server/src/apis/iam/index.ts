/**
 * AWS IAM: users, groups, access keys, roles, instance profiles, inline and managed policies with
 * versions, permissions boundaries, tags, OpenID Connect providers, people's passwords and second factors,
 * the account's summary, authorization details and credential report, last use, and the policy simulator.
 *
 * Gaps: server and signing certificates, SSH keys, service-specific credentials, service-linked roles
 * and service-last-accessed details are not there. Of the policies that AWS manages there is
 * AdministratorAccess alone. The simulator takes no ResourceHandlingOption, which is about EC2's
 * instances, and no PolicyExclusionList.
 * By design: a policy with a fault is refused with its line and column. A user or role of this account that a
 * trust policy names has to be there, and is kept by its unique id. Changes hold for every call that is begun once they were
 * answered. UpdateRole leaves what it is not given as it was. The simulator knows of a principal what
 * its ARN and tags say (aws:PrincipalArn, aws:username, aws:PrincipalTag/…) and of everything else what
 * ContextEntries say; it takes a ResourcePolicy for roles, too. Last use is noted in memory and
 * written down within seconds: a crash loses those. A credential report is there at once. The URL of an
 * OpenID Connect provider may have a port, and be http on the server's own machine.
 * Client quirks: documents go out percent-encoded; boto3 and the command line decode them, the SDK for
 * JavaScript hands them through.
 */
import * as client from "@aws-sdk/client-iam";
import { awsServices, service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { ServerService } from "../operation.ts";
import { createUser } from "./user/create-user.ts";
import { getUser } from "./user/get-user.ts";
import { listUsers } from "./user/list-users.ts";
import { deleteUser } from "./user/delete-user.ts";
import { tagUser } from "./user/tag-user.ts";
import { untagUser } from "./user/untag-user.ts";
import { listUserTags } from "./user/list-user-tags.ts";
import { putUserPermissionsBoundary } from "./user/put-user-permissions-boundary.ts";
import { deleteUserPermissionsBoundary } from "./user/delete-user-permissions-boundary.ts";
import { updateUser } from "./user/update-user.ts";
import { createAccessKey } from "./access-key/create-access-key.ts";
import { listAccessKeys } from "./access-key/list-access-keys.ts";
import { updateAccessKey } from "./access-key/update-access-key.ts";
import { deleteAccessKey } from "./access-key/delete-access-key.ts";
import { getAccessKeyLastUsed } from "./access-key/get-access-key-last-used.ts";
import { putUserPolicy } from "./user-policy/put-user-policy.ts";
import { getUserPolicy } from "./user-policy/get-user-policy.ts";
import { listUserPolicies } from "./user-policy/list-user-policies.ts";
import { deleteUserPolicy } from "./user-policy/delete-user-policy.ts";
import { attachUserPolicy } from "./user-policy/attach-user-policy.ts";
import { detachUserPolicy } from "./user-policy/detach-user-policy.ts";
import { listAttachedUserPolicies } from "./user-policy/list-attached-user-policies.ts";
import { createRole } from "./role/create-role.ts";
import { getRole } from "./role/get-role.ts";
import { listRoles } from "./role/list-roles.ts";
import { deleteRole } from "./role/delete-role.ts";
import { tagRole } from "./role/tag-role.ts";
import { untagRole } from "./role/untag-role.ts";
import { listRoleTags } from "./role/list-role-tags.ts";
import { putRolePermissionsBoundary } from "./role/put-role-permissions-boundary.ts";
import { deleteRolePermissionsBoundary } from "./role/delete-role-permissions-boundary.ts";
import { updateAssumeRolePolicy } from "./role/update-assume-role-policy.ts";
import { updateRole } from "./role/update-role.ts";
import { updateRoleDescription } from "./role/update-role-description.ts";
import { putRolePolicy } from "./role-policy/put-role-policy.ts";
import { getRolePolicy } from "./role-policy/get-role-policy.ts";
import { listRolePolicies } from "./role-policy/list-role-policies.ts";
import { deleteRolePolicy } from "./role-policy/delete-role-policy.ts";
import { attachRolePolicy } from "./role-policy/attach-role-policy.ts";
import { detachRolePolicy } from "./role-policy/detach-role-policy.ts";
import { listAttachedRolePolicies } from "./role-policy/list-attached-role-policies.ts";
import { createPolicy } from "./policy/create-policy.ts";
import { getPolicy } from "./policy/get-policy.ts";
import { getPolicyVersion } from "./policy/get-policy-version.ts";
import { listPolicyVersions } from "./policy/list-policy-versions.ts";
import { listPolicies } from "./policy/list-policies.ts";
import { deletePolicy } from "./policy/delete-policy.ts";
import { createPolicyVersion } from "./policy/create-policy-version.ts";
import { setDefaultPolicyVersion } from "./policy/set-default-policy-version.ts";
import { deletePolicyVersion } from "./policy/delete-policy-version.ts";
import { tagPolicy } from "./policy/tag-policy.ts";
import { untagPolicy } from "./policy/untag-policy.ts";
import { listPolicyTags } from "./policy/list-policy-tags.ts";
import { listEntitiesForPolicy } from "./policy/list-entities-for-policy.ts";
import { createGroup } from "./group/create-group.ts";
import { getGroup } from "./group/get-group.ts";
import { listGroups } from "./group/list-groups.ts";
import { updateGroup } from "./group/update-group.ts";
import { deleteGroup } from "./group/delete-group.ts";
import { addUserToGroup } from "./group/add-user-to-group.ts";
import { removeUserFromGroup } from "./group/remove-user-from-group.ts";
import { listGroupsForUser } from "./group/list-groups-for-user.ts";
import { putGroupPolicy } from "./group-policy/put-group-policy.ts";
import { getGroupPolicy } from "./group-policy/get-group-policy.ts";
import { listGroupPolicies } from "./group-policy/list-group-policies.ts";
import { deleteGroupPolicy } from "./group-policy/delete-group-policy.ts";
import { attachGroupPolicy } from "./group-policy/attach-group-policy.ts";
import { detachGroupPolicy } from "./group-policy/detach-group-policy.ts";
import { listAttachedGroupPolicies } from "./group-policy/list-attached-group-policies.ts";
import { createInstanceProfile } from "./instance-profile/create-instance-profile.ts";
import { getInstanceProfile } from "./instance-profile/get-instance-profile.ts";
import { listInstanceProfiles } from "./instance-profile/list-instance-profiles.ts";
import { listInstanceProfilesForRole } from "./instance-profile/list-instance-profiles-for-role.ts";
import { deleteInstanceProfile } from "./instance-profile/delete-instance-profile.ts";
import { addRoleToInstanceProfile } from "./instance-profile/add-role-to-instance-profile.ts";
import { removeRoleFromInstanceProfile } from "./instance-profile/remove-role-from-instance-profile.ts";
import { tagInstanceProfile } from "./instance-profile/tag-instance-profile.ts";
import { untagInstanceProfile } from "./instance-profile/untag-instance-profile.ts";
import { listInstanceProfileTags } from "./instance-profile/list-instance-profile-tags.ts";
import { createAccountAlias } from "./account/create-account-alias.ts";
import { deleteAccountAlias } from "./account/delete-account-alias.ts";
import { listAccountAliases } from "./account/list-account-aliases.ts";
import { getAccountSummary } from "./account/get-account-summary.ts";
import { getAccountAuthorizationDetails } from "./account/get-account-authorization-details.ts";
import { generateCredentialReport } from "./account/generate-credential-report.ts";
import { getCredentialReport } from "./account/get-credential-report.ts";
import { simulateCustomPolicy } from "./simulation/simulate-custom-policy.ts";
import { simulatePrincipalPolicy } from "./simulation/simulate-principal-policy.ts";
import { getContextKeysForCustomPolicy } from "./simulation/get-context-keys-for-custom-policy.ts";
import { getContextKeysForPrincipalPolicy } from "./simulation/get-context-keys-for-principal-policy.ts";
import { changePassword } from "./login-profile/change-password.ts";
import { createLoginProfile } from "./login-profile/create-login-profile.ts";
import { deleteLoginProfile } from "./login-profile/delete-login-profile.ts";
import { getLoginProfile } from "./login-profile/get-login-profile.ts";
import { updateLoginProfile } from "./login-profile/update-login-profile.ts";
import { createVirtualMfaDevice } from "./mfa-device/create-virtual-mfa-device.ts";
import { deactivateMfaDevice } from "./mfa-device/deactivate-mfa-device.ts";
import { deleteVirtualMfaDevice } from "./mfa-device/delete-virtual-mfa-device.ts";
import { enableMfaDevice } from "./mfa-device/enable-mfa-device.ts";
import { getMfaDevice } from "./mfa-device/get-mfa-device.ts";
import { listMfaDeviceTags } from "./mfa-device/list-mfa-device-tags.ts";
import { listMfaDevices } from "./mfa-device/list-mfa-devices.ts";
import { listVirtualMfaDevices } from "./mfa-device/list-virtual-mfa-devices.ts";
import { resyncMfaDevice } from "./mfa-device/resync-mfa-device.ts";
import { tagMfaDevice } from "./mfa-device/tag-mfa-device.ts";
import { untagMfaDevice } from "./mfa-device/untag-mfa-device.ts";
import { deleteAccountPasswordPolicy } from "./password-policy/delete-account-password-policy.ts";
import { getAccountPasswordPolicy } from "./password-policy/get-account-password-policy.ts";
import { updateAccountPasswordPolicy } from "./password-policy/update-account-password-policy.ts";
import { createOpenIdConnectProvider } from "./open-id-connect-provider/create-open-id-connect-provider.ts";
import { getOpenIdConnectProvider } from "./open-id-connect-provider/get-open-id-connect-provider.ts";
import { listOpenIdConnectProviders } from "./open-id-connect-provider/list-open-id-connect-providers.ts";
import { deleteOpenIdConnectProvider } from "./open-id-connect-provider/delete-open-id-connect-provider.ts";
import { updateOpenIdConnectProviderThumbprint } from "./open-id-connect-provider/update-open-id-connect-provider-thumbprint.ts";
import { addClientIdToOpenIdConnectProvider } from "./open-id-connect-provider/add-client-id-to-open-id-connect-provider.ts";
import { removeClientIdFromOpenIdConnectProvider } from "./open-id-connect-provider/remove-client-id-from-open-id-connect-provider.ts";
import { tagOpenIdConnectProvider } from "./open-id-connect-provider/tag-open-id-connect-provider.ts";
import { untagOpenIdConnectProvider } from "./open-id-connect-provider/untag-open-id-connect-provider.ts";
import { listOpenIdConnectProviderTags } from "./open-id-connect-provider/list-open-id-connect-provider-tags.ts";

type IamFaces = Pick<
  Access,
  | "users"
  | "groups"
  | "roles"
  | "policies"
  | "instanceProfiles"
  | "accountAlias"
  | "lastUsed"
  | "simulator"
  | "accountSummary"
  | "credentialReports"
  | "people"
  | "identityProviders"
>;

export const iam = (access: IamFaces): ServerService =>
  service(awsServices.iam, client, [
    createUser(access),
    getUser(access),
    listUsers(access),
    deleteUser(access),
    tagUser(access),
    untagUser(access),
    listUserTags(access),
    putUserPermissionsBoundary(access),
    deleteUserPermissionsBoundary(access),
    updateUser(access),
    createAccessKey(access),
    listAccessKeys(access),
    updateAccessKey(access),
    deleteAccessKey(access),
    getAccessKeyLastUsed(access),
    putUserPolicy(access),
    getUserPolicy(access),
    listUserPolicies(access),
    deleteUserPolicy(access),
    attachUserPolicy(access),
    detachUserPolicy(access),
    listAttachedUserPolicies(access),
    createRole(access),
    getRole(access),
    listRoles(access),
    deleteRole(access),
    tagRole(access),
    untagRole(access),
    listRoleTags(access),
    putRolePermissionsBoundary(access),
    deleteRolePermissionsBoundary(access),
    updateAssumeRolePolicy(access),
    updateRole(access),
    updateRoleDescription(access),
    putRolePolicy(access),
    getRolePolicy(access),
    listRolePolicies(access),
    deleteRolePolicy(access),
    attachRolePolicy(access),
    detachRolePolicy(access),
    listAttachedRolePolicies(access),
    createPolicy(access),
    getPolicy(access),
    getPolicyVersion(access),
    listPolicyVersions(access),
    listPolicies(access),
    deletePolicy(access),
    createPolicyVersion(access),
    setDefaultPolicyVersion(access),
    deletePolicyVersion(access),
    tagPolicy(access),
    untagPolicy(access),
    listPolicyTags(access),
    listEntitiesForPolicy(access),
    createGroup(access),
    getGroup(access),
    listGroups(access),
    updateGroup(access),
    deleteGroup(access),
    addUserToGroup(access),
    removeUserFromGroup(access),
    listGroupsForUser(access),
    putGroupPolicy(access),
    getGroupPolicy(access),
    listGroupPolicies(access),
    deleteGroupPolicy(access),
    attachGroupPolicy(access),
    detachGroupPolicy(access),
    listAttachedGroupPolicies(access),
    createInstanceProfile(access),
    getInstanceProfile(access),
    listInstanceProfiles(access),
    listInstanceProfilesForRole(access),
    deleteInstanceProfile(access),
    addRoleToInstanceProfile(access),
    removeRoleFromInstanceProfile(access),
    tagInstanceProfile(access),
    untagInstanceProfile(access),
    listInstanceProfileTags(access),
    createAccountAlias(access),
    deleteAccountAlias(access),
    listAccountAliases(access),
    simulateCustomPolicy(access),
    simulatePrincipalPolicy(access),
    getContextKeysForCustomPolicy(access),
    getContextKeysForPrincipalPolicy(access),
    getAccountSummary(access),
    getAccountAuthorizationDetails(access),
    generateCredentialReport(access),
    getCredentialReport(access),
    changePassword(access),
    createLoginProfile(access),
    deleteLoginProfile(access),
    getLoginProfile(access),
    updateLoginProfile(access),
    createVirtualMfaDevice(access),
    deactivateMfaDevice(access),
    deleteVirtualMfaDevice(access),
    enableMfaDevice(access),
    getMfaDevice(access),
    listMfaDeviceTags(access),
    listMfaDevices(access),
    listVirtualMfaDevices(access),
    resyncMfaDevice(access),
    tagMfaDevice(access),
    untagMfaDevice(access),
    deleteAccountPasswordPolicy(access),
    getAccountPasswordPolicy(access),
    updateAccountPasswordPolicy(access),
    createOpenIdConnectProvider(access),
    getOpenIdConnectProvider(access),
    listOpenIdConnectProviders(access),
    deleteOpenIdConnectProvider(access),
    updateOpenIdConnectProviderThumbprint(access),
    addClientIdToOpenIdConnectProvider(access),
    removeClientIdFromOpenIdConnectProvider(access),
    tagOpenIdConnectProvider(access),
    untagOpenIdConnectProvider(access),
    listOpenIdConnectProviderTags(access),
  ]);
