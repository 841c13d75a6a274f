import type { Account, Policy, PolicySummary, Root } from "@aws-sdk/client-organizations";
import type { ControlPolicy, Organization } from "../../access/index.ts";

const Type = "SERVICE_CONTROL_POLICY";

export function policySummary({ id, arn, name, description, awsManaged }: ControlPolicy): PolicySummary {
  return { Id: id, Arn: arn, Name: name, Description: description, Type, AwsManaged: awsManaged };
}

export function policyAnswer(policy: ControlPolicy): Policy {
  return { PolicySummary: policySummary(policy), Content: policy.document };
}

export function rootAnswer({ root, policies }: Organization): Root {
  const PolicyTypes = policies.enabled ? [{ Type, Status: "ENABLED" } as const] : [];
  return { Id: root.id, Arn: root.arn, Name: "Root", PolicyTypes };
}

/** The account, which is the organisation's management account as well. */
export function accountAnswer({ account, createdAt, keys }: Organization): Account {
  return {
    Id: account.id,
    Arn: account.arn,
    Name: accountName,
    Status: "ACTIVE",
    State: "ACTIVE",
    Paths: [`${keys.path}${account.id}/`],
    JoinedMethod: "CREATED",
    JoinedTimestamp: new Date(createdAt),
  };
}

export const accountName = "Strongroom";
