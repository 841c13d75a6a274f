import { UpdateApprovalRuleTemplateNameCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { templateAnswer } from "./template-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateApprovalRuleTemplateName.html */
export const updateApprovalRuleTemplateName = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(UpdateApprovalRuleTemplateNameCommand, {
    members: { oldApprovalRuleTemplateName: text(), newApprovalRuleTemplateName: text() },
    permissions: () => [{ action: "codecommit:UpdateApprovalRuleTemplateName", resource: "*" }],
    handle: (input, { authority }) => {
      const { oldApprovalRuleTemplateName: name, newApprovalRuleTemplateName: to } = input;
      demandTemplateName(name);
      demandTemplateName(to);
      const changed = repositories.ruleTemplates.rename(name, to, authority.principal.arn);
      if (changed.kind !== "template") throw reviewRefusal(changed.kind, name);
      return { approvalRuleTemplate: templateAnswer(changed.template) };
    },
  });
