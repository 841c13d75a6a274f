import { UpdatePullRequestApprovalRuleContentCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { ruleAnswer } from "../pull-requests/pull-request-answer.ts";
import { demandRuleName } from "./rule-name.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdatePullRequestApprovalRuleContent.html */
export const updatePullRequestApprovalRuleContent = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(UpdatePullRequestApprovalRuleContentCommand, {
    members: {
      pullRequestId: text(),
      approvalRuleName: text(),
      existingRuleContentSha256: text(),
      newRuleContent: text(),
    },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "UpdatePullRequestApprovalRuleContent", call),
    handle: async (input, { authority }) => {
      const { pullRequestId: id, approvalRuleName: name, newRuleContent: content } = input;
      demandRuleName(name);
      if (content === "") throw reviewRefusal("rule-content-required");
      const actor = authority.principal.arn;
      const expected = input.existingRuleContentSha256;
      const changed = await repositories.approvals.updateRule(id, name, content, expected, actor);
      if (changed.kind === "invalid-rule") throw reviewRefusal(changed.kind, changed.why);
      if (changed.kind !== "rule") throw reviewRefusal(changed.kind, name);
      return { approvalRule: ruleAnswer(changed.rule) };
    },
  });
