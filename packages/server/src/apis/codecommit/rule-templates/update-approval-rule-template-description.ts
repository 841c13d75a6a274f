import { UpdateApprovalRuleTemplateDescriptionCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateDescription, demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { templateAnswer } from "./template-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateApprovalRuleTemplateDescription.html */
export const updateApprovalRuleTemplateDescription = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(UpdateApprovalRuleTemplateDescriptionCommand, {
    members: { approvalRuleTemplateName: text(), approvalRuleTemplateDescription: text() },
    permissions: () => [{ action: "codecommit:UpdateApprovalRuleTemplateDescription", resource: "*" }],
    handle: (input, { authority }) => {
      const { approvalRuleTemplateName: name, approvalRuleTemplateDescription: description } = input;
      demandTemplateName(name);
      demandTemplateDescription(description);
      const changed = repositories.ruleTemplates.setDescription(name, description, authority.principal.arn);
      if (changed.kind !== "template") throw reviewRefusal(changed.kind, name);
      return { approvalRuleTemplate: templateAnswer(changed.template) };
    },
  });
