import { CreatePullRequestApprovalRuleCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { ruleAnswer } from "../pull-requests/pull-request-answer.ts";
import { demandRuleName } from "./rule-name.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreatePullRequestApprovalRule.html */
export const createPullRequestApprovalRule = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(CreatePullRequestApprovalRuleCommand, {
    members: { pullRequestId: text(), approvalRuleName: text(), approvalRuleContent: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "CreatePullRequestApprovalRule", call),
    handle: async ({ pullRequestId: id, approvalRuleName: name, approvalRuleContent: content }, { authority }) => {
      demandRuleName(name);
      if (content === "") throw reviewRefusal("rule-content-required");
      const made = await repositories.approvals.createRule(id, name, content, authority.principal.arn);
      if (made.kind === "invalid-rule") throw reviewRefusal(made.kind, made.why);
      if (made.kind !== "rule") throw reviewRefusal(made.kind, name);
      return { approvalRule: ruleAnswer(made.rule) };
    },
  });
