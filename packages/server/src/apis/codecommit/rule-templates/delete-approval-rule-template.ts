import { DeleteApprovalRuleTemplateCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteApprovalRuleTemplate.html */
export const deleteApprovalRuleTemplate = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(DeleteApprovalRuleTemplateCommand, {
    members: { approvalRuleTemplateName: text() },
    permissions: () => [{ action: "codecommit:DeleteApprovalRuleTemplate", resource: "*" }],
    handle: ({ approvalRuleTemplateName: name }) => {
      demandTemplateName(name);
      const gone = repositories.ruleTemplates.delete(name);
      if (gone.kind !== "deleted") throw reviewRefusal(gone.kind, name);
      // Of one that is not there, AWS tells no id.
      return { approvalRuleTemplateId: gone.id ?? "" };
    },
  });
