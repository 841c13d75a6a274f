import { ListRepositoriesForApprovalRuleTemplateCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { nameToken, nextName, pageSize } from "../page.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListRepositoriesForApprovalRuleTemplate.html */
export const listRepositoriesForApprovalRuleTemplate = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(ListRepositoriesForApprovalRuleTemplateCommand, {
    members: { approvalRuleTemplateName: text(), nextToken: text({ max: 200 }), maxResults: integer() },
    permissions: () => [{ action: "codecommit:ListRepositoriesForApprovalRuleTemplate", resource: "*" }],
    mutates: false,
    handle: ({ approvalRuleTemplateName: name, ...input }) => {
      demandTemplateName(name);
      const max = pageSize(input.maxResults);
      const found = repositories.ruleTemplates.users(name, nameToken(input.nextToken), max);
      if (found.kind !== "users") throw reviewRefusal(found.kind, name);
      return { repositoryNames: [...found.names], nextToken: nextName(found.names, found.hasMore) };
    },
  });
