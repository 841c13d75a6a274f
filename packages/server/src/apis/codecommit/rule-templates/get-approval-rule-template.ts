import { GetApprovalRuleTemplateCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { templateAnswer } from "./template-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetApprovalRuleTemplate.html */
export const getApprovalRuleTemplate = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(GetApprovalRuleTemplateCommand, {
    members: { approvalRuleTemplateName: text() },
    permissions: () => [{ action: "codecommit:GetApprovalRuleTemplate", resource: "*" }],
    mutates: false,
    handle: ({ approvalRuleTemplateName: name }) => {
      demandTemplateName(name);
      const found = repositories.ruleTemplates.get(name);
      if (found.kind !== "template") throw reviewRefusal(found.kind, name);
      return { approvalRuleTemplate: templateAnswer(found.template) };
    },
  });
