/**
 * AWS CodeCommit: repositories, branches, commits, files and merges; git itself speaks to the gateway.
 *
 * Gaps: triggers and notifications; keys of the customer's own (repositories lie under the
 * environment's key). Each is refused by name. The limit of 6 MB that AWS sets to what a folder holds is not set.
 * CreateCommit without a message makes a commit without one: AWS does not document its default.
 * By design: cloneUrlHttp names the address that the caller used, since git reaches the server there.
 * UpdateRepositoryName is decided on the new name too. GetDifferences and ListFileCommitHistory do not
 * follow a file that was renamed, nor does a merge: it is gone and new. Hunks are told where they conflict, lines count
 * from 0 and end before endLine. GetMergeCommit finds commits that a branch or tag leads to. A merge without a target branch goes to the branch that the destination names.
 * Who approves is looked at behind roles and sessions: an author does not approve in another role, and one person's
 * sessions count once. As on AWS, rules of pull requests stop no push and no merge of branches: a policy does. A pull
 * request is found by its id alone; whoever may not see it is told the same as of none. An author or actor that there
 * never was is no error, but finds nothing. Tips may lie any number of commits apart.
 * Git's own clients are served 8 at a time, 4 of one user or role; more wait for 5 minutes, 64 of one at most, and then get
 * 429 or 503. A fetch's request has at most 8 MiB uncompressed (413). While git waits for a client, in sending or taking,
 * the client has 10 minutes in all; every 8 KiB moved give back a second (a push then gets 408). Operations wait for no
 * client.
 * Client quirks: deleting a repository or a branch that is not there succeeds.
 */
import * as client from "@aws-sdk/client-codecommit";
import { awsServices, service } from "@strongroom/wire";
import type { Repositories } from "../../artifacts/index.ts";
import type { ServerService } from "../operation.ts";
import { faultCode } from "./fault-code.ts";
import { createBranch } from "./branches/create-branch.ts";
import { deleteBranch } from "./branches/delete-branch.ts";
import { updateDefaultBranch } from "./branches/update-default-branch.ts";
import { batchGetRepositories } from "./repositories/batch-get-repositories.ts";
import { updateRepositoryDescription } from "./repositories/update-repository-description.ts";
import { updateRepositoryName } from "./repositories/update-repository-name.ts";
import { batchGetCommits } from "./commits/batch-get-commits.ts";
import { createCommit } from "./commits/create-commit.ts";
import { getDifferences } from "./commits/get-differences.ts";
import { getFile } from "./files/get-file.ts";
import { getFolder } from "./files/get-folder.ts";
import { getBlob } from "./files/get-blob.ts";
import { putFile } from "./files/put-file.ts";
import { deleteFile } from "./files/delete-file.ts";
import { listFileCommitHistory } from "./files/list-file-commit-history.ts";
import { batchDescribeMergeConflicts } from "./merges/batch-describe-merge-conflicts.ts";
import { createUnreferencedMergeCommit } from "./merges/create-unreferenced-merge-commit.ts";
import { describeMergeConflicts } from "./merges/describe-merge-conflicts.ts";
import { getMergeCommit } from "./merges/get-merge-commit.ts";
import { getMergeConflicts } from "./merges/get-merge-conflicts.ts";
import { getMergeOptions } from "./merges/get-merge-options.ts";
import { mergeBranchesByFastForward } from "./merges/merge-branches-by-fast-forward.ts";
import { mergeBranchesBySquash } from "./merges/merge-branches-by-squash.ts";
import { mergeBranchesByThreeWay } from "./merges/merge-branches-by-three-way.ts";
import { createPullRequest } from "./pull-requests/create-pull-request.ts";
import { getPullRequest } from "./pull-requests/get-pull-request.ts";
import { listPullRequests } from "./pull-requests/list-pull-requests.ts";
import { updatePullRequestTitle } from "./pull-requests/update-pull-request-title.ts";
import { updatePullRequestDescription } from "./pull-requests/update-pull-request-description.ts";
import { updatePullRequestStatus } from "./pull-requests/update-pull-request-status.ts";
import { describePullRequestEvents } from "./pull-requests/describe-pull-request-events.ts";
import { mergePullRequestByFastForward } from "./pull-requests/merge-pull-request-by-fast-forward.ts";
import { mergePullRequestBySquash } from "./pull-requests/merge-pull-request-by-squash.ts";
import { mergePullRequestByThreeWay } from "./pull-requests/merge-pull-request-by-three-way.ts";
import { updatePullRequestApprovalState } from "./approvals/update-pull-request-approval-state.ts";
import { getPullRequestApprovalStates } from "./approvals/get-pull-request-approval-states.ts";
import { evaluatePullRequestApprovalRules } from "./approvals/evaluate-pull-request-approval-rules.ts";
import { overridePullRequestApprovalRules } from "./approvals/override-pull-request-approval-rules.ts";
import { getPullRequestOverrideState } from "./approvals/get-pull-request-override-state.ts";
import { createPullRequestApprovalRule } from "./approvals/create-pull-request-approval-rule.ts";
import { updatePullRequestApprovalRuleContent } from "./approvals/update-pull-request-approval-rule-content.ts";
import { deletePullRequestApprovalRule } from "./approvals/delete-pull-request-approval-rule.ts";
import { createApprovalRuleTemplate } from "./rule-templates/create-approval-rule-template.ts";
import { getApprovalRuleTemplate } from "./rule-templates/get-approval-rule-template.ts";
import { listApprovalRuleTemplates } from "./rule-templates/list-approval-rule-templates.ts";
import { updateApprovalRuleTemplateContent } from "./rule-templates/update-approval-rule-template-content.ts";
import { updateApprovalRuleTemplateDescription } from "./rule-templates/update-approval-rule-template-description.ts";
import { updateApprovalRuleTemplateName } from "./rule-templates/update-approval-rule-template-name.ts";
import { deleteApprovalRuleTemplate } from "./rule-templates/delete-approval-rule-template.ts";
import { associateApprovalRuleTemplateWithRepository } from "./rule-templates/associate-approval-rule-template-with-repository.ts";
import { disassociateApprovalRuleTemplateFromRepository } from "./rule-templates/disassociate-approval-rule-template-from-repository.ts";
import { batchAssociateApprovalRuleTemplateWithRepositories } from "./rule-templates/batch-associate-approval-rule-template-with-repositories.ts";
import { batchDisassociateApprovalRuleTemplateFromRepositories } from "./rule-templates/batch-disassociate-approval-rule-template-from-repositories.ts";
import { listRepositoriesForApprovalRuleTemplate } from "./rule-templates/list-repositories-for-approval-rule-template.ts";
import { listAssociatedApprovalRuleTemplatesForRepository } from "./rule-templates/list-associated-approval-rule-templates-for-repository.ts";
import { postCommentForPullRequest } from "./comments/post-comment-for-pull-request.ts";
import { postCommentForComparedCommit } from "./comments/post-comment-for-compared-commit.ts";
import { postCommentReply } from "./comments/post-comment-reply.ts";
import { getComment } from "./comments/get-comment.ts";
import { updateComment } from "./comments/update-comment.ts";
import { deleteCommentContent } from "./comments/delete-comment-content.ts";
import { getCommentsForPullRequest } from "./comments/get-comments-for-pull-request.ts";
import { getCommentsForComparedCommit } from "./comments/get-comments-for-compared-commit.ts";
import { putCommentReaction } from "./comments/put-comment-reaction.ts";
import { getCommentReactions } from "./comments/get-comment-reactions.ts";
import { getBranch } from "./branches/get-branch.ts";
import { listBranches } from "./branches/list-branches.ts";
import { getCommit } from "./commits/get-commit.ts";
import { createRepository } from "./repositories/create-repository.ts";
import { deleteRepository } from "./repositories/delete-repository.ts";
import { getRepository } from "./repositories/get-repository.ts";
import { listRepositories } from "./repositories/list-repositories.ts";
import { listTagsForResource } from "./tags/list-tags-for-resource.ts";
import { tagResource } from "./tags/tag-resource.ts";
import { untagResource } from "./tags/untag-resource.ts";

export function codecommit({ repositories }: { readonly repositories: Repositories }): ServerService {
  return service({ ...awsServices.codecommit, faultCode }, client, [
    createRepository(repositories),
    getRepository(repositories),
    listRepositories(repositories),
    deleteRepository(repositories),
    getBranch(repositories),
    listBranches(repositories),
    getCommit(repositories),
    createBranch(repositories),
    deleteBranch(repositories),
    updateDefaultBranch(repositories),
    batchGetRepositories(repositories),
    updateRepositoryDescription(repositories),
    updateRepositoryName(repositories),
    batchGetCommits(repositories),
    createCommit(repositories),
    getDifferences(repositories),
    getFile(repositories),
    getFolder(repositories),
    getBlob(repositories),
    putFile(repositories),
    deleteFile(repositories),
    listFileCommitHistory(repositories),
    getMergeOptions(repositories),
    getMergeConflicts(repositories),
    describeMergeConflicts(repositories),
    batchDescribeMergeConflicts(repositories),
    createUnreferencedMergeCommit(repositories),
    getMergeCommit(repositories),
    mergeBranchesByFastForward(repositories),
    mergeBranchesBySquash(repositories),
    mergeBranchesByThreeWay(repositories),
    createPullRequest(repositories),
    getPullRequest(repositories),
    listPullRequests(repositories),
    updatePullRequestTitle(repositories),
    updatePullRequestDescription(repositories),
    updatePullRequestStatus(repositories),
    describePullRequestEvents(repositories),
    mergePullRequestByFastForward(repositories),
    mergePullRequestBySquash(repositories),
    mergePullRequestByThreeWay(repositories),
    updatePullRequestApprovalState(repositories),
    getPullRequestApprovalStates(repositories),
    evaluatePullRequestApprovalRules(repositories),
    overridePullRequestApprovalRules(repositories),
    getPullRequestOverrideState(repositories),
    createPullRequestApprovalRule(repositories),
    updatePullRequestApprovalRuleContent(repositories),
    deletePullRequestApprovalRule(repositories),
    createApprovalRuleTemplate(repositories),
    getApprovalRuleTemplate(repositories),
    listApprovalRuleTemplates(repositories),
    updateApprovalRuleTemplateContent(repositories),
    updateApprovalRuleTemplateDescription(repositories),
    updateApprovalRuleTemplateName(repositories),
    deleteApprovalRuleTemplate(repositories),
    associateApprovalRuleTemplateWithRepository(repositories),
    disassociateApprovalRuleTemplateFromRepository(repositories),
    batchAssociateApprovalRuleTemplateWithRepositories(repositories),
    batchDisassociateApprovalRuleTemplateFromRepositories(repositories),
    listRepositoriesForApprovalRuleTemplate(repositories),
    listAssociatedApprovalRuleTemplatesForRepository(repositories),
    postCommentForPullRequest(repositories),
    postCommentForComparedCommit(repositories),
    postCommentReply(repositories),
    getComment(repositories),
    updateComment(repositories),
    deleteCommentContent(repositories),
    getCommentsForPullRequest(repositories),
    getCommentsForComparedCommit(repositories),
    putCommentReaction(repositories),
    getCommentReactions(repositories),
    tagResource(repositories),
    untagResource(repositories),
    listTagsForResource(repositories),
  ]);
}
