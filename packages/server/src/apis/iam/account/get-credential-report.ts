import {
  CredentialReportExpiredException,
  CredentialReportNotPresentException,
  GetCredentialReportCommand,
} from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html */
export const getCredentialReport = (access: Pick<Access, "credentialReports">) =>
  operation(GetCredentialReportCommand, {
    members: {},
    permissions: () => [{ action: "iam:GetCredentialReport", resource: "*" }],
    mutates: false,
    handle: () => {
      const report = access.credentialReports.get();
      if (report === "none") {
        const message = "No report exists. Call GenerateCredentialReport to generate one.";
        throw new CredentialReportNotPresentException({ message, $metadata: {} });
      }
      if (report === "expired") {
        const message = "The most recent credential report has expired. Call GenerateCredentialReport to generate one.";
        throw new CredentialReportExpiredException({ message, $metadata: {} });
      }
      return {
        Content: Buffer.from(report.content),
        ReportFormat: "text/csv" as const,
        GeneratedTime: new Date(report.generatedAt),
      };
    },
  });
