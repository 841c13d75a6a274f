import { ListAssociatedApprovalRuleTemplatesForRepositoryCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { nameToken, nextName, pageSize } from "../page.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListAssociatedApprovalRuleTemplatesForRepository.html */
export const listAssociatedApprovalRuleTemplatesForRepository = (
  repositories: Pick<Repositories, "ruleTemplates" | "arnOf">,
) =>
  operation(ListAssociatedApprovalRuleTemplatesForRepositoryCommand, {
    members: { repositoryName, nextToken: text({ max: 200 }), maxResults: integer() },
    permissions: (input) => [
      repositoryPermission(repositories, input.repositoryName, "ListAssociatedApprovalRuleTemplatesForRepository"),
    ],
    mutates: false,
    handle: ({ repositoryName: name, ...input }) => {
      const max = pageSize(input.maxResults);
      const after = nameToken(input.nextToken);
      const found = repositories.ruleTemplates.of(name);
      if (found.kind !== "templates") throw noSuchRepository(name);
      const left = found.names.filter((one) => one > after);
      const names = left.slice(0, max);
      return { approvalRuleTemplateNames: names, nextToken: nextName(names, left.length > max) };
    },
  });
