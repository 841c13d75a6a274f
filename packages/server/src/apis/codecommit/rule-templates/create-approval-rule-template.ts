import { CreateApprovalRuleTemplateCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateDescription, demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { templateAnswer } from "./template-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateApprovalRuleTemplate.html */
export const createApprovalRuleTemplate = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(CreateApprovalRuleTemplateCommand, {
    members: {
      approvalRuleTemplateName: text(),
      approvalRuleTemplateContent: text(),
      approvalRuleTemplateDescription: text(),
    },
    permissions: () => [{ action: "codecommit:CreateApprovalRuleTemplate", resource: "*" }],
    handle: (input, { authority }) => {
      const { approvalRuleTemplateName: name, approvalRuleTemplateContent: content } = input;
      const { approvalRuleTemplateDescription: description } = input;
      demandTemplateName(name);
      demandTemplateDescription(description ?? "");
      if (content === "") throw reviewRefusal("template-content-required");
      const made = repositories.ruleTemplates.create(name, description, content, authority.principal.arn);
      if (made.kind === "invalid-template") throw reviewRefusal(made.kind, made.why);
      if (made.kind !== "template") throw reviewRefusal(made.kind, name);
      return { approvalRuleTemplate: templateAnswer(made.template) };
    },
  });
