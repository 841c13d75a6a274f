import { DeletePullRequestApprovalRuleCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { demandRuleName } from "./rule-name.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeletePullRequestApprovalRule.html */
export const deletePullRequestApprovalRule = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(DeletePullRequestApprovalRuleCommand, {
    members: { pullRequestId: text(), approvalRuleName: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "DeletePullRequestApprovalRule", call),
    handle: async ({ pullRequestId: id, approvalRuleName: name }, { authority }) => {
      demandRuleName(name);
      const gone = await repositories.approvals.deleteRule(id, name, authority.principal.arn);
      if (gone.kind !== "deleted") throw reviewRefusal(gone.kind, name);
      // Of one that is not there, AWS tells no id.
      return { approvalRuleId: gone.ruleId ?? "" };
    },
  });
