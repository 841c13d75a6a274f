import { ListApprovalRuleTemplatesCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { nameToken, nextName, pageSize } from "../page.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListApprovalRuleTemplates.html */
export const listApprovalRuleTemplates = (repositories: Pick<Repositories, "ruleTemplates">) =>
  operation(ListApprovalRuleTemplatesCommand, {
    members: { nextToken: text({ max: 200 }), maxResults: integer() },
    permissions: () => [{ action: "codecommit:ListApprovalRuleTemplates", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const { names, hasMore } = repositories.ruleTemplates.list(
        nameToken(input.nextToken),
        pageSize(input.maxResults),
      );
      return { approvalRuleTemplateNames: [...names], nextToken: nextName(names, hasMore) };
    },
  });
