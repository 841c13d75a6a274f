import { AssociateApprovalRuleTemplateWithRepositoryCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_AssociateApprovalRuleTemplateWithRepository.html */
export const associateApprovalRuleTemplateWithRepository = (
  repositories: Pick<Repositories, "ruleTemplates" | "arnOf">,
) =>
  operation(AssociateApprovalRuleTemplateWithRepositoryCommand, {
    members: { approvalRuleTemplateName: text(), repositoryName },
    permissions: (input) => [
      repositoryPermission(repositories, input.repositoryName, "AssociateApprovalRuleTemplateWithRepository"),
    ],
    handle: ({ approvalRuleTemplateName: name, repositoryName: repository }) => {
      demandTemplateName(name);
      const { kind } = repositories.ruleTemplates.associate(name, repository);
      if (kind === "no-such-repository") throw noSuchRepository(repository);
      if (kind !== "associated") throw reviewRefusal(kind, kind === "no-such-template" ? name : repository);
      return {};
    },
  });
