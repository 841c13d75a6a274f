import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
export const getAccountSummary = (access: Pick<Access, "accountSummary">) =>
  operation(GetAccountSummaryCommand, {
    members: {},
    permissions: () => [{ action: "iam:GetAccountSummary", resource: "*" }],
    mutates: false,
    handle: () => ({ SummaryMap: access.accountSummary() }),
  });
