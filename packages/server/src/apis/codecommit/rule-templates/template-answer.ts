import type { RuleTemplate } from "../../../artifacts/index.ts";

export const templateAnswer = (one: RuleTemplate) => ({
  approvalRuleTemplateId: one.id,
  approvalRuleTemplateName: one.name,
  approvalRuleTemplateDescription: one.description,
  approvalRuleTemplateContent: one.content,
  ruleContentSha256: one.digest,
  lastModifiedDate: one.modifiedAt,
  creationDate: one.createdAt,
  lastModifiedUser: one.modifiedBy,
});
