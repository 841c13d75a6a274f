import { OverridePullRequestApprovalRulesCommand } from "@aws-sdk/client-codecommit";
import { oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_OverridePullRequestApprovalRules.html */
export const overridePullRequestApprovalRules = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(OverridePullRequestApprovalRulesCommand, {
    members: { pullRequestId: text(), revisionId: text(), overrideStatus: oneOf("OVERRIDE", "REVOKE") },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "OverridePullRequestApprovalRules", call),
    handle: async ({ pullRequestId: id, revisionId, overrideStatus }, { authority }) => {
      const set = await repositories.approvals.override(id, revisionId, overrideStatus, authority.principal.arn);
      if (set.kind !== "done") throw reviewRefusal(set.kind, id);
      return {};
    },
  });
