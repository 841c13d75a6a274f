import { EvaluatePullRequestApprovalRulesCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_EvaluatePullRequestApprovalRules.html */
export const evaluatePullRequestApprovalRules = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(EvaluatePullRequestApprovalRulesCommand, {
    members: { pullRequestId: text(), revisionId: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "EvaluatePullRequestApprovalRules", call),
    mutates: false,
    handle: async ({ pullRequestId: id, revisionId }) => {
      const found = await repositories.approvals.evaluation(id, revisionId);
      if (found.kind !== "evaluation") throw reviewRefusal(found.kind, id);
      const { approved, overridden, satisfied, notSatisfied } = found.evaluation;
      return {
        evaluation: {
          ...{ approved, overridden },
          approvalRulesSatisfied: [...satisfied],
          approvalRulesNotSatisfied: [...notSatisfied],
        },
      };
    },
  });
