/**
 * AWS Organizations: one organisation, its root with this one account, and service control policies.
 *
 * Gaps: further accounts, organizational units, invitations, delegated administrators, resource policies, types of
 * policies other than SERVICE_CONTROL_POLICY, effective policies. Each is refused by name. E-mail addresses are not told.
 *
 * By design: the organisation is there from the first start, with service control policies enabled and FullAWSAccess
 * attached to root and account. The policies bind every principal of the account, its root user and its administrators
 * included, although the account is the management account: with AWS that account stands outside of them. A change
 * after which its author could not detach the policies any more is refused as ConstraintViolationException; whoever
 * holds the host can take all of them off with `./strongroom up --lift-guardrails`.
 *
 * Client quirks: exceptions carry their text in Message, which the JavaScript client copies to message.
 */
import * as client from "@aws-sdk/client-organizations";
import { awsServices, service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { ServerService } from "../operation.ts";
import { describeAccount } from "./account/describe-account.ts";
import { listAccountsForParent } from "./account/list-accounts-for-parent.ts";
import { listAccounts } from "./account/list-accounts.ts";
import { attachPolicy } from "./attachment/attach-policy.ts";
import { detachPolicy } from "./attachment/detach-policy.ts";
import { listPoliciesForTarget } from "./attachment/list-policies-for-target.ts";
import { listTargetsForPolicy } from "./attachment/list-targets-for-policy.ts";
import { listChildren } from "./hierarchy/list-children.ts";
import { listOrganizationalUnitsForParent } from "./hierarchy/list-organizational-units-for-parent.ts";
import { listParents } from "./hierarchy/list-parents.ts";
import { listRoots } from "./hierarchy/list-roots.ts";
import { describeOrganization } from "./organization/describe-organization.ts";
import { disablePolicyType } from "./policy-type/disable-policy-type.ts";
import { enablePolicyType } from "./policy-type/enable-policy-type.ts";
import { createPolicy } from "./policy/create-policy.ts";
import { deletePolicy } from "./policy/delete-policy.ts";
import { describePolicy } from "./policy/describe-policy.ts";
import { listPolicies } from "./policy/list-policies.ts";
import { updatePolicy } from "./policy/update-policy.ts";
import { listTagsForResource } from "./tag/list-tags-for-resource.ts";
import { tagResource } from "./tag/tag-resource.ts";
import { untagResource } from "./tag/untag-resource.ts";

export const organizations = ({ organization }: Pick<Access, "organization">): ServerService =>
  service(awsServices.organizations, client, [
    describeOrganization(organization),
    listRoots(organization),
    listParents(organization),
    listChildren(organization),
    listOrganizationalUnitsForParent(organization),
    listAccounts(organization),
    listAccountsForParent(organization),
    describeAccount(organization),
    createPolicy(organization),
    updatePolicy(organization),
    describePolicy(organization),
    deletePolicy(organization),
    listPolicies(organization),
    attachPolicy(organization),
    detachPolicy(organization),
    listPoliciesForTarget(organization),
    listTargetsForPolicy(organization),
    enablePolicyType(organization),
    disablePolicyType(organization),
    tagResource(organization),
    untagResource(organization),
    listTagsForResource(organization),
  ]);
