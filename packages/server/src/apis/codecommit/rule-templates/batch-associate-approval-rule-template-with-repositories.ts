import { BatchAssociateApprovalRuleTemplateWithRepositoriesCommand } from "@aws-sdk/client-codecommit";
import { list, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";
import { demandRepositoryNames, eachRepository } from "./batch.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchAssociateApprovalRuleTemplateWithRepositories.html: each repository by itself. */
export const batchAssociateApprovalRuleTemplateWithRepositories = (
  repositories: Pick<Repositories, "ruleTemplates" | "arnOf">,
) =>
  operation(BatchAssociateApprovalRuleTemplateWithRepositoriesCommand, {
    members: { approvalRuleTemplateName: text(), repositoryNames: list(repositoryName) },
    permissions: ({ repositoryNames: names }) => {
      demandRepositoryNames(names);
      return names.map((name) =>
        repositoryPermission(repositories, name, "BatchAssociateApprovalRuleTemplateWithRepositories"),
      );
    },
    handle: ({ approvalRuleTemplateName: name, repositoryNames: names }) => {
      demandTemplateName(name);
      const { done, errors } = eachRepository(names, (one) => repositories.ruleTemplates.associate(name, one).kind);
      return { associatedRepositoryNames: done, errors };
    },
  });
