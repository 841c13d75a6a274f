import { UpdateApprovalRuleTemplateContentCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { templateAnswer } from "./template-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateApprovalRuleTemplateContent.html */
export const updateApprovalRuleTemplateContent = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(UpdateApprovalRuleTemplateContentCommand, {
    members: { approvalRuleTemplateName: text(), newRuleContent: text(), existingRuleContentSha256: text() },
    permissions: () => [{ action: "codecommit:UpdateApprovalRuleTemplateContent", resource: "*" }],
    handle: (input, { authority }) => {
      const { approvalRuleTemplateName: name, newRuleContent: content, existingRuleContentSha256: expected } = input;
      demandTemplateName(name);
      if (content === "") throw reviewRefusal("template-content-required");
      const changed = repositories.ruleTemplates.setContent(name, content, expected, authority.principal.arn);
      if (changed.kind === "invalid-template") throw reviewRefusal(changed.kind, changed.why);
      if (changed.kind !== "template") throw reviewRefusal(changed.kind, name);
      return { approvalRuleTemplate: templateAnswer(changed.template) };
    },
  });
