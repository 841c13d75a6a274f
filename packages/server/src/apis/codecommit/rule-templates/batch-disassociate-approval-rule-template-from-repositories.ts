import { BatchDisassociateApprovalRuleTemplateFromRepositoriesCommand } from "@aws-sdk/client-codecommit";
import { list, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTemplateName } from "../approvals/rule-name.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";
import { demandRepositoryNames, eachRepository } from "./batch.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchDisassociateApprovalRuleTemplateFromRepositories.html: each repository by itself. */
export const batchDisassociateApprovalRuleTemplateFromRepositories = (
  repositories: Pick<Repositories, "ruleTemplates" | "arnOf">,
) =>
  operation(BatchDisassociateApprovalRuleTemplateFromRepositoriesCommand, {
    members: { approvalRuleTemplateName: text(), repositoryNames: list(repositoryName) },
    permissions: ({ repositoryNames: names }) => {
      demandRepositoryNames(names);
      return names.map((name) =>
        repositoryPermission(repositories, name, "BatchDisassociateApprovalRuleTemplateFromRepositories"),
      );
    },
    handle: ({ approvalRuleTemplateName: name, repositoryNames: names }) => {
      demandTemplateName(name);
      const { done, errors } = eachRepository(names, (one) => repositories.ruleTemplates.disassociate(name, one).kind);
      return { disassociatedRepositoryNames: done, errors };
    },
  });
