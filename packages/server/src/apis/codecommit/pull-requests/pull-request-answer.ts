import type { ApprovalRule, ToldPullRequest } from "../../../artifacts/index.ts";

export function pullRequestAnswer(one: ToldPullRequest) {
  const { merged } = one;
  const metadata = { mergedBy: merged?.by, mergeCommitId: merged?.commitId, mergeOption: merged?.option };
  return {
    pullRequestId: String(one.id),
    title: one.title,
    description: one.description,
    lastActivityDate: one.activeAt,
    creationDate: one.createdAt,
    pullRequestStatus: one.status,
    authorArn: one.author.arn,
    pullRequestTargets: [
      {
        repositoryName: one.repository,
        sourceReference: `refs/heads/${one.source}`,
        destinationReference: `refs/heads/${one.destination}`,
        destinationCommit: one.destinationCommit,
        sourceCommit: one.sourceCommit,
        mergeBase: one.mergeBase,
        mergeMetadata: { isMerged: merged !== undefined, ...metadata },
      },
    ],
    clientRequestToken: one.token,
    revisionId: one.revisionId,
    approvalRules: one.rules.map(ruleAnswer),
  };
}

export function ruleAnswer(rule: ApprovalRule) {
  const { template } = rule;
  return {
    approvalRuleId: rule.id,
    approvalRuleName: rule.name,
    approvalRuleContent: rule.content,
    ruleContentSha256: rule.digest,
    lastModifiedDate: rule.modifiedAt,
    creationDate: rule.createdAt,
    lastModifiedUser: rule.modifiedBy,
    originApprovalRuleTemplate:
      template === undefined
        ? undefined
        : { approvalRuleTemplateId: template.id, approvalRuleTemplateName: template.name },
  };
}
