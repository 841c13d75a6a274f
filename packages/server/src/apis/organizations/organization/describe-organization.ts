import { DescribeOrganizationCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { onAll } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html */
export const describeOrganization = (organization: Organization) =>
  operation(DescribeOrganizationCommand, {
    members: {},
    permissions: () => onAll("DescribeOrganization"),
    mutates: false,
    handle: () => ({
      Organization: {
        Id: organization.keys.id,
        Arn: organization.arn,
        FeatureSet: "ALL" as const,
        MasterAccountArn: organization.account.arn,
        MasterAccountId: organization.account.id,
        AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY" as const, Status: "ENABLED" as const }],
      },
    }),
  });
