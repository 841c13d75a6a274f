import { CreatePolicyCommand } from "@aws-sdk/client-organizations";
import { list } from "@strongroom/wire";
import { organizationTagsMax, type Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { description, document, policyName, policyType, tagMembers } from "../members.ts";
import { settled } from "../organizations-error.ts";
import { arnOf, policyTypeContext, tagContext } from "../permission.ts";
import { tagRecord } from "../tag/tag-record.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html */
export const createPolicy = (organization: Organization) =>
  operation(CreatePolicyCommand, {
    members: {
      Content: document,
      Description: description,
      Name: policyName,
      Type: policyType,
      Tags: list(tagMembers, { max: organizationTagsMax }),
    },
    permissions: ({ Tags = [] }) => {
      const context = { ...policyTypeContext, ...tagContext(Tags) };
      const create = { action: "organizations:CreatePolicy", resource: "*", context };
      if (Tags.length === 0) return [create];
      // The policy has no id yet: whoever tags it at creation needs the right to tag policies.
      const resource = arnOf(organization, "p-*");
      return [create, { action: "organizations:TagResource", resource, context: tagContext(Tags) }];
    },
    actions: ["organizations:CreatePolicy", "organizations:TagResource"],
    handle: ({ Name, Description, Content, Tags }) => {
      const given = tagRecord(Tags);
      const policy = settled(organization.policies.create({ name: Name, description: Description, document: Content }));
      organization.tag(policy.id, given);
      return { Policy: policyAnswer(policy) };
    },
  });
