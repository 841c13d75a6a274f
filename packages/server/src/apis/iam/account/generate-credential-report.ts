import { GenerateCredentialReportCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html */
export const generateCredentialReport = (access: Pick<Access, "credentialReports">) =>
  operation(GenerateCredentialReportCommand, {
    members: {},
    permissions: () => [{ action: "iam:GenerateCredentialReport", resource: "*" }],
    handle: () => (access.credentialReports.generate() === "made" ? started : complete),
  });

/** The report is there with this answer already; clients ask again until the state is COMPLETE. */
const started = { State: "STARTED", Description: "No report exists. Starting a new report generation task" } as const;
const complete = { State: "COMPLETE" } as const;
