import { DescribeAccountCommand } from "@aws-sdk/client-organizations";
import { text } from "@strongroom/wire";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountAnswer } from "../answer.ts";
import { organizationsError } from "../organizations-error.ts";
import { on } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html */
export const describeAccount = (organization: Organization) =>
  operation(DescribeAccountCommand, {
    members: { AccountId: text({ pattern: /\d{12}/ }) },
    permissions: ({ AccountId }) => on(organization, "DescribeAccount", AccountId),
    mutates: false,
    handle: ({ AccountId }) => {
      if (AccountId === organization.account.id) return { Account: accountAnswer(organization) };
      const message = `The account ${AccountId} is not a member of the organization.`;
      throw organizationsError({ reason: "account-not-found", message });
    },
  });
